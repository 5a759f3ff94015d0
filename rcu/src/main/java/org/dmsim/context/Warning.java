package org.dmsim.context;

import org.dmsim.machine.Task;
import org.dmsim.report.CallTrace;
import org.dmsim.report.Check;
import org.dmsim.splat.Splat;
import org.dmsim.version.SourcePlace;

/** {@code WARN_ON} and {@code WARN}: a claim of kernel code that did not hold; the task goes on. */
public final class Warning {

  private Warning() {}

  /** A WARN_ON of the current task. */
  public static void at(SourcePlace place, String function) {
    Task t = Task.current();
    report(t, Check.WARNING, "", place, function, Task.callTrace());
  }

  /**
   * Any WARN.
   *
   * @param headline a line of its own above; empty for none
   * @param function the kernel function that warns
   */
  public static void report(
      Task t, Check check, String headline, SourcePlace place, String function, CallTrace trace) {
    Splat splat = new Splat(t, check).line("------------[ cut here ]------------");
    String at =
        "WARNING: CPU: "
            + t.cpu().number()
            + " PID: "
            + t.pid()
            + " at "
            + place.in(t.machine().configuration().kernel())
            + " "
            + function;
    if (headline.isEmpty()) {
      splat.headline(at);
    } else {
      splat.headline(headline).line(at);
    }
    splat
        .identity()
        .trace(trace)
        .line("---[ end trace 0000000000000000 ]---")
        .makeAndTaint(ExecutionContext.counts(t));
  }
}
