package org.dmsim.scenarios.picture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dmsim.machine.Access;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;

/**
 * Who made a waiting task go on: the last task that changed what it waited at, since it waits
 * there.
 */
final class WakeUps {

  /** A task changed what another one waited at, which went on later. */
  record Wake(Task waker, long at, Task sleeper, long goesOn) {}

  private static final class Sleep {
    final Shared object;
    Task waker;
    long at;

    Sleep(Shared object) {
      this.object = object;
    }
  }

  final List<Wake> all = new ArrayList<>();
  private final Map<Task, Sleep> sleeps = new HashMap<>();

  /** A task begins to wait, for what it is about to touch. */
  void sleeps(Task task) {
    if (task.pendingObject() != null) {
      sleeps.put(task, new Sleep(task.pendingObject()));
    }
  }

  /** A task touches something, at which others may wait. */
  void touches(Task task, Shared object, Access access, long step) {
    if (access == Access.READ || sleeps.isEmpty()) {
      return;
    }
    for (Map.Entry<Task, Sleep> e : sleeps.entrySet()) {
      if (e.getValue().object == object && e.getKey() != task) {
        e.getValue().waker = task;
        e.getValue().at = step;
      }
    }
  }

  /** A task waits no longer. */
  void goesOn(Task task, long step) {
    Sleep s = sleeps.remove(task);
    if (s != null && s.waker != null) {
      all.add(new Wake(s.waker, s.at, task, step));
    }
  }

  /** Forgets what was over before a step. */
  void forget(long before) {
    all.removeIf(w -> w.goesOn() < before);
  }
}
