package org.dmsim.scenarios.cli;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** How a fault of dmsim itself is shown. */
final class Broken {

  private Broken() {}

  /** Prints where it came from and, last, the verdict; returns the status. */
  static int print(PrintWriter out, Throwable fault, String... command) {
    fault.printStackTrace(out);
    reproducer(fault, command).ifPresent(f -> out.println("All that a report needs is in " + f));
    String message = fault.getMessage() == null ? fault.getClass().getName() : fault.getMessage();
    out.println(
        Verdict.BROKEN
            + "  dmsim itself is at fault: "
            + message.lines().findFirst().orElse("")
            + "; please report the lines above with the command and the script");
    return Verdict.BROKEN.status();
  }

  /**
   * A file with all that shows the fault again: a run depends on nothing but the command line and
   * the files that it names.
   */
  private static Optional<Path> reproducer(Throwable fault, String... command) {
    StringWriter text = new StringWriter();
    PrintWriter to = new PrintWriter(text);
    to.println(new CommandLineTool.Version().getVersion()[0] + ", Java " + Runtime.version());
    to.println("dmsim " + Stream.of(command).map(CommandName::quoted).collect(joining(" ")));
    fault.printStackTrace(to);
    for (String word : command) {
      try {
        if (Files.isRegularFile(Path.of(word))) {
          to.println("==== " + word);
          to.println(Files.readString(Path.of(word)));
        }
      } catch (IOException | InvalidPathException unreadable) {
        to.println("==== " + word + " cannot be read");
      }
    }
    try {
      Path file = Files.createTempFile("dmsim-broken-", ".txt");
      return Optional.of(Files.writeString(file, text.toString()));
    } catch (IOException nowhereToWrite) {
      return Optional.empty();
    }
  }
}
