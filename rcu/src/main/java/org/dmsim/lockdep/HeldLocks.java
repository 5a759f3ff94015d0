package org.dmsim.lockdep;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dmsim.machine.Task;
import org.dmsim.machine.TaskKey;
import org.dmsim.report.KernelSymbol;
import org.dmsim.report.Report;

/**
 * The locks that one task holds, oldest first, and what taking and releasing them checks. Mirrors
 * {@code current->held_locks}, {@code lock_acquire} and {@code lock_release}, 6.1.
 *
 * <p>A handler has locks of its own; reports show those of the task below it first, as the kernel's
 * do.
 */
public final class HeldLocks {

  private static final TaskKey<HeldLocks> KEY = new TaskKey<>(0);
  private static final long NO_CHAIN = -1;

  private final Task task;
  private final Lockdep lockdep;
  private final boolean positions;
  private int depth;

  /** How many of them stand for a flavour of RCU. */
  private int rcuSections;

  private HeldLock[] held = {};
  private long chain = NO_CHAIN;

  /**
   * A lock that a task holds, or a read-side section that it is inside.
   *
   * @param map the lock
   * @param reader whether it is held with others
   */
  public record Held(LockMap map, boolean reader) {}

  private HeldLocks(Task task) {
    this.task = task;
    this.lockdep = Lockdep.of(task.machine());
    this.positions = task.machine().configuration().positions();
  }

  /** Those of a task. */
  public static HeldLocks of(Task task) {
    HeldLocks held = task.get(KEY);
    if (held == null) {
      held = new HeldLocks(task);
      task.set(KEY, held);
    }
    return held;
  }

  /** What the task holds, oldest first; a lock that it waits for comes last. */
  public List<Held> held() {
    List<Held> all = new ArrayList<>(depth);
    for (int i = 0; i < depth; i++) {
      all.add(new Held(held[i].map, held[i].read != LockUse.WRITE));
    }
    return all;
  }

  /**
   * Takes a lock, before it is waited for. On a real thread, nothing.
   *
   * @param subclass for a nesting that is meant; else 0
   * @param trylock whether the caller does not wait
   * @param read {@link LockUse#WRITE}, {@link LockUse#READ} or {@link LockUse#READ_RECURSIVE}
   */
  public static void acquire(LockMap map, int subclass, boolean trylock, int read) {
    Task t = Task.current();
    if (t != null) {
      of(t).lockAcquire(map, subclass, trylock, read, true);
    }
  }

  /**
   * Opens a read section of RCU or SRCU: held, but neither its order nor its irq usage is checked.
   * Mirrors {@code rcu_lock_acquire}. On a real thread, nothing.
   */
  public static void acquireReader(LockMap map) {
    Task t = Task.current();
    if (t != null) {
      of(t).lockAcquire(map, 0, false, LockUse.READ_RECURSIVE, false);
    }
  }

  /** As {@link #acquireReader}, of a lock whose order is checked. On a real thread, nothing. */
  public static void acquireCheckedReader(LockMap map) {
    acquire(map, 0, false, LockUse.READ_RECURSIVE);
  }

  /**
   * Says that the task waits for all who hold {@code map}; mirrors {@code lock_sync}, 6.4. On a
   * real thread, nothing.
   */
  public static void sync(LockMap map) {
    Task t = Task.current();
    if (t != null) {
      of(t).lockSync(map);
    }
  }

  /** Releases a lock. On a real thread, nothing. */
  public static void release(LockMap map) {
    Task t = Task.current();
    if (t != null) {
      of(t).lockRelease(map);
    }
  }

  /**
   * {@code lock_is_held}, for the current task; true where lockdep does not know: on a real thread,
   * or when it is off.
   */
  public static boolean isHeld(LockMap map) {
    Task t = Task.current();
    return t == null || !of(t).lockdep.isOn() || of(t).holds(map);
  }

  @KernelSymbol("lock_acquire")
  private void lockAcquire(LockMap map, int subclass, boolean trylock, int read, boolean check) {
    if (!lockdep.isOn()) {
      return;
    }
    if (admit(fill(map, subclass, trylock, read, check))) {
      depth++;
      rcuSections += map.isRcuFlavour() ? 1 : 0;
    }
  }

  @KernelSymbol("lock_sync")
  private void lockSync(LockMap map) {
    if (lockdep.isOn()) {
      HeldLock next = fill(map, 0, false, LockUse.WRITE, true);
      next.sync = true;
      long before = chain;
      admit(next);
      next.sync = false;
      chain = before;
    }
  }

  private HeldLock fill(LockMap map, int subclass, boolean trylock, int read, boolean check) {
    HeldLock next = slot();
    next.map = map;
    next.lockClass = lockdep.classOf(map, subclass);
    next.read = read;
    next.trylock = trylock;
    next.check = check;
    next.place = positions ? Task.callTrace() : null;
    return next;
  }

  private HeldLock slot() {
    if (depth == held.length) {
      held = Arrays.copyOf(held, Math.max(4, depth * 2));
      for (int i = depth; i < held.length; i++) {
        held[i] = new HeldLock();
      }
    }
    return held[depth];
  }

  /** Makes every check of a lock about to be taken; mirrors {@code __lock_acquire}. */
  private boolean admit(HeldLock next) {
    LockdepReports reports = lockdep.reports();
    if (!WaitContext.allows(task, held, depth, next)) {
      reports.invalidWaitContext(task, next, WaitContext.of(task));
      return false;
    }
    if (next.check && !IrqUsage.mark(task, next, positions, reports)) {
      return false;
    }
    next.chainBelow = chain;
    long with = (chain ^ next.id()) * 0x9E37_79B9_7F4A_7C15L;
    if (next.check && !next.trylock && lockdep.isNewChain(with) && !checkChain(next, reports)) {
      return false;
    }
    chain = with;
    return true;
  }

  /** A chain of locks that was never seen; mirrors {@code validate_chain}. */
  private boolean checkChain(HeldLock next, LockdepReports reports) {
    for (int i = 0; i < depth; i++) {
      HeldLock previous = held[i];
      if (previous.lockClass == next.lockClass) {
        if (next.read == LockUse.READ_RECURSIVE && previous.read != LockUse.WRITE) {
          return true;
        }
        reports.recursion(task, next, previous);
        return false;
      }
    }
    for (int i = depth - 1; i >= 0; i--) {
      HeldLock previous = held[i];
      if (!previous.check) {
        continue;
      }
      DependencyGraph.Node circle = DependencyGraph.findCircle(previous, next);
      if (circle != null) {
        reports.circle(task, previous, next, circle);
        return false;
      }
      if (!IrqUsage.checkOrder(task, previous, next, reports)) {
        return false;
      }
      DependencyGraph.add(previous, next, positions);
      if (!previous.trylock) {
        break; // what lies below it leads here through it
      }
    }
    return true;
  }

  @KernelSymbol("lock_release")
  private void lockRelease(LockMap map) {
    if (!lockdep.isOn()) {
      return;
    }
    for (int i = depth - 1; i >= 0; i--) {
      if (held[i].map == map) {
        remove(i);
        return;
      }
    }
    lockdep.reports().unlockImbalance(task, map, positions ? Task.callTrace() : null);
  }

  /** Takes one out; those above it are as if taken again without it. */
  private void remove(int index) {
    chain = held[index].chainBelow;
    int last = --depth;
    HeldLock gone = held[index];
    rcuSections -= gone.map.isRcuFlavour() ? 1 : 0;
    for (int i = index; i < last; i++) {
      held[i] = held[i + 1];
      held[i].chainBelow = chain;
      chain = (chain ^ held[i].id()) * 0x9E37_79B9_7F4A_7C15L;
    }
    held[last] = gone;
  }

  /** Interrupts come on; mirrors {@code mark_held_locks}. */
  public void interruptsOn() {
    for (int i = 0; i < depth && lockdep.isOn(); i++) {
      if (held[i].check) {
        IrqUsage.markOn(task, held[i], positions, lockdep.reports());
      }
    }
  }

  /** Whether the task holds a lock, or what it lies on top of does. */
  public boolean holds(LockMap map) {
    for (int i = depth - 1; i >= 0; i--) {
      if (held[i].map == map) {
        return true;
      }
    }
    Task below = task.interrupted();
    return below != null && of(below).holds(map);
  }

  /** The machine's lockdep. */
  public Lockdep lockdep() {
    return lockdep;
  }

  /** How many locks the task holds, and what it lies on top of. */
  public int depth() {
    Task below = task.interrupted();
    return below == null ? depth : depth + of(below).depth();
  }

  /** Whether it is inside a section of some flavour of RCU, or what it lies on top of is. */
  public boolean isInRcuSection() {
    Task below = task.interrupted();
    return rcuSections > 0 || (below != null && of(below).isInRcuSection());
  }

  /** Names of the classes held, oldest first. */
  public List<String> names() {
    return all().stream().map(h -> h.lockClass.name).toList();
  }

  private List<HeldLock> all() {
    Task below = task.interrupted();
    List<HeldLock> all = below == null ? new ArrayList<>(depth) : of(below).all();
    all.addAll(Arrays.asList(held).subList(0, depth));
    return all;
  }

  /** Lines that name the locks held; mirrors {@code lockdep_print_held_locks}, 6.1. */
  public List<String> print() {
    String who = task.comm() + "/" + task.pid();
    List<HeldLock> all = all();
    if (all.isEmpty()) {
      return List.of("no locks held by " + who + ".");
    }
    List<String> lines = new ArrayList<>(all.size() + 1);
    lines.add(all.size() + (all.size() > 1 ? " locks" : " lock") + " held by " + who + ":");
    for (int i = 0; i < all.size(); i++) {
      lines.add(" #" + i + ": " + all.get(i));
    }
    return lines;
  }

  /** The counts and locks that a report shows. */
  public Report.Counts counts() {
    return new Report.Counts(
        task.preemptCount == 0 ? 0 : 1,
        task.irqsDisabled ? 1 : 0,
        task.nonBlockCount,
        task.preemptCount,
        lockdep.hasPreemptibleRcu() ? task.rcuReadLockNesting : 0,
        names());
  }
}
