package org.dmsim.scenarios.picture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dmsim.machine.Shared;
import org.dmsim.scenarios.picture.Picture.Stretch;
import org.dmsim.scenarios.picture.TaskTrack.Stay;
import org.dmsim.workqueue.WorkMoves;

/** The works of one workqueue: how long each waits there, and how long it runs. */
final class QueueTrack {

  final String name;
  final List<Stay> stays = new ArrayList<>();

  private QueueTrack(String name) {
    this.name = name;
  }

  /** All workqueues that a work came to. */
  static final class All {
    final Map<String, QueueTrack> byName = new LinkedHashMap<>();
    private final Map<Shared, Stay> waiting = new HashMap<>();
    private final Map<Shared, Stay> running = new HashMap<>();

    /** A work is queued, begins or ends. */
    void hear(WorkMoves e, long step) {
      Shared work = e.work();
      switch (e.move()) {
        case QUEUED -> {
          String text = "queued by " + e.by().name();
          waiting.put(work, add(e.queue(), new Stay(Stretch.QUEUED, work.label(), text, step)));
        }
        case STARTS -> {
          over(waiting.remove(work), step);
          String text = "run by " + e.by().name();
          running.put(work, add(e.queue(), new Stay(Stretch.RUN, work.label(), text, step)));
        }
        case ENDS -> over(running.remove(work), step);
        case TAKEN_BACK -> over(waiting.remove(work), step);
      }
    }

    private Stay add(String queue, Stay stay) {
      byName.computeIfAbsent(queue, QueueTrack::new).stays.add(stay);
      return stay;
    }

    private static void over(Stay stay, long step) {
      if (stay != null) {
        stay.to = Math.max(step, stay.from + 1);
      }
    }

    /** Forgets what was over before a step. */
    void forget(long before) {
      byName.values().forEach(q -> q.stays.removeIf(s -> s.isOverBefore(before)));
    }
  }
}
