package org.dmsim.locking;

import java.util.ArrayDeque;
import org.dmsim.context.RtLock;
import org.dmsim.lockdep.HeldLocks;
import org.dmsim.lockdep.LockMap;
import org.dmsim.lockdep.LockUse;
import org.dmsim.machine.BottomHalves;
import org.dmsim.machine.Machine;
import org.dmsim.machine.MachineKey;
import org.dmsim.machine.RealtimePart;
import org.dmsim.machine.Task;

/**
 * Bottom halves of the CPU that the task runs on. On a real thread, nothing.
 *
 * <p>With PREEMPT_RT they are off by a lock of the CPU, whose holder may be preempted and may
 * sleep, while all softirqs of that CPU wait for it. Mirrors kernel/softirq.c, 6.12.
 */
public final class LocalBh implements BottomHalves {

  /** {@code SOFTIRQ_DISABLE_OFFSET}: bottom halves off, told from one being served. */
  public static final int DISABLE_OFFSET = 2 * Task.SOFTIRQ_OFFSET;

  private static final MachineKey<LocalBh> KEY = new MachineKey<>("bottom halves", LocalBh::new);

  /** {@code softirq_ctrl.lock} of each CPU. */
  private final SpinLock[] locks;

  private LocalBh(Machine machine) {
    locks = new SpinLock[machine.cpuCount()];
    for (int i = 0; i < locks.length; i++) {
      locks[i] = new SpinLock("(softirq_ctrl.lock)");
    }
  }

  /** Gives a machine with PREEMPT_RT the locks. */
  public static final class Part implements RealtimePart {
    /** Found as a service. */
    public Part() {}

    @Override
    public void install(Machine machine) {
      machine.setBottomHalves(machine.part(KEY));
    }
  }

  /** {@code local_bh_disable}. Nests. */
  public static void disable() {
    Task t = Task.current();
    if (RtLock.isOn(t)) {
      disable(t, DISABLE_OFFSET);
    } else if (t != null) {
      t.preemptCountAdd(DISABLE_OFFSET);
    }
  }

  /** {@code local_bh_enable}: softirqs that wait may run from here on. */
  public static void enable() {
    Task t = Task.current();
    if (RtLock.isOn(t)) {
      enable(t, DISABLE_OFFSET);
    } else if (t != null) {
      t.preemptCountSub(DISABLE_OFFSET);
    }
  }

  @Override
  public void disable(int count) {
    disable(Task.current(), count);
  }

  @Override
  public void enable(int count) {
    enable(Task.current(), count);
  }

  private static SpinLock lockOf(Task t) {
    return t.machine().part(KEY).locks[t.cpu().number()];
  }

  private static void disable(Task t, int count) {
    HeldLocks.acquire(mapOf(t), 0, false, LockUse.READ_RECURSIVE);
    if (t.softirqDisableCount == 0 && !t.isPreemptionOff()) {
      t.migrationDisabled++;
      lockOf(t).lock();
      RtLock.enterReader(t);
    }
    t.softirqDisableCount += count;
  }

  private static void enable(Task t, int count) {
    boolean preemptible = !t.isPreemptionOff();
    HeldLocks.release(mapOf(t));
    int last = count;
    if (t.softirqDisableCount == count && preemptible && !t.cpu().pendingSoftirqs().isEmpty()) {
      t.softirqDisableCount = Task.SOFTIRQ_OFFSET;
      last = Task.SOFTIRQ_OFFSET;
      serve(t.cpu().pendingSoftirqs());
    }
    t.softirqDisableCount -= last;
    SpinLock lock = lockOf(t);
    if (t.softirqDisableCount == 0 && preemptible && lock.isMine()) {
      RtLock.leaveReader(t);
      lock.unlock();
      t.migrationDisabled--;
    }
  }

  /** Mirrors {@code __do_softirq}, called from {@code __local_bh_enable_ip}. */
  private static void serve(ArrayDeque<Runnable> pending) {
    for (Runnable next = pending.poll(); next != null; next = pending.poll()) {
      next.run();
    }
  }

  private static LockMap mapOf(Task t) {
    return HeldLocks.of(t).lockdep().localBh;
  }
}
