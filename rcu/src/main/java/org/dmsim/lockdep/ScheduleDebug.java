package org.dmsim.lockdep;

import org.dmsim.machine.Cpu;
import org.dmsim.machine.SwitchHook;
import org.dmsim.machine.Task;
import org.dmsim.report.Check;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.Splat;
import org.dmsim.version.SourcePlace;

/**
 * What the scheduler itself checks of a task that calls it: that its context allows a switch.
 * Mirrors {@code schedule_debug} and {@code __schedule_bug}, 6.1.
 */
final class ScheduleDebug implements SwitchHook {

  private static final SourcePlace SCHEDULE_DEBUG =
      SourcePlace.of("kernel/sched/core.c", 5835, 5942);

  @Override
  public void contextSwitch(Cpu cpu, Task prev, boolean preempted) {
    if (preempted && !prev.waitsForRtlock()) {
      return;
    }
    HeldLocks held = HeldLocks.of(prev);
    if (!preempted && prev.nonBlockCount != 0 && prev.blocker() != null) {
      nonBlocking(prev, held);
    }
    if (prev.preemptCount != 0) {
      scheduleBug(prev, held);
      prev.preemptCount = 0; // as the kernel does, so that it can go on
    }
    RcuLockdep.sleepCheck(prev, held, SCHEDULE_DEBUG);
    if (prev.irqsDisabled) {
      prev.irqsDisabled = false; // a switch ends with interrupts on
      held.interruptsOn();
    }
  }

  @KernelSymbol("__schedule_bug")
  private static void scheduleBug(Task t, HeldLocks held) {
    new Splat(t, Check.SCHEDULING_WHILE_ATOMIC)
        .headline(
            "BUG: scheduling while atomic: "
                + t.comm()
                + "/"
                + t.pid()
                + String.format("/0x%08x", t.preemptCount + Task.PREEMPT_OFFSET))
        .lines(held.print())
        .dumpStack()
        .makeAndTaint(held.counts());
  }

  @KernelSymbol("schedule")
  private static void nonBlocking(Task t, HeldLocks held) {
    new Splat(t, Check.SCHEDULING_WHILE_ATOMIC)
        .headline(
            "BUG: scheduling in a non-blocking section: "
                + t.comm()
                + "/"
                + t.pid()
                + "/"
                + t.nonBlockCount)
        .dumpStack()
        .makeAndTaint(held.counts());
  }
}
