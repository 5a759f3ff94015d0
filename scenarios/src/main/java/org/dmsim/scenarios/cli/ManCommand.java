package org.dmsim.scenarios.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmsim man}: manual pages for man. */
@Command(
    name = "man",
    header = "Writes manual pages of dmsim and its commands.",
    mixinStandardHelpOptions = true,
    description = {
      "Writes manual pages for man: dmsim(1), dmsim-run(1) and so on. This installs them for you:",
      "",
      "  dmsim man ~/.local/share/man"
    })
final class ManCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "Where manuals are; they go into man1 in it.")
  private Path folder;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Map<String, String> pages =
        ManPages.all(new CommandLineTool(out, spec.commandLine().getErr()).commandLine(null));
    Path man1 = folder.resolve("man1");
    try {
      Files.createDirectories(man1);
      for (Map.Entry<String, String> p : pages.entrySet()) {
        Files.writeString(man1.resolve(p.getKey()), p.getValue());
      }
    } catch (IOException e) {
      throw new UsageError(
          "cannot write into " + man1 + ": " + e.getMessage() + "; name a folder of your own");
    }
    out.println(pages.size() + " pages in " + man1 + "; read them: man dmsim");
    return 0;
  }
}
