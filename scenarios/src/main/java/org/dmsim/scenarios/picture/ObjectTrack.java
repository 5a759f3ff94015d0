package org.dmsim.scenarios.picture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dmsim.machine.Task;
import org.dmsim.memory.SlabObject;
import org.dmsim.scenarios.picture.Picture.Stretch;
import org.dmsim.scenarios.picture.TaskTrack.Stay;

/** The life of one object in memory: allocated, found by readers or not, freed. */
final class ObjectTrack {

  /** A pointer that a task followed to the object, and when. */
  record Finding(String pointer, long step) {}

  final SlabObject object;
  final List<Stay> stays = new ArrayList<>();
  final Map<Task, Finding> findings = new HashMap<>();
  private final boolean made;
  private Stay now;
  private long freed = -1;
  private Task freer;

  /**
   * Seen for the first time.
   *
   * @param made whether it is allocated just now; what was there before begins at step 0
   */
  ObjectTrack(SlabObject object, long step, boolean made) {
    this.object = object;
    this.made = made;
    begin(Stretch.HIDDEN, made ? "allocated" : "not published", step);
  }

  /** A pointer that readers follow leads to it from now on. */
  void published(String pointer, long step) {
    begin(Stretch.LIFE, pointer, Math.max(step, now.from));
  }

  /** No pointer leads to it any more. */
  void unpublished(long step) {
    if (now.kind == Stretch.LIFE) {
      begin(Stretch.HIDDEN, "no longer found", step);
    }
  }

  /** Whether a pointer was ever seen to lead to it. */
  boolean isPublished() {
    return stays.stream().anyMatch(s -> s.kind == Stretch.LIFE);
  }

  /** Whether readers' way to it was opened or closed while the run was watched, or it was freed. */
  boolean changed() {
    return freed >= 0 || made || stays.size() > 2;
  }

  /** It is freed. */
  void freed(long step, Task task) {
    freed = step;
    freer = task;
    begin(Stretch.FREED, "freed", step);
  }

  /** The step at which it was freed, or -1. */
  long freed() {
    return freed;
  }

  /** Who freed it; null as long as nobody has. */
  Task freer() {
    return freer;
  }

  private void begin(Stretch kind, String label, long step) {
    if (now != null) {
      now.to = step;
    }
    now = new Stay(kind, label, null, step);
    stays.add(now);
  }
}
