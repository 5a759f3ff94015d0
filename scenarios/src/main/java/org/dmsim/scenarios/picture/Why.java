package org.dmsim.scenarios.picture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.dmsim.interleaving.Interleaving;
import org.dmsim.interleaving.Interleaving.Step;
import org.dmsim.interleaving.InterleavingTable;
import org.dmsim.machine.Access;
import org.dmsim.machine.Task;
import org.dmsim.report.Check;
import org.dmsim.scenarios.picture.Picture.Row;
import org.dmsim.scenarios.picture.Picture.Stretch;
import org.dmsim.scenarios.picture.Picture.Turn;
import org.dmsim.scenarios.picture.TaskTrack.Stay;

/** What led to the finding of a run, in sentences; and what goes round in it. */
final class Why {

  private static final Pattern TURN = Pattern.compile("^ {2}(?:(\\d+) )?(.+?): (.*)$");

  /** Checks about what came of an order of steps; the others look at one task alone. */
  private static final Set<Check> ORDER_MATTERS =
      Set.of(
          Check.WARNING,
          Check.BUG,
          Check.READ_SECTION,
          Check.STUCK,
          Check.BIO_COMPLETION,
          Check.DATA,
          Check.ASSERTION);

  private final PictureRecorder seen;
  private final Interleaving steps;
  private final List<PictureRecorder.Wait> circle;
  private final List<Turn> loop;
  private final Optional<PictureRecorder.Told> told;
  private final Conflict conflict;

  /**
   * Of a run that is over.
   *
   * @param steps the same run's, which has names for objects as well
   */
  Why(PictureRecorder seen, Interleaving steps) {
    this.seen = seen;
    this.steps = steps;
    circle = circle();
    loop = loop();
    boolean shown = !seen.uses.isEmpty() || !circle.isEmpty() || !loop.isEmpty();
    told = seen.told.stream().filter(t -> ORDER_MATTERS.contains(t.report().check())).findFirst();
    conflict =
        shown
            ? null
            : told.flatMap(t -> Conflict.before(steps, t.task(), t.report().step())).orElse(null);
  }

  /** The sentences, in the order of their steps. */
  List<Row> sentences() {
    List<Row> rows = new ArrayList<>();
    if (!seen.uses.isEmpty()) {
      freedAndUsed(seen.uses.getFirst(), rows);
    } else if (!circle.isEmpty()) {
      circle.forEach(w -> waits(w, rows));
    } else if (conflict != null) {
      conflict(rows);
    }
    rows.sort(Comparator.comparingLong(Row::step));
    return rows;
  }

  /**
   * The free, and the use of what was freed; else the waits of a circle and where each of what is
   * waited for was taken; else the steps that come again and again; else two steps that conflict.
   */
  List<Long> race() {
    Stream<Long> steps;
    if (!seen.uses.isEmpty()) {
      steps =
          seen.uses.stream()
              .filter(u -> u.object().freed() >= 0)
              .limit(1)
              .flatMap(u -> Stream.of(u.object().freed(), u.step()));
    } else if (!circle.isEmpty()) {
      steps =
          circle.stream()
              .flatMap(
                  w ->
                      Stream.concat(
                          Stream.of(w.step()), held(w).stream().map(s -> Long.valueOf(s.from))));
    } else if (!loop.isEmpty()) {
      steps = loop.stream().map(Turn::step).filter(s -> s > 0);
    } else {
      steps =
          conflict().stream().flatMap(c -> Stream.of(c.looked(), c.changed())).map(Step::number);
    }
    return steps.distinct().sorted().toList();
  }

  /** Two steps that conflict, where nothing shows better how it came to be. */
  Optional<Conflict> conflict() {
    return Optional.ofNullable(conflict);
  }

  private void conflict(List<Row> rows) {
    Step looked = conflict.looked();
    String user = looked.task().name();
    rows.add(new Row(looked.number(), user, InterleavingTable.words(looked, steps), false));
    Step changed = conflict.changed();
    String had = looked.access() == Access.READ ? " had read" : " had changed";
    String words = InterleavingTable.words(changed, steps) + ": what " + user + had;
    rows.add(new Row(changed.number(), changed.task().name(), words, true));
    Step again = conflict.again();
    if (again != null) {
      String more = "comes to it again: " + InterleavingTable.words(again, steps);
      rows.add(new Row(again.number(), user, more, false));
    }
    PictureRecorder.Told t = told.orElseThrow();
    String by = t.task() == null ? "the end" : t.task().name();
    rows.add(new Row(t.report().step(), by, "is found: " + t.report().headline(), true));
  }

  /** A wait of a circle, and where its holder got what is waited for. */
  private void waits(PictureRecorder.Wait w, List<Row> rows) {
    String holder = w.holder().name();
    for (Stay s : held(w)) {
      String takes = s.isReader() ? "opens a read-side section: " : "takes ";
      rows.add(new Row(s.from, holder, takes + s.label, false));
    }
    String words = "waits for " + w.blocker() + (w.grace() ? "" : ", which " + holder + " holds");
    rows.add(new Row(w.step(), w.task().name(), words, true));
  }

  /** What its holder has, of that which a wait is for; nothing where that is not known. */
  private List<Stay> held(PictureRecorder.Wait w) {
    TaskTrack track = seen.track(w.holder());
    if (w.grace()) {
      return track.sectionsAt(w.step());
    }
    return track.stays.stream()
        .filter(s -> s.kind == Stretch.LOCK && s.isOpenAt(w.step()))
        .filter(s -> List.of(w.blocker().split(" ")).contains(s.label.split(" ")[0]))
        .toList();
  }

  private void freedAndUsed(PictureRecorder.Use use, List<Row> rows) {
    ObjectTrack o = use.object();
    long free = o.freed();
    if (free < 0) {
      return;
    }
    String name = steps.nameOf(o.object);
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
    if (!loop.isEmpty()) {
      return loop;
    }
    return circle.stream()
        .map(w -> new Turn(w.task().name(), w.step(), "waits for " + w.blocker()))
        .toList();
  }

  private List<Turn> loop() {
    return seen.told.stream()
        .filter(t -> t.report().check() == Check.LIVELOCK)
        .limit(1)
        .flatMap(t -> t.report().lines().stream())
        .flatMap(l -> TURN.matcher(l).results())
        .map(Why::turn)
        .toList();
  }

  /**
   * A line of a livelock's report: {@code 11 up: mutex_trylock: changes &second->lock}; some have
   * no number.
   */
  private static Turn turn(MatchResult step) {
    String number = step.group(1);
    return new Turn(step.group(2), number == null ? 0 : Long.parseLong(number), step.group(3));
  }

  private List<PictureRecorder.Wait> circle() {
    Map<Task, PictureRecorder.Wait> last = new LinkedHashMap<>();
    Set<Task> stuck = new HashSet<>(seen.machine.stuckTasks());
    for (PictureRecorder.Wait w : seen.waits) {
      if (stuck.contains(w.task()) && stuck.contains(w.holder())) {
        last.put(w.task(), w);
      }
    }
    for (Task start : last.keySet()) {
      List<PictureRecorder.Wait> ring = new ArrayList<>();
      Set<Task> met = new HashSet<>();
      Task at = start;
      while (at != null && met.add(at) && last.containsKey(at)) {
        PictureRecorder.Wait w = last.get(at);
        ring.add(w);
        at = w.holder();
      }
      if (at == start) {
        return ring;
      }
    }
    return List.of();
  }
}
