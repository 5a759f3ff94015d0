package org.dmsim.scenarios.door;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;

/**
 * A program that sleeps: as long as it does, virtual time passes. With virtual time only, its sleep
 * is over when the machine has nothing else to do.
 */
final class SleepCalls {

  private static final int TIMER_ABSTIME = 1;

  private final Session session;

  SleepCalls(Session session) {
    this.session = session;
  }

  void handle(Call c) {
    boolean clock = c.what() == SystemCall.CLOCK_NANOSLEEP;
    if (clock && (c.argument(1) & TIMER_ABSTIME) != 0) {
      c.goOn();
      return;
    }
    MemorySegment t = c.peek(c.argument(clock ? 2 : 0), 16);
    long seconds = t.get(JAVA_LONG_UNALIGNED, 0);
    long rest = t.get(JAVA_LONG_UNALIGNED, 8);
    if (seconds < 0 || seconds > Integer.MAX_VALUE || rest < 0 || rest >= 1_000_000_000L) {
      c.goOn(); // the host's kernel says what is wrong with it
      return;
    }
    long time = seconds * 1_000_000_000L + rest;
    if (session.options().virtualTime()) {
      c.park();
      session
          .door()
          .perform(
              c.tid(),
              () -> {
                sleep(time);
                c.answer(0);
              });
    } else {
      c.goOn();
      session.door().performInBackground("sleep", () -> sleep(time));
    }
  }

  private static void sleep(long nanoseconds) {
    Sleeper s = new Sleeper();
    Sched.await(s, Access.READ, s, nanoseconds);
  }

  private static final class Sleeper extends Shared implements Blocker {
    Sleeper() {
      super("sleep");
    }

    @Override
    public boolean ready() {
      return false;
    }

    @Override
    public String waitsFor() {
      return "the end of a sleep";
    }
  }
}
