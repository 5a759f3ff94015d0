package org.dmsim.scenarios.picture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.dmsim.interleaving.Interleaving;
import org.dmsim.interleaving.InterleavingTable;
import org.dmsim.machine.Task;
import org.dmsim.memory.SlabObject;
import org.dmsim.scenarios.picture.Picture.Bond;
import org.dmsim.scenarios.picture.Picture.Group;
import org.dmsim.scenarios.picture.Picture.Link;
import org.dmsim.scenarios.picture.Picture.Mark;
import org.dmsim.scenarios.picture.Picture.Point;
import org.dmsim.scenarios.picture.Picture.ReportText;
import org.dmsim.scenarios.picture.Picture.Row;
import org.dmsim.scenarios.picture.Picture.Stretch;
import org.dmsim.scenarios.picture.TaskTrack.Stay;

/** Makes a picture of what a recorder has heard. */
final class Drawing {

  /** Rows that a picture has at most; of a longer run the end is shown. */
  private static final int ROWS = 1_500;

  /** Bars, marks and arrows that it has at most; where there would be more, the end is shown. */
  private static final int ITEMS = 2_000;

  /** Reports that can be opened; the headlines of more stand in the table. */
  private static final int REPORTS = 16;

  /** Kinds of objects whose lives are shown even where no reader could find them. */
  private static final Set<String> ALWAYS = Set.of("dm_table", "dm_md_mempools", "mapped_device");

  /** Objects that get a lane; what was used when it was freed always does. */
  private static final int OBJECTS = 16;

  private final PictureRecorder seen;
  private final Interleaving steps;
  private final List<Row> rows = new ArrayList<>();
  private final List<ReportText> reports = new ArrayList<>();
  private final List<String> left = new ArrayList<>();
  private final Canvas canvas;
  private final long end;
  private long first;
  private int omitted;

  private Drawing(PictureRecorder seen, Interleaving steps, long from) {
    this.seen = seen;
    this.steps = steps;
    this.first = from;
    this.end = seen.machine.step() + 1;
    rows();
    canvas = new Canvas(first, end);
  }

  /**
   * The picture of a run that is over.
   *
   * @param steps the same run's steps
   * @param heading what tells it from others
   */
  static Picture of(
      PictureRecorder seen, Interleaving steps, String heading, Picture.Verdict verdict) {
    steps.events();
    seen.finish();
    Drawing all = new Drawing(seen, steps, 0);
    Picture picture = all.draw(heading, verdict);
    long from = all.canvas.startOfLast(ITEMS);
    return from == 0 ? picture : new Drawing(seen, steps, from).draw(heading, verdict);
  }

  private Picture draw(String heading, Picture.Verdict verdict) {
    tasks();
    graces();
    objects();
    int bios = new Ways(canvas, seen.tasks.keySet()).draw(seen.bios.values());
    queues();
    cpus();
    waits();
    told();
    long begin = rows.isEmpty() ? first : rows.getFirst().step();
    long start =
        !seen.uses.isEmpty()
            ? seen.uses.getFirst().step()
            : seen.told.isEmpty() ? begin : seen.told.getLast().report().step();
    leftOut(bios);
    Why why = new Why(seen, steps);
    why.conflict()
        .ifPresent(
            c -> {
              String what = InterleavingTable.words(c.changed(), steps);
              Task looked = c.looked().task();
              Task changed = c.changed().task();
              canvas.link(looked, c.looked().number(), changed, c.changed().number(), what);
            });
    return new Picture(
        heading,
        verdict,
        end,
        Math.max(start, first),
        left.isEmpty() ? null : String.join(" ", left),
        canvas.lanes,
        canvas.bars,
        canvas.marks,
        canvas.links,
        rows,
        reports,
        why.sentences(),
        why.race(),
        seen.live.stream().filter(c -> canvas.isShown(c.step())).toList(),
        wakes(),
        why.ring());
  }

  private void leftOut(int bios) {
    if (omitted > 0) {
      left.add(omitted + " steps on objects that nobody contends for are left out of the table.");
    }
    if (first > 0) {
      left.add("What came before step " + first + " of " + end + " is left out.");
    }
    if (seen.told.size() > REPORTS) {
      left.add("Of " + seen.told.size() + " reports the first " + REPORTS + " can be opened.");
    }
    if (bios > 0) {
      left.add(bios + " more bios have no lane of their own.");
    }
  }

  private String nameOf(SlabObject object) {
    return steps.nameOf(object);
  }

  // ---- the table -------------------------------------------------------------------------------

  private void rows() {
    for (Interleaving.Event e : steps.events()) {
      if (e.number() < first) {
        continue;
      }
      switch (e) {
        case Interleaving.Step s when !steps.isContended(s.object()) -> omitted++;
        case Interleaving.Step s ->
            rows.add(
                new Row(s.number(), s.task().name(), InterleavingTable.words(s, steps), false));
        case Interleaving.Sleep s ->
            rows.add(
                new Row(
                    s.number(),
                    s.task().name(),
                    (s.where().isEmpty() ? "" : s.where() + ": ") + "sleeps: " + s.waitsFor(),
                    false));
        case Interleaving.Found f ->
            rows.add(
                new Row(f.number(), f.task() == null ? "" : f.task().name(), f.headline(), true));
      }
    }
    if (rows.size() > ROWS) {
      rows.subList(0, rows.size() - ROWS).clear();
      first = rows.getFirst().step();
    } else if (steps.forgotten() > 0) {
      first = Math.max(first, steps.events().getFirst().number());
    }
  }

  // ---- lanes -----------------------------------------------------------------------------------

  /** Tasks that are in the table, and those that others wait for. */
  private void tasks() {
    Set<Task> shown = new HashSet<>();
    for (Interleaving.Event e : steps.events()) {
      if (e.task() != null
          && e.number() >= first
          && !(e instanceof Interleaving.Step s && !steps.isContended(s.object()))) {
        shown.add(e.task());
      }
    }
    seen.waits.stream().filter(w -> w.step() >= first).forEach(w -> shown.add(w.holder()));
    seen.commands.stream().filter(c -> c.step() >= first).forEach(c -> shown.add(c.task()));
    seen.tasks.values().stream()
        .filter(t -> shown.contains(t.task))
        .sorted(
            Comparator.comparing((TaskTrack t) -> t.task.isDaemon())
                .thenComparingInt(t -> t.task.index()))
        .forEach(
            t -> {
              int lane = canvas.lane(t.task, t.task.name(), Group.TASK, "pid " + t.task.pid());
              t.stays.forEach(stay -> canvas.bar(lane, stay));
            });
    for (PictureRecorder.Command c : seen.commands) {
      Integer lane = canvas.laneOf(c.task());
      if (lane == null) {
        continue;
      }
      canvas.mark(new Mark(lane, c.step(), Point.COMMAND, c.text(), null, null, null));
    }
  }

  /** Grace periods, with a thread to each reader that one waits for. */
  private void graces() {
    for (GraceTrack g : seen.graces) {
      if (g.to >= 0 && !canvas.isShown(g.to)) {
        continue;
      }
      String name = Why.domain(g);
      int lane = canvas.lane("grace " + name, name, Group.GRACE, "grace periods");
      Stay stay = new Stay(Stretch.GP, g.words() + ", of " + g.runner.name(), null, g.from);
      stay.to = g.to == g.from ? g.from + 1 : g.to;
      canvas.bar(lane, stay);
      g.readers.forEach(
          (reader, step) ->
              canvas.link(
                  "grace " + name,
                  reader,
                  step,
                  Bond.GRACE,
                  "the grace period of " + name + " waits for " + reader.name()));
    }
  }

  /** Objects that readers could find and that changed, and those that were used when freed. */
  private void objects() {
    int lanes = 0;
    for (ObjectTrack o : seen.objects.values()) {
      boolean used = seen.uses.stream().anyMatch(u -> u.object() == o);
      boolean matters = o.isPublished() || ALWAYS.contains(o.object.label());
      if (!used && !(matters && o.changed())) {
        continue;
      }
      if (!used && ++lanes > OBJECTS) {
        continue;
      }
      int lane = canvas.lane(o, nameOf(o.object), Group.OBJECT, o.object.cache());
      for (Stay stay : o.stays) {
        if (stay.kind != Stretch.FREED || used) {
          canvas.bar(lane, stay);
        }
      }
      if (o.freed() >= 0) {
        String by = o.freer() == null ? "freed" : "freed by " + o.freer().name();
        canvas.mark(new Mark(lane, o.freed(), Point.FREE, by, used ? null : "freed", null, null));
        if (used) {
          canvas.link(o.freer(), o, o.freed(), Bond.RACE, "frees it");
        }
      }
    }
    if (lanes > OBJECTS) {
      left.add(lanes - OBJECTS + " more objects have no lane.");
    }
  }

  private void queues() {
    for (QueueTrack q : seen.queues.byName.values()) {
      if (q.stays.stream().anyMatch(s -> !s.isOverBefore(first))) {
        int lane = canvas.lane(q, "workqueue " + q.name, Group.QUEUE, null);
        q.stays.forEach(stay -> canvas.bar(lane, stay));
      }
    }
  }

  private List<Link> wakes() {
    List<Link> shown = new ArrayList<>();
    for (WakeUps.Wake w : seen.wakes.all) {
      Integer from = canvas.laneOf(w.waker());
      Integer to = canvas.laneOf(w.sleeper());
      if (from != null && to != null && canvas.isShown(w.at())) {
        String label = w.waker().name() + " wakes " + w.sleeper().name();
        shown.add(new Link(from, w.at(), to, w.goesOn(), Bond.WAKES, label));
      }
    }
    return shown;
  }

  private void cpus() {
    seen.cpus.stays.keySet().stream()
        .sorted()
        .forEach(
            cpu -> {
              int lane = canvas.lane(cpu, "CPU " + cpu, Group.CPU, null);
              seen.cpus.stays.get(cpu).forEach(stay -> canvas.bar(lane, stay));
            });
  }

  // ---- who waits for whom, and what was found --------------------------------------------------

  private void waits() {
    Set<Task> stuck = new HashSet<>(seen.machine.stuckTasks());
    for (PictureRecorder.Wait w : seen.waits) {
      boolean circle = stuck.contains(w.task()) && stuck.contains(w.holder());
      if (circle || !w.grace()) {
        canvas.link(
            w.task(),
            w.holder(),
            w.step(),
            circle ? Bond.CIRCLE : Bond.WAITS,
            w.task().name() + " waits for " + w.holder().name() + ": " + w.blocker());
      }
    }
  }

  private void told() {
    for (PictureRecorder.Told t : seen.told) {
      String task = t.task() == null ? "the end" : t.task().name();
      long step = t.report().step();
      Integer index = reports.size() < REPORTS ? reports.size() : null;
      if (index != null) {
        reports.add(new ReportText(step, task, t.report().headline(), t.report().text()));
      }
      Integer lane = canvas.laneOf(t.task());
      if (lane != null) {
        canvas.mark(new Mark(lane, step, Point.REPORT, t.report().headline(), null, null, index));
      }
    }
    for (PictureRecorder.Use use : seen.uses) {
      Integer object = canvas.laneOf(use.object());
      String label = use.task().name() + " uses it, freed";
      canvas.mark(new Mark(object, use.step(), Point.USE, label, "used", null, null));
      canvas.link(use.task(), use.object(), use.step(), Bond.RACE, "uses it");
    }
  }
}
