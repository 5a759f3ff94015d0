package org.dmsim.scenarios.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.dmsim.scenarios.conform.CaseFile;
import org.dmsim.scenarios.conform.CaseKinds;
import org.dmsim.scenarios.conform.CaseResult;
import org.dmsim.scenarios.conform.CaseResult.Status;
import org.dmsim.scenarios.script.Similar;
import org.dmsim.version.KernelVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmsim conform}: holds the model against what a real kernel answered. */
@Command(
    name = "conform",
    mixinStandardHelpOptions = true,
    description =
        "Puts recorded cases of a real kernel to the model; ends with 'N passed, M failed'.")
final class ConformCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE.jsonl",
      description = "Recorded cases; - is standard input.")
  private List<String> files = new ArrayList<>();

  @Option(names = "--case", paramLabel = "ID", description = "Only this case.")
  private String only;

  @Option(names = "--json", description = "Print JSON, an object a case.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Map<Status, Integer> all = counts();
    for (CaseFile file : select(files.stream().map(ConformCommand::read).toList())) {
      Map<Status, Integer> counts = counts();
      for (JsonObject recorded : file.cases()) {
        CaseResult result = CaseKinds.of(recorded).orElseThrow().check(recorded, file.images());
        counts.merge(result.status(), 1, Integer::sum);
        all.merge(result.status(), 1, Integer::sum);
        print(out, result);
      }
      if (!json) {
        out.println(file.name() + ", as Linux " + kernels(file) + ": " + summary(counts));
      }
    }
    if (!json) {
      out.println(summary(all));
    }
    return failed(all) == 0 ? 0 : Verdict.VIOLATION.status();
  }

  private void print(PrintWriter out, CaseResult result) {
    if (json) {
      JsonObject o = new JsonObject();
      o.addProperty("id", result.id());
      o.addProperty("status", result.status().name());
      JsonArray lines = RunJson.strings(result.lines());
      o.add("lines", lines);
      out.println(o);
    } else if (result.status() == Status.FAILED) {
      out.println("FAILED  " + result.id());
      result.lines().forEach(l -> out.println("  " + l));
    } else if (result.status() == Status.NOT_MODELLED) {
      out.println("FAILED  " + result.id() + "  not modelled: " + result.lines().getFirst());
    }
  }

  private static String kernels(CaseFile file) {
    return file.cases().stream()
        .map(c -> CaseKinds.of(c).orElseThrow().kernel(c))
        .distinct()
        .map(KernelVersion::toString)
        .collect(Collectors.joining(", "));
  }

  private static CaseFile read(String name) {
    try {
      CaseFile file =
          name.equals("-")
              ? CaseFile.parse("standard input", Scripts.textOfFile(name, "").lines().toList())
              : CaseFile.read(name);
      if (file.cases().isEmpty()) {
        throw new UsageError(
            file.name() + ": no case in it; a file of recorded cases has one a line, as JSON");
      }
      return file;
    } catch (NoSuchFileException e) {
      throw new UsageError("no file '" + name + "'; conform reads files of recorded cases, .jsonl");
    } catch (IOException e) {
      throw new UsageError("cannot read " + name + ": " + e.getMessage());
    }
  }

  private List<CaseFile> select(List<CaseFile> read) {
    if (only == null) {
      return read;
    }
    List<String> ids = new ArrayList<>();
    List<CaseFile> selected = new ArrayList<>();
    for (CaseFile f : read) {
      f.cases().forEach(c -> ids.add(CaseFile.id(c)));
      List<JsonObject> cases = f.cases().stream().filter(c -> CaseFile.id(c).equals(only)).toList();
      if (!cases.isEmpty()) {
        selected.add(new CaseFile(f.name(), cases));
      }
    }
    if (selected.isEmpty()) {
      throw new UsageError("no case '" + only + "' in these files" + Similar.hint(only, ids, ""));
    }
    return selected;
  }

  private static Map<Status, Integer> counts() {
    Map<Status, Integer> counts = new EnumMap<>(Status.class);
    for (Status s : Status.values()) {
      counts.put(s, 0);
    }
    return counts;
  }

  private static int failed(Map<Status, Integer> counts) {
    return counts.get(Status.FAILED) + counts.get(Status.NOT_MODELLED);
  }

  private static String summary(Map<Status, Integer> counts) {
    int missing = counts.get(Status.NOT_MODELLED);
    return counts.get(Status.PASSED)
        + " passed, "
        + failed(counts)
        + " failed"
        + (missing == 0 ? "" : " (" + missing + " of them ask for what is not modelled)");
  }
}
