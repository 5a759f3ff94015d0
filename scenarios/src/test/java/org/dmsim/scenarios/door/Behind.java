package org.dmsim.scenarios.door;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a program behind the door came to. dmsim is a process of its own here: the thread that
 * starts a program keeps its filter for good.
 *
 * @param status with which dmsim ended
 * @param out what dmsim and the program printed, as a terminal shows it
 */
record Behind(int status, String out) {

  private static final int CLOSED = 3;
  private static final long PATIENCE = 600;

  /** Runs {@code dmsim with WORDS}, as a user or as root. */
  static Behind with(Path folder, String... words) {
    List<String> command = new ArrayList<>(List.of("with"));
    if (System.getProperty("user.name").equals("root")) {
      command.add("--allow-root");
    }
    command.addAll(List.of(words));
    return dmsim(folder, command.toArray(String[]::new));
  }

  /** Runs dmsim. */
  static Behind dmsim(Path folder, String... words) {
    List<String> command = new ArrayList<>(dmsim());
    command.addAll(List.of(words));
    return run(folder, command);
  }

  /** The words that are dmsim, for a shell too. */
  static List<String> dmsim() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=off");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("org.dmsim.scenarios.Dmsim");
    return command;
  }

  /**
   * Runs dmsim as an ordinary user: as this one, or where this is root as nobody.
   *
   * @param before words in front of all, such as a program that takes something away
   * @return null where a user cannot be had, which is said
   */
  static Behind asUser(Path folder, List<String> before, String... words) {
    List<String> command = new ArrayList<>(before);
    String classPath = System.getProperty("java.class.path");
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    if (System.getProperty("user.name").equals("root")) {
      if (!has("setpriv")) {
        return null;
      }
      command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"));
      classPath = publicCopy(folder, classPath);
    }
    command.add(java.toString());
    command.add("--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(List.of("-cp", classPath, "org.dmsim.scenarios.Dmsim"));
    command.addAll(List.of(words));
    Behind b = run(folder, command);
    if (b.out.startsWith("setpriv: failed to execute")) {
      System.out.println("NOT TESTED: nobody may run " + java);
      return null;
    }
    return b;
  }

  /** What dmsim is made of, where everybody may read it. */
  private static String publicCopy(Path folder, String classPath) {
    try {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
      List<String> copies = new ArrayList<>();
      for (String part : classPath.split(":")) {
        Path from = Path.of(part);
        String name = from.getFileName().toString();
        boolean classes = Files.isDirectory(from) && !name.startsWith("test");
        if (classes || name.matches("(picocli|gson|slf4j|dmsim-).*jar")) {
          Path to = folder.resolve("lib").resolve(copies.size() + "-" + name);
          copies.add(to.toString());
          if (!Files.exists(to)) {
            Files.createDirectories(to.getParent());
            run(folder, List.of("cp", "-rL", "--no-preserve=mode", part, to.toString()));
          }
        }
      }
      return String.join(":", copies);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Runs a shell script behind the door. */
  static Behind script(Path folder, String text, String... options) {
    List<String> words = new ArrayList<>(List.of(options));
    words.addAll(List.of("--", "sh", "-c", text));
    return with(folder, words.toArray(String[]::new));
  }

  /** Runs a command of the host's. */
  static Behind run(Path folder, List<String> command) {
    try {
      Path out = Files.createTempFile(folder, "out", "");
      Process p =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(out.toFile())
              .start();
      if (!p.waitFor(PATIENCE, TimeUnit.SECONDS)) {
        p.destroyForcibly();
        throw new AssertionError("no end in sight: " + command + "\n" + Files.readString(out));
      }
      return new Behind(p.exitValue(), Files.readString(out));
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Whether this host does not let programs in; dmsim has said why then. */
  boolean isClosed() {
    boolean closed =
        status == CLOSED && out.startsWith("dmsim: programs cannot be let in here: seccomp(2)");
    if (closed) {
      System.out.println("NOT TESTED: " + out);
    }
    return closed;
  }

  /** Whether these programs are there; says so where one is not. */
  static boolean has(String... programs) {
    boolean all = true;
    for (String p : programs) {
      boolean there =
          Stream.of("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/bin")
              .anyMatch(f -> Files.isExecutable(Path.of(f, p)));
      if (!there) {
        System.out.println("NOT TESTED: there is no " + p + " here");
      }
      all &= there;
    }
    return all;
  }

  /** The last line: what dmsim says of the run. */
  String lastLine() {
    return out.lines().toList().getLast();
  }
}
