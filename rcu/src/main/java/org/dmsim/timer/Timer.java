package org.dmsim.timer;

import java.util.List;
import org.dmsim.context.LocalIrq;
import org.dmsim.context.Warning;
import org.dmsim.lockdep.HeldLocks;
import org.dmsim.lockdep.LockMap;
import org.dmsim.lockdep.LockUse;
import org.dmsim.lockdep.Lockdep;
import org.dmsim.lockdep.WaitType;
import org.dmsim.locking.SpinLock;
import org.dmsim.machine.Access;
import org.dmsim.machine.Alarm;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Cpu;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;
import org.dmsim.version.KernelVersion;
import org.dmsim.version.SourcePlace;

/**
 * A timer of a machine; mirrors {@code struct timer_list}, 6.1: it goes off at a tick, in the timer
 * softirq of the CPU that armed it.
 */
public final class Timer extends Shared {

  /** {@code lockdep_assert_preemption_enabled}, with PREEMPT_RT. */
  private static final SourcePlace DEL_SYNC =
      SourcePlace.of("kernel/time/timer.c").at(KernelVersion.RECORDED_6_12, 1665);

  private final LockMap map;
  private final Runnable function;
  private final boolean background;
  private Alarm alarm;
  private boolean raised;
  private Task running;

  /** A timer that is not armed. */
  public Timer(Runnable function) {
    this("timer", function);
  }

  /** As {@link #Timer(Runnable)}; {@code name} is its lock class: {@code ((&t->timer))}. */
  public Timer(String name, Runnable function) {
    this(name, function, false);
  }

  /**
   * As {@link #Timer(String, Runnable)}.
   *
   * @param background whether a run may end while it is armed: for what is armed again and again
   */
  public Timer(String name, Runnable function, boolean background) {
    super(name);
    this.map = new LockMap(name, WaitType.INVALID, WaitType.INVALID, this);
    this.function = function;
    this.background = background;
  }

  /**
   * {@code mod_timer}: arms it, or moves it.
   *
   * @param when virtual nanoseconds since the machine started; it goes off at the next tick
   * @return whether it was armed before
   */
  @KernelSymbol("mod_timer")
  public boolean mod(long when) {
    Task t = Task.current();
    Sched.point(this, Access.WRITE);
    boolean pending = disarm(t.machine());
    Cpu cpu = t.cpu();
    long tick = Jiffies.roundUp(when);
    alarm =
        background
            ? t.machine().daemonAlarm(tick, () -> raise(cpu))
            : t.machine().alarm(tick, () -> raise(cpu));
    return pending;
  }

  private void raise(Cpu cpu) {
    alarm = null;
    raised = true;
    cpu.raiseSoftirq(this::expire);
  }

  /** Mirrors {@code call_timer_fn}. */
  private void expire() {
    Sched.point(this, Access.WRITE);
    if (!raised) {
      return; // taken back between the tick and the softirq
    }
    raised = false;
    Task t = Task.current();
    running = t;
    SpinLock expiry = t.machine().isRealtime() ? TimerBases.of(t).expiryLock(t.cpu()) : null;
    if (expiry != null) {
      expiry.lock(); // it stands for del_timer_sync's waiters, which may not spin there
    }
    HeldLocks.acquire(map, 0, false, LockUse.WRITE);
    function.run();
    HeldLocks.release(map);
    if (expiry != null) {
      expiry.unlock();
    }
    running = null;
    Sched.touch(this, Access.WRITE);
  }

  private boolean disarm(Machine machine) {
    boolean pending = alarm != null || raised;
    if (alarm != null) {
      machine.cancel(alarm);
      alarm = null;
    }
    raised = false;
    return pending;
  }

  /** {@code timer_pending}. */
  public boolean isPending() {
    Sched.point(this, Access.READ);
    return alarm != null || raised;
  }

  /**
   * {@code del_timer}: disarms it; its function may still be running.
   *
   * @return whether it was armed
   */
  @KernelSymbol("del_timer")
  public boolean del() {
    Sched.point(this, Access.WRITE);
    return disarm(Task.current().machine());
  }

  /**
   * {@code del_timer_sync}: disarms it, and spins while its function runs on another CPU; with
   * PREEMPT_RT it sleeps.
   *
   * @return whether it was armed
   */
  @KernelSymbol("del_timer_sync")
  public boolean delSync() {
    boolean flags = LocalIrq.save();
    HeldLocks.acquire(map, 0, false, LockUse.WRITE);
    HeldLocks.release(map);
    LocalIrq.restore(flags);
    Task t = Task.current();
    if (t.machine().isRealtime()) {
      if (t.isPreemptionOff() && Lockdep.of(t.machine()).isOn()) {
        Warning.at(DEL_SYNC, "__timer_delete_sync");
      }
      Sched.awaitRtlock(this, Access.WRITE, new NotRunning());
    } else {
      Sched.spin(this, Access.WRITE, new NotRunning());
    }
    return disarm(t.machine());
  }

  /** What del_timer_sync waits for. */
  private final class NotRunning implements Blocker {
    @Override
    public boolean ready() {
      return running == null;
    }

    @Override
    public String waitsFor() {
      return "the function of timer " + label();
    }

    @Override
    public List<Task> holders() {
      return running == null ? List.of() : List.of(running);
    }
  }
}
