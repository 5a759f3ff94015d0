package org.dmsim.scenarios.picture;

import java.util.LinkedHashMap;
import java.util.Map;
import org.dmsim.machine.Task;

/** One grace period: of which domain, from when to when, and for which readers it waited. */
final class GraceTrack {

  final String domain;
  final Task runner;
  final long from;
  final Map<Task, Long> readers = new LinkedHashMap<>();
  long to = -1;

  /**
   * Starts.
   *
   * @param runner who started it, and waits for its end where anybody does
   */
  GraceTrack(String domain, Task runner, long from) {
    this.domain = domain;
    this.runner = runner;
    this.from = from;
  }

  /** It waits for a reader, since a step. */
  void waitsFor(Task reader, long step) {
    if (reader != runner) {
      readers.putIfAbsent(reader, step);
    }
  }

  /** For whom it waits, in words. */
  String words() {
    return readers.isEmpty()
        ? "no reader to wait for"
        : "waits for "
            + String.join(", ", readers.keySet().stream().map(Task::name).distinct().toList());
  }
}
