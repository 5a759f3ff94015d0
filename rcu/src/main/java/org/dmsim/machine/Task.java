package org.dmsim.machine;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.dmsim.coroutine.Coroutine;
import org.dmsim.report.CallTrace;

/**
 * One task of a machine, or one interrupt handler: its identity, its execution context, and what it
 * is about to do.
 *
 * <p>The execution context holds the kernel's own counts. Only modelled code of the same task
 * changes them, so they are plain fields.
 */
public final class Task {

  /** What kind of context a task is. */
  public enum Role {
    /** A process: starts in user mode. */
    USER,
    /** A kernel thread. */
    KTHREAD,
    /** A hardware interrupt's handler, on top of what it interrupted. */
    HARDIRQ,
    /** The softirq handler of a CPU. */
    SOFTIRQ,
    /** The way of stores to memory: its step is that one of them is seen by everybody. */
    BUFFER,
    /** The passing of time: its step is that the next alarm goes off. */
    CLOCK,
    /** The context in which a machine is set up before its tasks start. */
    BOOT
  }

  /** Preemption bits of {@link #preemptCount}; {@code include/linux/preempt.h}. */
  public static final int PREEMPT_OFFSET = 0x1;

  /** One softirq being served; twice this is one {@code local_bh_disable}. */
  public static final int SOFTIRQ_OFFSET = 0x100;

  /** One hardware interrupt being served. */
  public static final int HARDIRQ_OFFSET = 0x10000;

  /** All softirq bits. */
  public static final int SOFTIRQ_MASK = 0xff00;

  /** All hardware interrupt bits. */
  public static final int HARDIRQ_MASK = 0xf0000;

  private static final Object[] NO_FIELDS = {};

  private final Machine machine;
  private final boolean weak;
  private final int index;
  private final int pid;
  private final String comm;
  private final Role role;
  private final Runnable body;
  private final boolean daemon;

  /** {@code preempt_count()}, with its bit fields. */
  public int preemptCount;

  /** {@code current->rcu_read_lock_nesting}; counted where RCU is preemptible. */
  public int rcuReadLockNesting;

  /**
   * {@code current->softirq_disable_cnt}: softirq bits as those of {@link #preemptCount}, which on
   * PREEMPT_RT are counted here, so that preemption stays on.
   */
  public int softirqDisableCount;

  /** {@code current->migration_disabled}: how often the task was told to keep its CPU. */
  public int migrationDisabled;

  /** {@code irqs_disabled()}. */
  public boolean irqsDisabled;

  /** {@code current->non_block_count}. */
  public int nonBlockCount;

  /**
   * {@code TIF_NEED_RESCHED}: somebody with a better claim to the CPU was woken on it. Looked at
   * where preemption is allowed again; see {@link Sched#resched}.
   */
  public boolean needResched;

  Coroutine coroutine;
  boolean started;
  Cpu cpu;
  boolean pinned;
  boolean done;
  boolean userMode;
  boolean offering;
  Task interrupted;
  Task buriedBy;
  Shared pendingObject;
  Access pendingAccess;
  Blocker blocker;
  long deadline;
  boolean spinning;
  boolean waits;
  boolean inRtlock;
  boolean offCpu;

  /** What it empties, if its role is BUFFER; else null. */
  StoreBuffer.Queue queue;

  /** Stores that must have reached memory before it goes on; null where it waits for none. */
  Store[] awaited;

  Signals signals;
  StepCount plain;
  Shared ownCpu;
  boolean killed;
  boolean exiting;
  boolean interruptible;
  long blockedSince;
  CallTrace blockedAt = CallTrace.NONE;
  private int alarms;
  private int stores;
  private Maker making;
  private Object[] fields = NO_FIELDS;
  private Object[] placed = NO_FIELDS;

  Task(Machine machine, int index, int pid, String comm, Role role, boolean daemon, Runnable body) {
    this.machine = machine;
    this.weak = machine.isWeak();
    this.index = index;
    this.pid = pid;
    this.comm = comm;
    this.role = role;
    this.daemon = daemon;
    this.body = body;
    this.userMode = role == Role.USER;
  }

  /** The task whose code the calling thread runs; null outside any machine, on a real thread. */
  public static Task current() {
    return Thread.currentThread() instanceof Carrier carrier ? carrier.current : null;
  }

  /** Whether {@link #current} can ever be a task on a thread. */
  public static boolean canRunOn(Thread thread) {
    return thread instanceof Carrier;
  }

  /** The machine that it belongs to. */
  public Machine machine() {
    return machine;
  }

  /** Its index in the machine: tasks in order of creation, from 0. */
  public int index() {
    return index;
  }

  /** Process id; what a report shows. A handler shows that of the task that it interrupted. */
  public int pid() {
    return isHandler() ? (interrupted == null ? 0 : interrupted.pid()) : pid;
  }

  /** Name of at most 15 characters; what a report shows, as with {@link #pid}. */
  public String comm() {
    if (isHandler()) {
      return interrupted == null ? "swapper/" + cpu.number() : interrupted.comm();
    }
    return comm;
  }

  /** The name of this very context, for schedules: a handler has one of its own. */
  public String name() {
    return comm;
  }

  /** What it is. */
  public Role role() {
    return role;
  }

  /** Whether it is an interrupt handler. */
  public boolean isHandler() {
    return role == Role.HARDIRQ || role == Role.SOFTIRQ;
  }

  /** Whether it is no task of the run, but what sets the machine up. */
  boolean isBoot() {
    return role == Role.BOOT;
  }

  /** Whether the run may end while it sleeps: a worker without work, say. */
  public boolean isDaemon() {
    return daemon;
  }

  /** Whether a store may be seen later than it is made; asked at every access. */
  public boolean isWeak() {
    return weak;
  }

  /**
   * The store of its own CPU that a load of a place finds: one that has not reached memory. Null if
   * there is none, so that memory is asked.
   */
  public Store forwarded(Store.Target target, Object keeper) {
    return cpu.buffer.find(target, keeper);
  }

  /** Whether its code has ended. */
  public boolean isDone() {
    return done;
  }

  /** The CPU that it runs on, or ran on last. */
  public Cpu cpu() {
    return cpu;
  }

  /** What a handler lies on top of; null for the idle task, and for what is no handler. */
  public Task interrupted() {
    return interrupted;
  }

  /** Whether it runs in user space: preemptible, and no RCU reader. */
  public boolean inUserMode() {
    return userMode;
  }

  /** The object that its next step touches; null before its first step. */
  public Shared pendingObject() {
    return pendingObject;
  }

  /** What its next step does to {@link #pendingObject}. */
  public Access pendingAccess() {
    return pendingAccess;
  }

  /** What it waits for; null where it does not wait. */
  public Blocker blocker() {
    return blocker;
  }

  /** Whether it waits on its CPU instead of sleeping. */
  public boolean isSpinning() {
    return blocker != null && spinning;
  }

  /**
   * Whether it waits for a spinlock of PREEMPT_RT: it has left its CPU, which the scheduler and RCU
   * take for a preemption ({@code SM_RTLOCK_WAIT}).
   */
  public boolean waitsForRtlock() {
    return blocker != null && inRtlock;
  }

  /** The step at which it began to wait. */
  public long blockedSince() {
    return blockedSince;
  }

  /** Where it waits; {@link CallTrace#NONE} where positions are not recorded. */
  public CallTrace blockedAt() {
    return blockedAt;
  }

  /** Whether what it waits for has come, its time is over, or a signal ends its wait. */
  boolean isReady() {
    return blocker == null
        || blocker.ready()
        || deadline <= machine.time()
        || (interruptible && killed);
  }

  /** {@code fatal_signal_pending}: it was killed, and dies when it comes back to user mode. */
  public boolean isKilled() {
    return killed;
  }

  /** Whether it is on its way out, in {@code do_exit}; nothing can kill it any more. */
  public boolean isExiting() {
    return exiting;
  }

  /** {@code preempt_count_add}; the caller is the task itself. */
  public void preemptCountAdd(int value) {
    boolean was = isPreemptionOff();
    preemptCount += value;
    if (!was) {
      machine.preemptionTurned(this, true);
    }
  }

  /** {@code preempt_count_sub}; the caller is the task itself. */
  public void preemptCountSub(int value) {
    preemptCount -= value;
    if (!isPreemptionOff()) {
      machine.preemptionTurned(this, false);
    }
  }

  /** Interrupts of its CPU go off or on; the caller is the task itself. */
  public void setIrqsDisabled(boolean off) {
    boolean was = isPreemptionOff();
    irqsDisabled = off;
    if (was != isPreemptionOff()) {
      machine.preemptionTurned(this, off);
    }
  }

  /** Whether an interrupt on its CPU could not switch away from it: no {@code preemptible()}. */
  public boolean isPreemptionOff() {
    return preemptCount != 0 || irqsDisabled;
  }

  /** Whether softirqs cannot run on top of it. */
  boolean bottomHalvesOff() {
    return (preemptCount & (SOFTIRQ_MASK | HARDIRQ_MASK)) != 0;
  }

  /** {@code softirq_count()}: softirq bits, wherever the kernel counts them. */
  public int softirqCount() {
    return (preemptCount + softirqDisableCount) & SOFTIRQ_MASK;
  }

  /** {@code in_interrupt()}: in a handler, or bottom halves are off. */
  public boolean inInterrupt() {
    return (preemptCount & HARDIRQ_MASK) != 0 || softirqCount() != 0;
  }

  /**
   * Pins a task that has not begun to a CPU: {@code kthread_bind}. One that runs is moved by {@link
   * Sched#moveTo}.
   */
  public void pinTo(Cpu target) {
    cpu = target;
    pinned = true;
  }

  /** Whether it runs on one CPU only. */
  public boolean isPinned() {
    return pinned || migrationDisabled > 0;
  }

  /** The value of a field; null if it was never set. */
  @SuppressWarnings("unchecked")
  public <T> T get(TaskKey<T> key) {
    if (key.place >= 0) {
      return key.place < placed.length ? (T) placed[key.place] : null;
    }
    Object[] f = fields;
    for (int i = 0; i < f.length; i += 2) {
      if (f[i] == key) {
        return (T) f[i + 1];
      }
    }
    return null;
  }

  /** Sets a field. */
  public <T> void set(TaskKey<T> key, T value) {
    if (key.place >= 0) {
      if (placed.length == 0) {
        placed = new Object[TaskKey.PLACES];
      }
      placed[key.place] = value;
      return;
    }
    for (int i = 0; i < fields.length; i += 2) {
      if (fields[i] == key) {
        fields[i + 1] = value;
        return;
      }
    }
    fields = Arrays.copyOf(fields, fields.length + 2);
    fields[fields.length - 2] = key;
    fields[fields.length - 1] = value;
  }

  /** The kernel functions that the current task is in, innermost first; whether recorded or not. */
  public static CallTrace callTrace() {
    return CallTrace.capture(TaskBody.class);
  }

  /** The innermost kernel function of the current task outside the given packages. */
  public static Optional<CallTrace.Frame> caller(List<String> packages) {
    return callTrace().caller(packages);
  }

  /** The identity of the task with an index, of which its objects' identities are made. */
  public static long identityOf(int index) {
    return Maker.identity(0, "task", index);
  }

  /** Whose the objects are that it makes now: its own, or those of what it puts together. */
  Maker making() {
    if (making == null) {
      making = new Maker(isBoot() ? "" : toString(), identityOf(index), isBoot());
    }
    return making;
  }

  /** Makes something whose objects are {@code maker}'s. */
  <T> T making(Maker maker, Supplier<T> constructor) {
    Maker outer = making;
    making = maker;
    try {
      return constructor.get();
    } finally {
      making = outer;
    }
  }

  /** How many stores it made before this one, where stores are delayed. */
  int nextStore() {
    return stores++;
  }

  /** Whether the stores that it waits for have reached memory. */
  boolean areStoresAwaited() {
    if (awaited != null) {
      for (Store s : awaited) {
        if (!s.flushed) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whose store reaches memory by this step of a BUFFER task; itself elsewhere. */
  public Task onBehalfOf() {
    return queue == null || queue.lastFlushed == null ? this : queue.lastFlushed.by();
  }

  long nextAlarm() {
    return ((long) index << 32) | alarms++;
  }

  /** What it runs; for who looks into a test's own code. */
  public Runnable body() {
    return body;
  }

  @Override
  public String toString() {
    return comm + "/" + pid;
  }
}
