package org.dmsim.block;

import org.dmsim.machine.Machine;
import org.dmsim.machine.Task;

/** A kernel message that is printed ten times in five seconds at most: {@code ___ratelimit}. */
public final class RateLimit {

  private static final long INTERVAL = 5_000_000_000L;
  private static final int BURST = 10;

  private final String function;
  private long begin = -1;
  private int printed;
  private int missed;

  /** That of one function's messages. */
  public RateLimit(String function) {
    this.function = function;
  }

  /** Prints a line, or counts it as missed. On a real thread there is no log. */
  public void printk(String line) {
    Task t = Task.current();
    if (t == null) {
      return;
    }
    Machine m = t.machine();
    if (begin < 0) {
      begin = m.now();
    }
    if (m.now() > begin + INTERVAL) {
      if (missed > 0) {
        m.printk(function + ": " + missed + " callbacks suppressed");
      }
      begin = m.now();
      printed = 0;
      missed = 0;
    }
    if (printed < BURST) {
      printed++;
      m.printk(line);
    } else {
      missed++;
    }
  }
}
