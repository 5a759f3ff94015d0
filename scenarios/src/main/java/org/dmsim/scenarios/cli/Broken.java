package org.dmsim.scenarios.cli;

import java.io.PrintWriter;

/** How a fault of dmsim itself is shown. */
final class Broken {

  private Broken() {}

  /** Prints where it came from and, last, the verdict; returns the status. */
  static int print(PrintWriter out, Throwable fault) {
    fault.printStackTrace(out);
    String message = fault.getMessage() == null ? fault.getClass().getName() : fault.getMessage();
    out.println(
        Verdict.BROKEN
            + "  dmsim itself is at fault: "
            + message.lines().findFirst().orElse("")
            + "; please report the lines above with the command and the script");
    return Verdict.BROKEN.status();
  }
}
