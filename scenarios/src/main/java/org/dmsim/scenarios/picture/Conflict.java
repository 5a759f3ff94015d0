package org.dmsim.scenarios.picture;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dmsim.interleaving.Interleaving;
import org.dmsim.interleaving.Interleaving.Step;
import org.dmsim.machine.Access;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;

/**
 * Two steps that conflict: a task looked at something, or left it in a certain state, and another
 * one changed it before the task was done. The last such pair before a report about the task is
 * shown with it. That the report came of it is not said; that the order of the two can be told is.
 *
 * @param looked what the task saw or left there
 * @param changed what another task made of it
 * @param again where the task looks at it once more; null if it does not
 */
record Conflict(Step looked, Step changed, Step again) {

  /** Packages of what is there to be contended for: an order of these is no race. */
  private static final List<String> SYNCHRONISATION =
      List.of("org.dmsim.locking", "org.dmsim.workqueue", "org.dmsim.interrupt", "org.dmsim.srcu");

  /**
   * The last one of a task.
   *
   * @param task whose; if it touched nothing that others touch, anybody's
   * @param until the step of the report
   */
  static Optional<Conflict> before(Interleaving steps, Task task, long until) {
    List<Step> data =
        steps.events().stream()
            .filter(e -> e.number() <= until)
            .filter(Step.class::isInstance)
            .map(Step.class::cast)
            .filter(s -> steps.isContended(s.object()) && s.access() != Access.ADD)
            .filter(s -> !SYNCHRONISATION.contains(s.object().getClass().getPackageName()))
            .toList();
    boolean anybody = data.stream().noneMatch(s -> s.task() == task);
    Map<Shared, Map<Task, Step>> seen = new HashMap<>();
    Conflict last = null;
    for (Step s : data) {
      Map<Task, Step> of = seen.computeIfAbsent(s.object(), o -> new HashMap<>());
      if (last != null && last.again == null && last.isAgain(s)) {
        last = new Conflict(last.looked, last.changed, s);
      }
      if (s.access() != Access.READ) {
        Step looked =
            of.values().stream()
                .filter(o -> o.task() != s.task() && (anybody || o.task() == task))
                .reduce((a, b) -> a.number() > b.number() ? a : b)
                .orElse(null);
        last = looked == null ? last : new Conflict(looked, s, null);
      }
      of.put(s.task(), s);
    }
    return Optional.ofNullable(last);
  }

  private boolean isAgain(Step s) {
    return s.object() == changed.object() && s.task() == looked.task();
  }
}
