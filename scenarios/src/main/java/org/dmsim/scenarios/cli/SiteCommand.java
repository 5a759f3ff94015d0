package org.dmsim.scenarios.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.dmsim.scenarios.rules.Evidence;
import org.dmsim.scenarios.site.Site;
import org.dmsim.scenarios.site.Target;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmsim site}: the documentation as a static site. */
@Command(
    name = "site",
    header = "Writes the documentation as a static site, made of runs.",
    mixinStandardHelpOptions = true,
    description = {
      "Writes rules, museum, contexts, targets, the lookup by version, kinds of reports and public",
      "reports as pages that need no network. Every verdict and every picture is made by a run."
    })
final class SiteCommand implements Callable<Integer> {

  private static final List<String> BROWSERS = List.of("xdg-open", "open", "wslview");

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      defaultValue = "dmsim-site",
      description = "Where to: an empty folder, a new one, or a site made before; else dmsim-site.")
  private Path folder;

  @Option(names = "--open", description = "Show it in the browser that the system has.")
  private boolean open;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    check();
    PrintWriter err = spec.commandLine().getErr();
    Consumer<String> progress =
        what -> {
          if (Terminal.isErr()) {
            err.println("making " + what + " ...");
            err.flush();
          }
        };
    List<Target> targets =
        TargetHelp.all().stream()
            .map(t -> new Target(t.name(), t.does(), t.arguments(), t.notes(), t.script()))
            .toList();
    Map<String, String> files = Site.files(Site.Scope.all(targets), new Evidence(), progress);
    write(files);
    Path index = folder.resolve("index.html");
    out.println(files.size() + " files; look at " + index);
    if (open) {
      show(index);
    }
    return 0;
  }

  private void check() {
    try {
      if (Files.exists(folder) && !Files.isDirectory(folder)) {
        throw new UsageError(folder + " is a file; name a folder");
      }
      if (Files.isDirectory(folder) && !Files.isRegularFile(folder.resolve("site.js"))) {
        try (Stream<Path> inside = Files.list(folder)) {
          if (inside.findAny().isPresent()) {
            throw new UsageError(
                folder + " holds something else than a site; name an empty folder or a new one");
          }
        }
      }
      Files.createDirectories(folder);
      if (!Files.isWritable(folder)) {
        throw new UsageError("cannot write into " + folder + "; name a folder that can be written");
      }
    } catch (IOException e) {
      throw new UsageError("cannot make " + folder + ": " + e.getMessage());
    }
  }

  private void write(Map<String, String> files) {
    try {
      for (Map.Entry<String, String> f : files.entrySet()) {
        Path path = folder.resolve(f.getKey());
        Files.createDirectories(path.getParent());
        Files.writeString(path, f.getValue());
      }
    } catch (IOException e) {
      throw new UsageError("cannot write into " + folder + ": " + e.getMessage());
    }
  }

  private static void show(Path index) {
    for (String browser : BROWSERS) {
      try {
        new ProcessBuilder(browser, index.toAbsolutePath().toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
        return;
      } catch (IOException e) {
        // not installed: the next one
      }
    }
    throw new UsageError(
        "--open: there is none of "
            + String.join(", ", BROWSERS)
            + "; open "
            + index.toAbsolutePath()
            + " in a browser");
  }
}
