package org.dmsim.scenarios.picture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.dmsim.machine.Task;
import org.dmsim.memory.SlabObject;
import org.dmsim.report.Check;
import org.dmsim.scenarios.picture.Picture.Row;
import org.dmsim.scenarios.picture.Picture.Turn;
import org.dmsim.scenarios.picture.TaskTrack.Stay;

/** What led to the finding of a run, in sentences; and what goes round in it. */
final class Why {

  private static final Pattern STEP = Pattern.compile("^ {2}(?:(\\d+) )?(.+?): (.*)$");

  private final PictureRecorder seen;
  private final Function<SlabObject, String> names;

  /**
   * Of a run that is over.
   *
   * @param names of objects, as the picture's lanes have them
   */
  Why(PictureRecorder seen, Function<SlabObject, String> names) {
    this.seen = seen;
    this.names = names;
  }

  /** The sentences, in the order of their steps. */
  List<Row> sentences() {
    List<Row> rows = new ArrayList<>();
    seen.uses.stream().findFirst().ifPresent(use -> freedAndUsed(use, rows));
    rows.sort(Comparator.comparingLong(Row::step));
    return rows;
  }

  /** The free, and the use of what was freed. */
  List<Long> race() {
    return seen.uses.stream()
        .filter(u -> u.object().freed() >= 0)
        .findFirst()
        .map(u -> List.of(u.object().freed(), u.step()))
        .orElse(List.of());
  }

  private void freedAndUsed(PictureRecorder.Use use, List<Row> rows) {
    ObjectTrack o = use.object();
    long free = o.freed();
    if (free < 0) {
      return;
    }
    String name = names.apply(o.object);
    String user = use.task().name();
    List<Stay> inside = seen.track(use.task()).sectionsAt(free);
    for (Stay s : inside) {
      rows.add(new Row(s.from, user, "opens a read-side section: " + s.label, false));
    }
    ObjectTrack.Finding found = o.findings.get(use.task());
    if (found != null) {
      rows.add(
          new Row(found.step(), user, "finds " + name + ", through " + found.pointer(), false));
    }
    if (o.freer() == null) {
      return;
    }
    graces(o, use, inside, rows);
    String meanwhile =
        inside.isEmpty()
            ? ", while " + user + " is inside no read-side section"
            : ", while " + user + " is still inside " + inside.getLast().label;
    rows.add(new Row(free, o.freer().name(), "frees " + name + meanwhile, true));
    rows.add(new Row(use.step(), user, "uses " + name + ", which is freed", true));
  }

  /** The grace periods that whoever freed it had waited for since its user came. */
  private void graces(ObjectTrack o, PictureRecorder.Use use, List<Stay> inside, List<Row> rows) {
    long since = inside.stream().mapToLong(s -> s.from).min().orElse(0);
    List<GraceTrack> waited =
        seen.graces.stream()
            .filter(g -> g.runner == o.freer() && g.to >= since && g.from <= o.freed())
            .toList();
    if (waited.isEmpty()) {
      rows.add(
          new Row(
              o.freed(),
              o.freer().name(),
              "has waited for no grace period since " + use.task().name() + " came",
              false));
    }
    for (GraceTrack g : waited) {
      boolean overlooked = !g.readers.containsKey(use.task()) && !inside.isEmpty();
      rows.add(
          new Row(
              g.from,
              g.runner.name(),
              "starts a grace period of "
                  + domain(g)
                  + ", which "
                  + (g.readers.isEmpty() ? "has " + g.words() : g.words())
                  + (overlooked
                      ? "; " + use.task().name() + "'s section is of another kind, and overlooked"
                      : ""),
              false));
    }
  }

  /** A domain by the name that people know it by. */
  static String domain(GraceTrack g) {
    return g.domain.equals("rcu") ? "RCU" : "SRCU " + g.domain;
  }

  // ---- what goes round -------------------------------------------------------------------------

  /** The waits of a deadlock, or the steps of a livelock. */
  List<Turn> ring() {
    for (PictureRecorder.Told t : seen.told) {
      if (t.report().check() == Check.LIVELOCK) {
        return t.report().lines().stream()
            .flatMap(l -> STEP.matcher(l).results())
            .map(Why::turn)
            .toList();
      }
    }
    return circle();
  }

  /**
   * A line of a livelock's report: {@code 11 up: mutex_trylock: changes &second->lock}; some have
   * no number.
   */
  private static Turn turn(MatchResult step) {
    String number = step.group(1);
    return new Turn(step.group(2), number == null ? 0 : Long.parseLong(number), step.group(3));
  }

  private List<Turn> circle() {
    Map<Task, PictureRecorder.Wait> last = new LinkedHashMap<>();
    Set<Task> stuck = new HashSet<>(seen.machine.stuckTasks());
    for (PictureRecorder.Wait w : seen.waits) {
      if (stuck.contains(w.task()) && stuck.contains(w.holder())) {
        last.put(w.task(), w);
      }
    }
    for (Task start : last.keySet()) {
      List<Turn> ring = new ArrayList<>();
      Set<Task> met = new HashSet<>();
      Task at = start;
      while (at != null && met.add(at) && last.containsKey(at)) {
        PictureRecorder.Wait w = last.get(at);
        ring.add(new Turn(at.name(), w.step(), "waits for " + w.blocker()));
        at = w.holder();
      }
      if (at == start) {
        return ring;
      }
    }
    return List.of();
  }
}
