package org.dmsim.scenarios.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.dmsim.scenarios.explain.ExplainPage;
import org.dmsim.scenarios.explain.Explainer;
import org.dmsim.scenarios.explain.Explanation;
import org.dmsim.scenarios.explain.JsonAnswer;
import org.dmsim.scenarios.explain.TextAnswer;
import org.dmsim.scenarios.museum.Museum;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmsim explain}: a real kernel log in plain words. */
@Command(
    name = "explain",
    header = "Says in plain words what a real kernel log reports.",
    mixinStandardHelpOptions = true,
    description = {
      "Says in plain words what a real kernel log reports. The first line of each answer says who"
          + " did",
      "what is forbidden, called by whom, under what, opened by whom; below it stands what in the"
          + " log",
      "shows that. \"(rule)\" marks what rests on a general rule and not on the log.",
      "",
      "Kinds: sleeping or scheduling while atomic, voluntary switch in an RCU read section,",
      "suspicious RCU usage, invalid wait context, circular, recursive and interrupt-unsafe"
          + " locking,",
      "inconsistent lock state, unlock balance, locks held at return or freed, KASAN use after"
          + " free",
      "and double free, hung tasks with who holds what they wait for, RCU stalls, SRCU misuse,",
      "reference counts, list corruption, and traces whose headline is lost. Others are named by",
      "their lines and not explained.",
      "",
      "Formats: dmesg with any of its stamps, syslog, journal (short, precise, export, JSON),"
          + " kmsg,",
      "logcat, docker and CI prefixes, grep -n, quoted mail, wrapped lines, HTML remains, colours,",
      "UTF-8, UTF-16 and gzip; traces of x86, arm64, arm, powerpc, s390 and riscv, raw or decoded.",
      "",
      "Status: 0 something is explained; 1 nothing is there to explain, and what was seen is told;",
      "2 the log cannot be read."
    })
final class ExplainCommand implements Callable<Integer> {

  private static final int NOTHING = 1;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "A kernel log; - is standard input.")
  private String file;

  @Option(names = "--json", description = "Print one JSON object, also where nothing is explained.")
  private boolean json;

  @Option(names = "--markdown", description = "Print scenarios/EXPLAIN.md, made anew.")
  private boolean markdown;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (markdown) {
      if (file != null || json) {
        throw new UsageError("--markdown prints the page of examples; leave the rest out");
      }
      out.print(ExplainPage.markdown());
      return 0;
    }
    if (file == null) {
      throw new UsageError(
          "explain needs FILE, or - for standard input; see: dmsim explain --help");
    }
    Explanation found = read();
    if (json) {
      out.println(JsonAnswer.of(found));
    } else if (found.entries().isEmpty()) {
      nothing(out, found);
    } else {
      TextAnswer.of(found, ExplainCommand::scenario).forEach(out::println);
    }
    return found.entries().isEmpty() ? NOTHING : 0;
  }

  private static String scenario(String name) {
    return CommandName.get() + (Museum.find(name).isPresent() ? " explore " : " run ") + name;
  }

  private Explanation read() {
    try (InputStream in = open()) {
      return Explainer.explain(in);
    } catch (InvalidPathException | IOException e) {
      throw new UsageError("cannot read " + file + ": " + e.getMessage());
    }
  }

  private InputStream open() throws IOException {
    if (file.equals("-")) {
      return System.in;
    }
    Path path = Path.of(file);
    if (!Files.exists(path)) {
      throw new UsageError("no file '" + file + "'");
    }
    if (Files.isDirectory(path)) {
      throw new UsageError(file + " is a folder; name a log in it");
    }
    return Files.newInputStream(path);
  }

  private void nothing(PrintWriter out, Explanation e) {
    String name = file.equals("-") ? "standard input" : file;
    if (e.lines() == 0) {
      out.println("nothing to explain: " + name + " is empty");
      return;
    }
    out.println(
        "nothing to explain: %s has %d line%s and no report of a kind that dmsim reads; see: %s"
            .formatted(name, e.lines(), e.lines() == 1 ? "" : "s", "dmsim explain --help"));
    TextAnswer.of(e, ExplainCommand::scenario).forEach(out::println);
  }
}
