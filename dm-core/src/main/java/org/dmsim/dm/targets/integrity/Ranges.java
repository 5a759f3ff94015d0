package org.dmsim.dm.targets.integrity;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;
import org.dmsim.locking.SpinLock;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.report.KernelSymbol;

/**
 * The sectors that are being worked on, and who waits for some of them, in the order in which they
 * came; under {@code endio_wait.lock}.
 */
final class Ranges {

  private final SpinLock lock;
  private final TreeMap<Long, Range> inProgress = new TreeMap<>();
  private final ArrayDeque<Range> waitList = new ArrayDeque<>();

  Ranges(SpinLock lock) {
    this.lock = lock;
  }

  boolean isEmpty() {
    return inProgress.isEmpty() && waitList.isEmpty();
  }

  /** Takes the sectors, if nobody has any of them nor waits for them; {@code add_new_range}. */
  boolean add(Range r, boolean checkWaiting) {
    if (checkWaiting && waitList.stream().anyMatch(w -> w.overlaps(r))) {
      return false;
    }
    Map.Entry<Long, Range> before = inProgress.lowerEntry(r.end());
    if (before != null && before.getValue().overlaps(r)) {
      return false;
    }
    inProgress.put(r.sector, r);
    return true;
  }

  /** Waits for the sectors, the lock let go meanwhile; {@code wait_and_add_new_range}. */
  @KernelSymbol("wait_and_add_new_range")
  void waitAndAdd(Range r) {
    r.waiting = true;
    waitList.add(r);
    lock.unlockIrq();
    Sched.await(r, Access.READ, r);
    lock.lockIrq();
  }

  /** {@code add_new_range_and_wait}. */
  void addAndWait(Range r) {
    if (!add(r, true)) {
      waitAndAdd(r);
    }
  }

  /** Gives the sectors back, and lets go on who can; {@code remove_range_unlocked}. */
  void removeLocked(Range r) {
    inProgress.remove(r.sector);
    while (!waitList.isEmpty()) {
      Range first = waitList.poll();
      if (!add(first, false)) {
        waitList.addFirst(first);
        return;
      }
      Sched.touch(first, Access.WRITE);
      first.waiting = false;
    }
  }

  /** {@code remove_range}. */
  @KernelSymbol("remove_range")
  void remove(Range r) {
    boolean flags = lock.lockIrqsave();
    removeLocked(r);
    lock.unlockIrqrestore(flags);
  }
}
