package org.dmsim.scenarios;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.dmsim.scenarios.cli.CommandLineTool;

/** The command line: {@code dmsim COMMAND ...}. */
public final class Dmsim {

  private Dmsim() {}

  /** Runs one command and ends with its status; see {@code dmsim --help}. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int status = new CommandLineTool(out, err).run(args);
    out.flush();
    err.flush();
    System.exit(status);
  }
}
