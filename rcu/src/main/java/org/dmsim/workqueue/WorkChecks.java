package org.dmsim.workqueue;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.context.ExecutionContext;
import org.dmsim.context.MightSleep;
import org.dmsim.lockdep.HeldLocks;
import org.dmsim.lockdep.LockMap;
import org.dmsim.lockdep.LockUse;
import org.dmsim.machine.Task;
import org.dmsim.report.Check;
import org.dmsim.splat.Splat;
import org.dmsim.version.SourcePlace;

/** What lockdep is told of workqueues, and what a work must not leave behind. */
final class WorkChecks {

  private static final SourcePlace FLUSH = SourcePlace.of("kernel/workqueue.c", 3017);

  private WorkChecks() {}

  static void begins(Workqueue wq, Work work) {
    HeldLocks.acquire(wq.depMap(), 0, false, LockUse.WRITE);
    HeldLocks.acquire(work.depMap(), 0, false, LockUse.WRITE);
  }

  /** Mirrors the end of {@code process_one_work}. */
  static void ends(Workqueue wq, Work work) {
    HeldLocks.release(work.depMap());
    HeldLocks.release(wq.depMap());
    Task t = Task.current();
    HeldLocks held = HeldLocks.of(t);
    boolean seesRcu = WorkerPools.of(t.machine()).leakOfRcuIsSeen;
    int reader = seesRcu ? ExecutionContext.rcuPreemptDepth(t) : 0;
    if (t.preemptCount != 0 || (held.lockdep().isOn() && held.depth() > 0) || reader != 0) {
      List<String> lines = new ArrayList<>(held.print());
      Splat splat = new Splat(t, Check.LOCKDEP);
      String preempt = String.format("0x%08x", t.preemptCount);
      if (seesRcu) {
        splat
            .headline(
                "BUG: workqueue leaked atomic, lock or RCU: " + t.comm() + "[" + t.pid() + "]")
            .line(
                String.format(
                    "     preempt=%s lock=0->%d RCU=0->%d workfn=%s",
                    preempt, held.depth(), reader, work.name()));
      } else {
        splat
            .headline(
                "BUG: workqueue leaked lock or atomic: " + t.comm() + "/" + preempt + "/" + t.pid())
            .line("     last function: " + work.name());
      }
      splat.lines(lines).dumpStack().make(ExecutionContext.counts(t));
    }
  }

  /** What a task checks that waits for a work. */
  static void waits(Work work) {
    touch(work.depMap());
    MightSleep.check(FLUSH);
  }

  /** Says to lockdep that the caller waits for whoever holds {@code map}. */
  static void touch(LockMap map) {
    HeldLocks.acquire(map, 0, false, LockUse.WRITE);
    HeldLocks.release(map);
  }
}
