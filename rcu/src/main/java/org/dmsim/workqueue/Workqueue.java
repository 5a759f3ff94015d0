package org.dmsim.workqueue;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.dmsim.context.MightSleep;
import org.dmsim.lockdep.LockMap;
import org.dmsim.lockdep.WaitType;
import org.dmsim.locking.Completion;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Cpu;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;
import org.dmsim.version.SourcePlace;

/**
 * A workqueue; mirrors {@code struct workqueue_struct}, 6.1. A queue for memory reclaim has a
 * rescuer in the kernel, which serves it when no worker can be made; here one always can, so the
 * rescuer is there only to be stopped.
 */
public final class Workqueue extends Shared {

  /** {@code WQ_UNBOUND}: served by workers that are bound to no CPU. */
  public static final int UNBOUND = 1 << 1;

  /** {@code WQ_MEM_RECLAIM}. */
  public static final int MEM_RECLAIM = 1 << 3;

  /** {@code WQ_HIGHPRI}: served by workers of high priority. */
  public static final int HIGHPRI = 1 << 4;

  /** {@code __WQ_ORDERED}: one work at a time, in order. */
  public static final int ORDERED = 1 << 17;

  private static final SourcePlace FLUSH = SourcePlace.of("kernel/locking/mutex.c", 580, 586);

  /** {@code WQ_DFL_ACTIVE}. */
  private static final int DEFAULT_ACTIVE = 256;

  private final String name;
  private final LockMap map;
  private final int flags;
  private final int maxActive;
  private final Map<WorkerPool, PoolWorkqueue> perPool = new HashMap<>(2);
  private final TreeSet<Long> outstanding = new TreeSet<>();
  private final RealThreads threads = new RealThreads();
  private long tickets;

  /** What it has in one pool: {@code struct pool_workqueue}. */
  private static final class PoolWorkqueue {
    private final ArrayDeque<Work> inactive = new ArrayDeque<>(0);
    private int active;
  }

  private Workqueue(String name, int flags, int maxActive) {
    this(name, "(wq_completion)" + name, flags, maxActive);
  }

  /** As {@link #alloc}, where lockdep knows it by another name. */
  Workqueue(String name, String lockName, int flags) {
    this(name, lockName, flags, DEFAULT_ACTIVE);
  }

  private Workqueue(String name, String lockName, int flags, int maxActive) {
    super("workqueue " + name);
    this.name = name;
    this.flags = flags;
    this.map = new LockMap(lockName, WaitType.INVALID, WaitType.INVALID, this);
    this.maxActive = (flags & ORDERED) != 0 ? 1 : maxActive;
  }

  /** {@code alloc_workqueue}, with the flags above. */
  @KernelSymbol("alloc_workqueue")
  public static Workqueue alloc(String name, int flags) {
    return new Workqueue(name, flags, DEFAULT_ACTIVE);
  }

  /**
   * {@code alloc_workqueue}.
   *
   * @param maxActive how many of its works may run at once on each CPU, or at all if it is {@link
   *     #UNBOUND}
   */
  @KernelSymbol("alloc_workqueue")
  public static Workqueue alloc(String name, int flags, int maxActive) {
    return new Workqueue(name, flags, maxActive);
  }

  /** {@code alloc_ordered_workqueue}. */
  public static Workqueue allocOrdered(String name, int flags) {
    return new Workqueue(name, flags | UNBOUND | ORDERED, 1);
  }

  /** {@code system_wq} of the current task's machine. */
  public static Workqueue system() {
    Task t = Task.current();
    return t == null ? RealThreads.system() : WorkerPools.of(t.machine()).events;
  }

  /** {@code system_unbound_wq} of the current task's machine. */
  public static Workqueue systemUnbound() {
    Task t = Task.current();
    return t == null ? RealThreads.system() : WorkerPools.of(t.machine()).eventsUnbound;
  }

  /** {@code rcu_gp_wq} of the current task's machine. */
  public static Workqueue rcuGp() {
    Task t = Task.current();
    return t == null ? RealThreads.system() : WorkerPools.of(t.machine()).rcuGp;
  }

  /** The name that {@code ps} and lockdep show. */
  public String name() {
    return name;
  }

  LockMap depMap() {
    return map;
  }

  /** Whether it may be used to free memory. */
  public boolean isForReclaim() {
    return (flags & MEM_RECLAIM) != 0;
  }

  /**
   * {@code queue_work}: on the caller's CPU, where the queue is bound to CPUs.
   *
   * @return false if the work is queued already
   */
  @KernelSymbol("queue_work_on")
  public boolean queue(Work work) {
    if (Task.current() == null) {
      return threads.queue(work);
    }
    Sched.point(work, Access.WRITE);
    if (work.pending || work.canceling) {
      return false;
    }
    work.pending = true;
    insert(work);
    Sched.resched();
    return true;
  }

  /**
   * {@code queue_delayed_work}.
   *
   * @param nanoseconds virtual time until it is queued, rounded up to ticks
   * @return false if it is queued or timed already
   */
  @KernelSymbol("queue_delayed_work_on")
  public boolean queueDelayed(DelayedWork work, long nanoseconds) {
    if (Task.current() == null) {
      return threads.queueDelayed(work, nanoseconds);
    }
    Sched.point(work, Access.WRITE);
    if (work.pending || work.canceling) {
      return false;
    }
    work.pending = true;
    work.arm(this, nanoseconds);
    return true;
  }

  /**
   * {@code mod_delayed_work}: as {@link #queueDelayed}, or moves the moment.
   *
   * @return whether it was queued or timed
   */
  @KernelSymbol("mod_delayed_work_on")
  public boolean modDelayed(DelayedWork work, long nanoseconds) {
    Sched.point(work, Access.WRITE);
    boolean was = work.grab();
    if (!work.canceling) {
      work.pending = true;
      work.arm(this, nanoseconds);
    }
    return was;
  }

  /** Mirrors {@code __queue_work}; the caller holds the pending bit. */
  void insert(Work work) {
    Sched.touch(this, Access.WRITE);
    work.queued(this, ++tickets);
    outstanding.add(work.ticket);
    WorkerPool pool = pool();
    PoolWorkqueue own = perPool.computeIfAbsent(pool, p -> new PoolWorkqueue());
    if (own.active < maxActive) {
      own.active++;
      pool.add(work);
    } else {
      work.pool = pool;
      own.inactive.add(work);
    }
  }

  /** Mirrors {@code wq_select_unbound_cpu}, for queues that are bound to CPUs. */
  private WorkerPool pool() {
    Task t = Task.current();
    Machine m = t.machine();
    boolean local = m.configuration().works() == Configuration.Works.LOCAL;
    Cpu cpu = local ? t.cpu() : m.cpu(m.cpuCount() - 1);
    return WorkerPools.of(m).pool((flags & UNBOUND) != 0 ? null : cpu, (flags & HIGHPRI) != 0);
  }

  /** A run has ended. */
  void done(WorkerPool pool, long ticket) {
    Sched.touch(this, Access.WRITE);
    outstanding.remove(ticket);
    PoolWorkqueue own = perPool.get(pool);
    Work next = own.inactive.poll();
    if (next == null) {
      own.active--;
    } else {
      pool.add(next);
    }
  }

  /** A work that was queued here is taken back. */
  void forget(Work work) {
    Sched.touch(this, Access.WRITE);
    if (perPool.get(work.pool).inactive.remove(work)) {
      outstanding.remove(work.ticket);
      return;
    }
    work.pool.remove(work);
    done(work.pool, work.ticket);
  }

  /** {@code flush_workqueue}: returns once all that is queued now has run. */
  @KernelSymbol("__flush_workqueue")
  public void flush() {
    if (Task.current() == null) {
      threads.flush();
      return;
    }
    WorkChecks.touch(map);
    MightSleep.check(FLUSH);
    Sched.touch(this, Access.READ);
    Sched.await(this, Access.READ, new Flushed(tickets));
  }

  /** {@code drain_workqueue}: returns once the queue is empty, works that queue works included. */
  @KernelSymbol("drain_workqueue")
  public void drain() {
    if (Task.current() == null) {
      threads.flush();
      return;
    }
    Sched.await(this, Access.READ, new Flushed(Long.MAX_VALUE));
  }

  /** {@code destroy_workqueue}: once the queue is empty and its rescuer has stopped. */
  @KernelSymbol("destroy_workqueue")
  public void destroy() {
    drain();
    Task t = Task.current();
    if (t == null) {
      threads.shutDown();
    } else if (isForReclaim()) {
      stopRescuer(t);
    }
  }

  /** The rescuer has slept all the time; all that is seen of it is that one waits for its end. */
  @KernelSymbol("kthread_stop")
  private void stopRescuer(Task destroyer) {
    Completion exited = new Completion("&k->exited");
    destroyer.machine().spawnKthread(name, exited::complete);
    exited.waitFor();
  }

  /** Waits until no work with a ticket up to a number is left. */
  private final class Flushed implements Blocker {
    private final long upTo;

    Flushed(long upTo) {
      this.upTo = upTo;
    }

    @Override
    public boolean ready() {
      return outstanding.isEmpty() || outstanding.first() > upTo;
    }

    @Override
    public String waitsFor() {
      return "workqueue " + name;
    }
  }
}
