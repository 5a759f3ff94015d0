package org.dmsim.scenarios.door;

import java.io.PrintWriter;
import java.util.HashSet;
import java.util.Set;
import org.dmsim.block.Errno;

/** What the door says beside the programs: refusals, once each, and every call where asked for. */
final class Trace {

  private final PrintWriter err;
  private final boolean calls;
  private final Set<String> said = new HashSet<>();

  /**
   * A voice.
   *
   * @param calls whether each answered call is written
   */
  Trace(PrintWriter err, boolean calls) {
    this.err = err;
    this.calls = calls;
  }

  /** Whether calls are written; else their text need not be made. */
  boolean isOn() {
    return calls;
  }

  void call(Call c, String text, long result) {
    if (calls) {
      boolean error = result < 0 && result > -4096;
      line(
          Threads.comm(c.tid())
              + "["
              + c.tid()
              + "] "
              + text
              + " = "
              + (error ? Errno.name((int) result) : Long.toString(result)));
    }
  }

  /** One line, as {@code dmsim: …}. */
  void line(String text) {
    err.println("dmsim: " + text);
    err.flush();
  }

  /** A line that is said once in a session. */
  void once(String text) {
    if (said.add(text)) {
      line(text);
    }
  }

  /** Lines as they are, such as a report of the kernel's. */
  void raw(String text) {
    err.println(text);
    err.flush();
  }
}
