package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
              .filter(l -> l.matches("(create|load|load_ro|resume|status|message) (d0|pool)( .*|)"))
              .collect(Collectors.joining("\n"));
      assertEquals(target.equals("thin") ? 8 : 4, script.lines().count(), help.out());
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
    Files.createDirectories(folder.resolve("scenarios"));
    Files.writeString(folder.resolve("scenarios/target"), "a file where a folder should be");
    String said = launched(2);
    assertTrue(said.contains("where dmsim is built: use a checkout of your own"), said);
  }

  /** The first build says how long it takes, how far it is, and what went wrong. */
  @Test
  void launcher_thatBuilds_saysHowFarItIs() throws IOException, InterruptedException {
    Path maven =
        Files.writeString(
            folder.resolve("mvn"),
            """
            #!/bin/sh
            printf '\\033[0m[INFO] Scanning for projects...\\n'
            echo '[INFO] Building blocklayer 0.1                      [2/7]'
            echo '[INFO] --- compiler'
            echo '[ERROR] Bio.java:[3,4] not a statement'
            exit 1
            """);
    assertTrue(maven.toFile().setExecutable(true));
    String said = launched(70);
    assertTrue(said.contains("dmsim: building from source (mvn package): about half a"), said);
    assertTrue(said.contains("\ndmsim: building 2/7\n[ERROR] Bio.java:[3,4] not a st"), said);
    assertTrue(said.contains("\ndmsim: the build failed, for the reason above"), said);
    assertFalse(said.contains("INFO"), said);

    Files.writeString(maven, "#!/bin/sh\nprintf '[INFO] BUILD SUCCESS\\n\\033[0m'\n");
    said = launched(1); // that nothing was built is for the JVM to say
    assertTrue(said.contains("jarfile"), said);
    assertFalse(said.contains("the build failed"), said);
  }

  /**
   * What the launcher says in a project without sources, and with the test's folder in its path.
   */
  private String launched(int status) throws IOException, InterruptedException {
    Path bin = Files.createDirectories(folder.resolve("scenarios/bin"));
    Path launcher = Path.of("bin/dmsim");
    launcher = Files.exists(launcher) ? launcher : Path.of("scenarios/bin/dmsim");
    Files.copy(launcher, bin.resolve("dmsim"), StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(folder.resolve("pom.xml"), "");
    ProcessBuilder command = new ProcessBuilder("sh", bin.resolve("dmsim").toString(), "list");
    command.environment().put("DMSIM_JAVA_HOME", System.getProperty("java.home"));
    command.environment().put("PATH", folder + ":" + System.getenv("PATH"));
    Process p = command.redirectErrorStream(true).start();
    String said = new String(p.getInputStream().readAllBytes());
    assertTrue(p.waitFor(600, TimeUnit.SECONDS));
    assertEquals(status, p.exitValue(), said);
    return said;
  }
}
