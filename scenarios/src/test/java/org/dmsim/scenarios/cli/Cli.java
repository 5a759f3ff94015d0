package org.dmsim.scenarios.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/**
 * What one command line came to.
 *
 * @param status with which it ended
 * @param out what it printed
 * @param err what it complained about
 */
record Cli(int status, String out, String err) {

  /** Runs dmsim as from a shell, in this JVM. */
  static Cli run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status = new CommandLineTool(new PrintWriter(out), new PrintWriter(err)).run(args);
    return new Cli(status, out.toString(), err.toString());
  }

  List<String> lines() {
    return out.lines().toList();
  }

  String lastLine() {
    return out.isEmpty() ? "" : lines().getLast();
  }

  String verdict() {
    return lastLine().split(" ")[0];
  }
}
