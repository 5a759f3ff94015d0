import com.google.googlejavaformat.java.Main;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Holds every Java source of the project against google-java-format, in one JVM for all modules.
 *
 * <p>Run by the build from the project's root, as {@code Format check} or {@code Format apply}. A
 * formatter inside Maven's own JVM would be tied to the JDK that runs Maven, and that one need not
 * know the syntax of the sources. A check that finds something ends with status 0 all the same and
 * leaves a file behind: Maven would bury the names of the sources under its own stack trace.
 */
final class Format {

  /** Exists after a check that failed; the build looks for it, and says how to mend it. */
  private static final Path FAILED = Path.of("target", "format", "failed");

  public static void main(String[] args) throws Exception {
    boolean apply = args.length == 1 && args[0].equals("apply");
    List<String> command = new ArrayList<>();
    if (apply) {
      command.add("--replace");
    } else {
      command.addAll(List.of("--dry-run", "--set-exit-if-changed"));
    }
    command.addAll(sources());

    StringWriter found = new StringWriter();
    StringWriter errors = new StringWriter();
    int status =
        new Main(new PrintWriter(found), new PrintWriter(errors), InputStream.nullInputStream())
            .format(command.toArray(String[]::new));

    Files.deleteIfExists(FAILED);
    // A source that cannot be parsed: its line says file, line and column.
    System.err.print(errors);
    if (apply) {
      System.exit(status);
    }
    found.toString().lines().forEach(file -> System.err.println("not formatted: " + file));
    if (status != 0) {
      Files.createFile(FAILED);
    }
  }

  private static List<String> sources() throws IOException {
    List<String> sources = new ArrayList<>();
    for (String root : List.of(".ci", "rcu", "blocklayer", "dm-core", "scenarios")) {
      try (Stream<Path> files = Files.walk(Path.of(root))) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .filter(file -> !file.toString().contains("/target/"))
            .map(Path::toString)
            .sorted()
            .forEach(sources::add);
      }
    }
    return sources;
  }

  private Format() {}
}
