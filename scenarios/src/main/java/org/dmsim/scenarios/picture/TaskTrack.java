package org.dmsim.scenarios.picture;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.lockdep.HeldLocks;
import org.dmsim.lockdep.HeldLocks.Held;
import org.dmsim.lockdep.LockMap;
import org.dmsim.lockdep.WaitType;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Task;
import org.dmsim.scenarios.picture.Picture.Stretch;

/**
 * What one task holds and waits for, while a run goes on. A task does what lies between two of its
 * steps at the first of them, since nobody else moves in between; so a section that is seen open at
 * a step was opened at the step before.
 */
final class TaskTrack {

  private static final List<String> RCU =
      List.of("rcu_read_lock", "rcu_read_lock_bh", "rcu_read_lock_sched");

  /** Something of the task that lasts; {@code to} is -1 as long as it does. */
  static final class Stay {
    final Stretch kind;
    final String label;
    final String text;
    final long from;
    long to = -1;

    Stay(Stretch kind, String label, String text, long from) {
      this.kind = kind;
      this.label = label;
      this.text = text;
      this.from = from;
    }
  }

  final Task task;
  final List<Stay> stays = new ArrayList<>();
  private final List<LockMap> known = new ArrayList<>();
  private final List<Stay> open = new ArrayList<>();
  private Stay sleep;
  private Stay preempted;
  private long last;

  TaskTrack(Task task, long step) {
    this.task = task;
    this.last = step;
  }

  /** Its last step. */
  long last() {
    return last;
  }

  /** It makes a step. */
  void step(long number) {
    if (sleep != null) {
      sleep.to = number;
      sleep = null;
      last = number;
    }
    look("");
    last = number;
  }

  /** It goes to sleep. */
  void sleeps(long number, Blocker blocker, Stretch kind) {
    String waitsFor = blocker.waitsFor();
    look(waitsFor);
    last = number;
    if (task.isDaemon() && waitsFor.equals("work")) {
      return; // a worker without work is no news
    }
    if (sleep == null || !sleep.label.equals("waits for " + waitsFor)) {
      if (sleep != null) {
        sleep.to = number;
      }
      sleep = new Stay(kind, "waits for " + waitsFor, null, number);
      stays.add(sleep);
    }
  }

  /** It has lost its CPU, or got one back. */
  void preempted(long number, boolean now) {
    if (now && preempted == null) {
      preempted = new Stay(Stretch.PREEMPTED, "preempted", null, number);
      stays.add(preempted);
    } else if (!now && preempted != null) {
      preempted.to = number;
      preempted = null;
    }
  }

  /** It has ended, or the run has. */
  void ends() {
    look(task.blocker() == null ? "" : task.blocker().waitsFor());
  }

  /**
   * Compares what it holds with what it held.
   *
   * @param waitsFor what it waits for: a lock of that name is not held yet
   */
  private void look(String waitsFor) {
    List<Held> held = HeldLocks.of(task).held();
    if (!held.isEmpty() && waitsFor.endsWith(" " + held.getLast().map().name())) {
      held = held.subList(0, held.size() - 1);
    }
    List<LockMap> now = new ArrayList<>();
    held.forEach(h -> now.add(h.map()));
    for (int i = known.size() - 1; i >= 0; i--) {
      if (!now.remove(known.get(i))) {
        open.get(i).to = last;
        known.remove(i);
        open.remove(i);
      }
    }
    for (LockMap map : now) {
      Held h = held.stream().filter(x -> x.map() == map).findFirst().orElseThrow();
      Stay stay = new Stay(kind(map), label(map, h.reader()), null, last);
      known.add(map);
      open.add(stay);
      stays.add(stay);
    }
  }

  private static Stretch kind(LockMap map) {
    return RCU.contains(map.name())
        ? Stretch.RCU
        : map.inner() == WaitType.INVALID && !map.name().equals("rcu_callback")
            ? Stretch.SRCU
            : Stretch.LOCK;
  }

  private static String label(LockMap map, boolean reader) {
    return switch (kind(map)) {
      case RCU -> map.name();
      case SRCU -> "srcu_read_lock " + map.name();
      default -> map.name() + (reader ? " (read)" : "");
    };
  }
}
