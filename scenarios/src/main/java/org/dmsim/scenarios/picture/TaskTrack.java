package org.dmsim.scenarios.picture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dmsim.machine.Task;
import org.dmsim.scenarios.picture.Picture.Stretch;

/** What one task holds and waits for, and when it did not run, while a run goes on. */
final class TaskTrack {

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

    boolean isOpenAt(long step) {
      return from <= step && (to < 0 || to > step);
    }

    boolean isReader() {
      return kind == Stretch.RCU || kind == Stretch.SRCU;
    }

    boolean isOverBefore(long step) {
      return to >= 0 && to < step;
    }
  }

  final Task task;
  final List<Stay> stays = new ArrayList<>();
  private final Map<Object, List<Stay>> open = new HashMap<>();
  private Stay sleep;
  private Stay preempted;

  TaskTrack(Task task) {
    this.task = task;
  }

  /** It takes a lock, opens a section, or is interrupted; {@code key} tells it from others. */
  void opens(Stretch kind, String label, Object key, long step) {
    Stay stay = new Stay(kind, label, null, step);
    stays.add(stay);
    open.computeIfAbsent(key, k -> new ArrayList<>(1)).add(stay);
  }

  /** What it opened last by that key is over; says whether there was one. */
  boolean closes(Object key, long step) {
    List<Stay> of = open.get(key);
    if (of == null) {
      return false;
    }
    of.removeLast().to = step;
    if (of.isEmpty()) {
      open.remove(key);
    }
    return true;
  }

  /** It goes to sleep, or begins to spin. */
  void sleeps(long number, String waitsFor, Stretch kind) {
    String label = "waits for " + waitsFor;
    if (sleep == null || !sleep.label.equals(label)) {
      goesOn(number);
      sleep = new Stay(kind, label, null, number);
      stays.add(sleep);
    }
  }

  /** It waits no longer. */
  void goesOn(long number) {
    if (sleep != null) {
      sleep.to = number;
      sleep = null;
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

  /** The read-side sections that it is inside at a step. */
  List<Stay> sectionsAt(long step) {
    return stays.stream().filter(s -> s.isReader() && s.isOpenAt(step)).toList();
  }

  /** Whether it has done nothing since a step that lasted. */
  boolean isQuietSince(long step) {
    return open.isEmpty() && stays.stream().allMatch(s -> s.isOverBefore(step));
  }

  /** Forgets what was over before a step. */
  void forget(long step) {
    stays.removeIf(s -> s.isOverBefore(step));
  }
}
