package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.dmsim.scenarios.run.KernelCommands;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What help shows works. */
final class HelpTest {

  @TempDir private Path folder;

  @Test
  void everyTarget_hasHelpWithATableThatLoads() throws IOException {
    for (String target : KernelCommands.targetTypes()) {
      if (target.equals("wrap") || target.equals("hasty")) {
        continue; // the tests' own
      }
      Cli help = Cli.run("help", target);
      assertEquals(0, help.status(), help.err());
      String script =
          help.lines().stream()
              .map(String::strip)
              .filter(l -> l.matches("(create|load|load_ro|resume|status) d0.*"))
              .collect(Collectors.joining("\n"));
      assertEquals(4, script.lines().count(), help.out());
      Path file = Files.writeString(folder.resolve("a.dm"), script + "\n");
      Cli run = Cli.run("run", file.toString());
      if (target.equals("zoned")) {
        assertTrue(run.err().contains("EINVAL"), run.err()); // no device is zoned
        continue;
      }
      assertEquals("CLEAN", run.verdict(), target + ": " + run.err() + run.out());
      assertTrue(Cli.run("help", "targets").out().contains("\n  " + target + " "), target);
    }
  }

  @Test
  void helpOfScripts_holdsAScriptThatRuns() throws IOException {
    String help = Cli.run("help", "script").out();
    String script = help.substring(help.indexOf("\n---\n") + 5, help.lastIndexOf("\n---\n"));
    Path file = Files.writeString(folder.resolve("a.dm"), script);
    Cli test = Cli.run("test", file.toString());
    assertEquals("1 passed, 0 failed", test.lastLine(), test.out());
    for (String word : java.util.List.of("group", "commit", "fixed", "symptom", "rule")) {
      assertTrue(help.contains("\n  " + word + " "), word);
    }
  }

  /** Where the launcher cannot write, it says so; it does not wait for a lock that nobody has. */
  @Test
  void launcher_thatCannotWrite_saysSo() throws IOException, InterruptedException {
    Path bin = Files.createDirectories(folder.resolve("scenarios/bin"));
    Path launcher = Path.of("bin/dmsim");
    launcher = Files.exists(launcher) ? launcher : Path.of("scenarios/bin/dmsim");
    Files.copy(launcher, bin.resolve("dmsim"));
    Files.writeString(folder.resolve("pom.xml"), "");
    Files.writeString(folder.resolve("scenarios/target"), "a file where a folder should be");
    ProcessBuilder command = new ProcessBuilder("sh", bin.resolve("dmsim").toString(), "list");
    command.environment().put("DMSIM_JAVA_HOME", System.getProperty("java.home"));
    Process p = command.redirectErrorStream(true).start();
    String said = new String(p.getInputStream().readAllBytes());
    assertTrue(p.waitFor(60, TimeUnit.SECONDS));
    assertEquals(2, p.exitValue(), said);
    assertTrue(said.contains("where dmsim is built: use a checkout of your own"), said);
  }
}
