package org.dmsim.scenarios;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.dmsim.scenarios.cli.CommandLineTool;
import org.dmsim.scenarios.cli.OwnClasses;
import org.dmsim.scenarios.cli.UsageError;

/** The command line: {@code dmsim COMMAND ...}. */
public final class Dmsim {

  private Dmsim() {}

  /** Runs one command and ends with its status; see {@code dmsim --help}. */
  public static void main(String[] args) {
    PrintWriter out = CommandLineTool.answers(System.out);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int status = run(out, err, args);
    out.flush();
    err.flush();
    System.exit(status);
  }

  private static int run(PrintWriter out, PrintWriter err, String... args) {
    String[] command;
    try {
      command = OwnClasses.load(args);
    } catch (UsageError e) {
      err.println("dmsim: " + e.getMessage());
      return 2;
    }
    return new CommandLineTool(out, err).run(command);
  }
}
