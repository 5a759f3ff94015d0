package org.dmsim.machine;

import java.util.List;

/**
 * What modelled code calls where another task may go on.
 *
 * <p>On a real thread, where no machine is, {@link #point} and {@link #touch} do nothing and the
 * waits park.
 */
public final class Sched {

  private Sched() {}

  /** Why an interruptible wait ended; where two reasons hold, the first of them. */
  public enum Wake {
    /** What was waited for has come. */
    READY,
    /** The time is over. */
    TIMEOUT,
    /** A fatal signal waits for the task. */
    SIGNAL
  }

  /** A wait without end. */
  public static final long FOREVER = Long.MAX_VALUE;

  /**
   * A scheduling point: the caller is about to make the given access. Any other task may run first.
   *
   * @return true in a machine: nobody else acts before the caller's next point, so that the access
   *     needs no atomic instruction. False on a real thread
   */
  public static boolean point(Shared object, Access access) {
    return point(Task.current(), object, access);
  }

  /** As {@link #point(Shared, Access)}, by the current task, which the caller has looked up. */
  public static boolean point(Task t, Shared object, Access access) {
    if (t == null) {
      return false;
    }
    if (!t.plain.pass()) {
      t.machine().points().pass(t, object, access);
    }
    return true;
  }

  /**
   * A scheduling point of a step that changes what others see, and orders nothing: where stores are
   * delayed, those made before may reach memory after it.
   */
  public static void pointWithoutOrder(Shared object, Access access) {
    Task t = Task.current();
    if (t != null && !t.plain.pass()) {
      t.machine().points().passWithoutOrder(t, object, access);
    }
  }

  /**
   * A store in a machine where stores are delayed: a step that only the caller's CPU sees the
   * outcome of. That the store reaches memory is a step of its own.
   *
   * @param t the current task
   * @param object what a search knows the place by
   * @param release whether it must not reach memory before what was stored before
   */
  public static void store(
      Task t, Shared object, Store.Target target, Object keeper, Object value, boolean release) {
    t.machine().points().store(t, object, Access.WRITE, target, keeper, value, release);
  }

  /**
   * As {@link #store}, of a counter that only the caller's CPU changes: as seen by others, it adds.
   */
  public static void storeCount(
      Task t, Shared object, Store.Target target, Object keeper, Object value) {
    t.machine().points().store(t, object, Access.ADD, target, keeper, value, false);
  }

  /**
   * A scheduling point of an atomic that returns a value and orders nothing, where stores are
   * delayed: under TSO it is a full barrier all the same, as x86 has no other; under PSO it comes
   * behind stores to the same place, and behind those before a write barrier.
   */
  public static void pointOfRelaxedAtomic(
      Task t, Shared object, Access access, Store.Target target, Object keeper) {
    t.machine().points().passRelaxed(t, object, access, target, keeper);
  }

  /** Waits until stores of other CPUs have reached memory; a step, unless there are none. */
  public static void awaitStores(List<Store> stores) {
    Task t = Task.current();
    if (t != null && !stores.isEmpty()) {
      t.machine().points().await(t, stores.toArray(Store[]::new));
    }
  }

  /** {@code smp_mb} where stores are delayed: what was stored before reaches memory first. */
  public static void fullBarrier(Task t) {
    t.machine().points().fullBarrier(t);
  }

  /** {@code smp_wmb} where stores are delayed. No scheduling point. */
  public static void writeBarrier(Task t) {
    if (!t.isBoot()) {
      t.cpu().buffer.writeBarrier();
    }
  }

  /** Says that the step being made touches a further object. No scheduling point. */
  public static void touch(Shared object, Access access) {
    Task t = Task.current();
    if (t != null && t.machine().isObserved()) {
      t.machine().observer().touch(t, object, access);
    }
  }

  /** Tells an observer, if there is one, what the step read or wrote. */
  public static void value(Object value) {
    Task t = Task.current();
    if (t != null && t.machine().wantsValues()) {
      t.machine().observer().value(t, value);
    }
  }

  /** As {@link #value(Object)}, and makes no object where nobody observes. */
  public static void value(long value) {
    Task t = Task.current();
    if (t != null && t.machine().wantsValues()) {
      t.machine().observer().value(t, value);
    }
  }

  /** As {@link #value(Object)}, of a condition. */
  public static void value(boolean value) {
    Task t = Task.current();
    if (t != null && t.machine().wantsValues()) {
      t.machine().observer().value(t, (Object) value);
    }
  }

  /**
   * Sleeps until {@code blocker} is ready, then makes the access, in one step. Where it is ready at
   * once, this is a scheduling point. The caller has asked {@code might_sleep} before.
   */
  public static void await(Shared object, Access access, Blocker blocker) {
    Task t = Task.current();
    if (t == null) {
      blocker.park();
    } else {
      t.machine().points().await(t, object, access, blocker, FOREVER, false);
    }
  }

  /**
   * As {@link #await(Shared, Access, Blocker)}, for {@code timeout} virtual nanoseconds at most.
   *
   * @return whether the blocker became ready
   */
  public static boolean await(Shared object, Access access, Blocker blocker, long timeout) {
    Task t = Task.current();
    if (t == null) {
      blocker.park();
      return true;
    }
    return t.machine().points().await(t, object, access, blocker, timeout, false);
  }

  /**
   * As {@link #await(Shared, Access, Blocker, long)}, in state TASK_INTERRUPTIBLE: a fatal signal
   * ends the wait. On a real thread there are no signals.
   */
  public static Wake awaitInterruptible(
      Shared object, Access access, Blocker blocker, long timeout) {
    Task t = Task.current();
    if (t == null) {
      blocker.park();
      return Wake.READY;
    }
    return t.machine().points().awaitInterruptible(t, object, access, blocker, timeout);
  }

  /** As {@link #await(Shared, Access, Blocker)}, but the task stays on its CPU: it spins. */
  public static void spin(Shared object, Access access, Blocker blocker) {
    Task t = Task.current();
    if (t == null) {
      blocker.park();
    } else {
      t.machine().points().await(t, object, access, blocker, FOREVER, true);
    }
  }

  /**
   * As {@link #await(Shared, Access, Blocker)}, for a spinlock of PREEMPT_RT; mirrors {@code
   * schedule_rtlock}, 6.12.
   */
  public static void awaitRtlock(Shared object, Access access, Blocker blocker) {
    Task t = Task.current();
    if (t == null) {
      blocker.park();
    } else {
      t.inRtlock = true;
      t.machine().points().await(t, object, access, blocker, FOREVER, false);
      t.inRtlock = false;
    }
  }

  /**
   * {@code schedule()} by a task that is not about to sleep: a context switch by its own will, be
   * it back to itself.
   */
  public static void schedule() {
    Task t = Task.current();
    if (t != null) {
      t.machine().points().schedule(t);
    }
  }

  /**
   * {@code sched_setaffinity} of the current task to one CPU: it leaves the CPU that it is on, and
   * its next step is made on the other one.
   */
  public static void moveTo(Cpu target) {
    Task t = Task.current();
    t.machine().points().moveTo(t, target);
  }

  /**
   * {@code preempt_schedule}: where the task is to be rescheduled and may be preempted, a point at
   * which another task may take its CPU. Nothing otherwise.
   */
  public static void resched() {
    Task t = Task.current();
    if (t != null && t.needResched && t.preemptCount == 0 && !t.irqsDisabled) {
      t.machine().points().resched(t);
    }
  }

  /** Offers the CPU to another task on it; where {@code cond_resched} does so, say. */
  public static void offer() {
    Task t = Task.current();
    if (t != null) {
      t.machine().points().offer(t);
    }
  }
}
