package org.dmsim.scenarios.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.dmsim.scenarios.Dmsim;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --classpath} brings targets that dmsim was built without. */
final class OwnClassesTest {

  private static final String TARGET =
      """
      package own;

      import org.dmsim.block.bio.Bio;
      import org.dmsim.dm.targets.*;

      @DmTargetType(name = "swallow")
      public final class SwallowTarget extends DmTarget {
        @Override public void ctr(String[] argv) {}

        @Override public MapResult map(Bio bio) {
          bio.endio();
          return MapResult.SUBMITTED;
        }
      }
      """;

  private static final String SCRIPT =
      """
      kernel 6.1.192
      create d0
      load d0 0 1024 swallow
      resume d0
      write d0 0 4096 7
      expect clean
      """;

  @TempDir private Path folder;

  @Test
  void targetOfOnesOwn_isThere() throws Exception {
    Path classes = compiled(TARGET);
    Path script = Files.writeString(folder.resolve("swallow.dm"), SCRIPT);

    String with = run("run", script.toString(), "--classpath=" + classes);
    assertTrue(with.contains("\nCLEAN "), with);
    String without = run("run", script.toString());
    assertTrue(without.contains("swallow: unknown target type"), without);
  }

  @Test
  @Tag("deep")
  void targetThatStopsTheThreadOfAllTasks_isNamed() throws Exception {
    Path classes =
        compiled(TARGET.replace("bio.endio();", "java.util.concurrent.locks.LockSupport.park();"));
    Path script = Files.writeString(folder.resolve("swallow.dm"), SCRIPT);
    String said = run("run", script.toString(), "--classpath=" + classes);
    assertTrue(
        said.contains(
            "dmsim: task 'dmctl' stands still outside the model, in SwallowTarget.java:11: it"
                + " called LockSupport.park, which stops the one thread that all tasks share. Use"
                + " Completion or WaitQueue of org.dmsim.locking."),
        said);
    assertTrue(said.contains("    at own.SwallowTarget.map(SwallowTarget.java:11)"), said);
  }

  private Path compiled(String target) throws Exception {
    Path source = Files.writeString(folder.resolve("SwallowTarget.java"), target);
    Path classes = Files.createDirectories(folder.resolve("own classes"));
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                source.toString());
    assertEquals(0, status);
    Path services = Files.createDirectories(classes.resolve("META-INF/services"));
    Files.writeString(services.resolve("org.dmsim.dm.targets.DmTarget"), "own.SwallowTarget\n");
    return classes;
  }

  @Test
  void jarThatIsNotThere_isSaidInOneLine() {
    UsageError e =
        assertThrows(UsageError.class, () -> OwnClasses.load("run", "x", "--classpath", "no.jar"));
    assertEquals("--classpath: there is no 'no.jar'; give a jar or a folder", e.getMessage());
    assertThrows(UsageError.class, () -> OwnClasses.load("run", "--classpath"));
    assertEquals(
        List.of("with", "--", "ls", "--classpath", "x"),
        List.of(OwnClasses.load("with", "--", "ls", "--classpath", "x")));
  }

  /** In a JVM of its own, as targets are looked up once in one. */
  private static String run(String... args) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Dmsim.class.getName()));
    command.addAll(List.of(args));
    Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
