package org.dmsim.scenarios.picture;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.machine.Task;
import org.dmsim.memory.SlabObject;
import org.dmsim.scenarios.picture.Picture.Stretch;
import org.dmsim.scenarios.picture.TaskTrack.Stay;

/** The life of one object in memory: allocated, found by readers or not, freed. */
final class ObjectTrack {

  final SlabObject object;
  final List<Stay> stays = new ArrayList<>();
  private Stay now;
  private long freed = -1;
  private Task freer;

  /** Seen for the first time; what was there before the run begins at step 0. */
  ObjectTrack(SlabObject object, long step) {
    this.object = object;
    begin(Stretch.HIDDEN, "allocated", step);
  }

  /** A pointer that readers follow leads to it from now on. */
  void published(String pointer, long step) {
    begin(Stretch.LIFE, pointer, step);
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

  /** Notes that it is freed, if it is; a step at which that may have happened is over. */
  void look(long step, Task task) {
    if (freed < 0 && object.isFreed()) {
      freed = step;
      freer = task;
      begin(Stretch.FREED, "freed", step);
    }
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
