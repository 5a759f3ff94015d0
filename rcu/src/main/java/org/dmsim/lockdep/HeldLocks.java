package org.dmsim.lockdep;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dmsim.machine.Task;
import org.dmsim.machine.TaskKey;
import org.dmsim.report.CallTrace;

/**
 * The locks that one task holds, oldest first, and what taking and releasing them checks. Mirrors
 * {@code current->held_locks}, {@code lock_acquire} and {@code lock_release}, 6.1.
 */
public final class HeldLocks {

  /** A lock taken for writing, or one that knows no readers. */
  public static final int WRITE = 0;

  /** A reader that waits for a waiting writer. */
  public static final int READ = 1;

  /** A reader that may be taken again inside itself. */
  public static final int READ_RECURSIVE = 2;

  private static final TaskKey<HeldLocks> KEY = new TaskKey<>();

  /** Packages whose own functions are not the place where a lock was taken. */
  private static final List<String> LOCKING =
      List.of("org.dmsim.lockdep", "org.dmsim.locking", "org.dmsim.rcu", "org.dmsim.srcu");

  private final Task task;
  private final Lockdep lockdep;
  private final boolean positions;
  private int depth;
  private LockMap[] maps = new LockMap[8];
  private LockClass[] classes = new LockClass[8];
  private int[] reads = new int[8];
  private CallTrace.Frame[] places = {};

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

  /**
   * Takes a lock, before it is waited for. On a real thread, nothing.
   *
   * @param subclass for a nesting that is meant; else 0
   * @param trylock whether the caller does not wait
   * @param read {@link #WRITE}, {@link #READ} or {@link #READ_RECURSIVE}
   */
  public static void acquire(LockMap map, int subclass, boolean trylock, int read) {
    Task t = Task.current();
    if (t != null) {
      of(t).lockAcquire(map, subclass, trylock, read);
    }
  }

  /** Releases a lock. On a real thread, nothing. */
  public static void release(LockMap map) {
    Task t = Task.current();
    if (t != null) {
      of(t).lockRelease(map);
    }
  }

  /** {@code lock_is_held}, for the current task; true on a real thread, where nothing is known. */
  public static boolean isHeld(LockMap map) {
    Task t = Task.current();
    return t == null || of(t).holds(map);
  }

  private void lockAcquire(LockMap map, int subclass, boolean trylock, int read) {
    if (!lockdep.isOn()) {
      return;
    }
    if (depth == maps.length) {
      maps = Arrays.copyOf(maps, depth * 2);
      classes = Arrays.copyOf(classes, depth * 2);
      reads = Arrays.copyOf(reads, depth * 2);
    }
    maps[depth] = map;
    classes[depth] = map.classIn(lockdep, subclass);
    reads[depth] = read;
    if (positions) {
      if (places.length < maps.length) {
        places = Arrays.copyOf(places, maps.length);
      }
      places[depth] = Task.caller(LOCKING).orElse(null);
    }
    depth++;
  }

  private void lockRelease(LockMap map) {
    if (!lockdep.isOn()) {
      return;
    }
    for (int i = depth - 1; i >= 0; i--) {
      if (maps[i] == map) {
        int above = --depth - i;
        System.arraycopy(maps, i + 1, maps, i, above);
        System.arraycopy(classes, i + 1, classes, i, above);
        System.arraycopy(reads, i + 1, reads, i, above);
        if (positions) {
          System.arraycopy(places, i + 1, places, i, above);
        }
        maps[depth] = null;
        return;
      }
    }
  }

  /** Whether the task holds a lock. */
  public boolean holds(LockMap map) {
    for (int i = depth - 1; i >= 0; i--) {
      if (maps[i] == map) {
        return true;
      }
    }
    return false;
  }

  /** The machine's lockdep. */
  public Lockdep lockdep() {
    return lockdep;
  }

  /** How many locks the task holds. */
  public int depth() {
    return depth;
  }

  /** Names of the classes held, oldest first. */
  public List<String> names() {
    List<String> names = new ArrayList<>(depth);
    for (int i = 0; i < depth; i++) {
      names.add(classes[i].name);
    }
    return names;
  }

  /** Lines that name the locks held; mirrors {@code lockdep_print_held_locks}, 6.1. */
  public List<String> print() {
    String who = task.comm() + "/" + task.pid();
    if (depth == 0) {
      return List.of("no locks held by " + who + ".");
    }
    List<String> lines = new ArrayList<>(depth + 1);
    lines.add(depth + (depth > 1 ? " locks" : " lock") + " held by " + who + ":");
    for (int i = 0; i < depth; i++) {
      lines.add(" #" + i + ": " + print(i));
    }
    return lines;
  }

  /** One lock; mirrors {@code print_lock}, 6.1. */
  private String print(int i) {
    String at = positions && places[i] != null ? places[i].toString() : "?";
    return maps[i].address() + " " + classes[i] + ", at: " + at;
  }
}
