package org.dmsim.explore;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dmsim.machine.Access;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;

/**
 * Counts what the runs of a search are for. Every run but the first is made because two steps of an
 * earlier one are to come the other way round, and these two meet at some object, or at several.
 */
final class Meetings {

  private final Map<Integer, String> objects = new HashMap<>();
  private final Map<Integer, String> tasks = new HashMap<>();
  private final Map<Integer, Count> counts = new HashMap<>();
  private final List<Integer> met = new ArrayList<>();
  private long total;

  private static final class Count {
    final TreeMap<String, Long> ways = new TreeMap<>();
    long runs;
    long alone;
  }

  /** Takes note of names. */
  void seen(Task task, int number, Shared object) {
    tasks.putIfAbsent(task.index(), task.name());
    if (!objects.containsKey(number)) {
      objects.put(number, object.identity());
    }
  }

  /** What was counted is of a search that starts again. */
  void clear() {
    counts.clear();
    total = 0;
  }

  /** A run is to be made in which {@code second} comes before {@code first}. */
  void add(Step first, Step second) {
    total++;
    met.clear();
    at(first, second, first.object(), first.kind());
    for (int i = 0; i < first.more().length; i += 2) {
      at(first, second, first.more()[i], first.more()[i + 1]);
    }
    if (met.isEmpty()) {
      count(-1, first, first.kind(), second, second.kind());
    }
    if (met.size() <= 1) {
      counts.get(met.isEmpty() ? -1 : met.getFirst()).alone++;
    }
  }

  private void at(Step first, Step second, int object, int kind) {
    if (object < 0) {
      return;
    }
    int other =
        second.object() == object && Step.conflict(kind, second.kind()) ? second.kind() : -1;
    for (int i = 0; i < second.more().length && other < 0; i += 2) {
      boolean same = second.more()[i] == object;
      other = same && Step.conflict(kind, second.more()[i + 1]) ? second.more()[i + 1] : -1;
    }
    if (other >= 0) {
      met.add(object);
      count(object, first, kind, second, other);
    }
  }

  private void count(int object, Step first, int kind, Step second, int other) {
    Count c = counts.computeIfAbsent(object, o -> new Count());
    c.runs++;
    String one = who(first, kind);
    String two = who(second, other);
    boolean swap = one.compareTo(two) > 0;
    c.ways.merge((swap ? two : one) + ", " + (swap ? one : two), 1L, Long::sum);
  }

  private String who(Step s, int kind) {
    return tasks.getOrDefault(s.task(), s.is(Step.GLOBAL) ? "the clock" : "task " + s.task())
        + switch (Access.values()[kind]) {
          case READ -> " reads";
          case ADD -> " adds";
          case WRITE, AFTER -> " changes";
        };
  }

  /** What was counted, most runs first. */
  List<Meeting> all() {
    List<Meeting> all = new ArrayList<>();
    counts.forEach(
        (object, c) -> {
          String name = object < 0 ? "time, or a wait" : objects.getOrDefault(object, "?");
          all.add(new Meeting(name, ways(c), c.runs, c.alone));
        });
    all.sort(
        Comparator.comparingLong(Meeting::schedules).reversed().thenComparing(Meeting::object));
    return all;
  }

  private static List<Meeting.Way> ways(Count c) {
    List<Meeting.Way> ways = new ArrayList<>();
    c.ways.forEach((who, n) -> ways.add(new Meeting.Way(who, n)));
    ways.sort(Comparator.comparingLong(Meeting.Way::schedules).reversed());
    return ways;
  }

  /** How many runs were asked for. */
  long total() {
    return total;
  }
}
