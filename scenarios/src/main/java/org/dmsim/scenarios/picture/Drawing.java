package org.dmsim.scenarios.picture;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dmsim.block.Opf;
import org.dmsim.block.bio.BlockEvent;
import org.dmsim.interleaving.Interleaving;
import org.dmsim.interleaving.InterleavingTable;
import org.dmsim.machine.Task;
import org.dmsim.scenarios.picture.Picture.Bar;
import org.dmsim.scenarios.picture.Picture.Bond;
import org.dmsim.scenarios.picture.Picture.Group;
import org.dmsim.scenarios.picture.Picture.Lane;
import org.dmsim.scenarios.picture.Picture.Link;
import org.dmsim.scenarios.picture.Picture.Mark;
import org.dmsim.scenarios.picture.Picture.Point;
import org.dmsim.scenarios.picture.Picture.ReportText;
import org.dmsim.scenarios.picture.Picture.Row;
import org.dmsim.scenarios.picture.Picture.Stretch;
import org.dmsim.scenarios.picture.TaskTrack.Stay;

/** Makes a picture of what a recorder has seen. */
public final class Drawing {

  /** Rows that a picture has at most; of a longer run the end is shown. */
  private static final int ROWS = 3_000;

  private final PictureRecorder seen;
  private final Interleaving steps;
  private final List<Lane> lanes = new ArrayList<>();
  private final List<Bar> bars = new ArrayList<>();
  private final List<Mark> marks = new ArrayList<>();
  private final List<Link> links = new ArrayList<>();
  private final List<Row> rows = new ArrayList<>();
  private final List<ReportText> reports = new ArrayList<>();
  private final Map<Object, Integer> laneOf = new HashMap<>();
  private final long end;
  private long first;
  private int omitted;

  private Drawing(PictureRecorder seen, Interleaving steps) {
    this.seen = seen;
    this.steps = steps;
    this.end = seen.machine.step() + 1;
  }

  /**
   * The picture of a run that is over.
   *
   * @param steps the same run's steps
   * @param heading what tells it from others
   */
  public static Picture of(
      PictureRecorder seen, Interleaving steps, String heading, Picture.Verdict verdict) {
    seen.finish();
    return new Drawing(seen, steps).draw(heading, verdict);
  }

  private Picture draw(String heading, Picture.Verdict verdict) {
    rows();
    tasks();
    objects();
    devices();
    cpus();
    waits();
    told();
    long start = seen.told.isEmpty() ? first : seen.told.getLast().report().step();
    String left =
        omitted == 0
            ? null
            : omitted + " steps on objects that nobody contends for are left out of the table.";
    if (first > 0) {
      left = (left == null ? "" : left + " ") + "What came before step " + first + " is left out.";
    }
    return new Picture(
        heading, verdict, end, start, left, lanes, bars, marks, links, rows, reports);
  }

  // ---- the table -------------------------------------------------------------------------------

  private void rows() {
    for (Interleaving.Event e : steps.events()) {
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
    }
  }

  // ---- lanes -----------------------------------------------------------------------------------

  private int lane(Object of, String name, Group group, String note) {
    return laneOf.computeIfAbsent(
        of,
        o -> {
          lanes.add(new Lane(name, group, note));
          return lanes.size() - 1;
        });
  }

  private void bar(int lane, Stay stay) {
    boolean open = stay.to < 0;
    long to = open ? end : stay.to;
    if (to > stay.from && to >= first) {
      bars.add(
          new Bar(lane, Math.max(first, stay.from), to, open, stay.kind, stay.label, stay.text));
    }
  }

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
    seen.waits.forEach(w -> shown.add(w.holder()));
    seen.tasks.values().stream()
        .filter(t -> shown.contains(t.task))
        .sorted(
            Comparator.comparing((TaskTrack t) -> t.task.isDaemon())
                .thenComparingInt(t -> t.task.index()))
        .forEach(
            t -> {
              int lane = lane(t.task, t.task.name(), Group.TASK, "pid " + t.task.pid());
              t.stays.forEach(stay -> bar(lane, stay));
            });
  }

  /** Objects that readers could find and that changed, and those that were used when freed. */
  private void objects() {
    for (ObjectTrack o : seen.objects.values()) {
      boolean used = seen.uses.stream().anyMatch(u -> u.object() == o);
      if (!used && !(o.isPublished() && (o.freed() >= 0 || o.stays.size() > 2))) {
        continue;
      }
      int lane = lane(o, steps.nameOf(o.object), Group.OBJECT, o.object.cache());
      for (Stay stay : o.stays) {
        if (stay.kind != Stretch.FREED || used) {
          bar(lane, stay);
        }
      }
      if (o.freed() >= first) {
        String by = o.freer() == null ? "freed" : "freed by " + o.freer().name();
        marks.add(new Mark(lane, o.freed(), Point.FREE, by, used ? null : "freed", null, null));
        Integer freer = laneOf.get(o.freer());
        if (used && freer != null) {
          links.add(new Link(freer, o.freed(), lane, o.freed(), Bond.RACE, by));
        }
      }
    }
  }

  private void cpus() {
    seen.cpus.keySet().stream()
        .sorted()
        .forEach(
            cpu -> {
              int lane = lane(cpu, "CPU " + cpu, Group.CPU, null);
              seen.cpus.get(cpu).forEach(stay -> bar(lane, stay));
            });
  }

  // ---- bios ------------------------------------------------------------------------------------

  private record Disk(int major, int minor) {
    @Override
    public String toString() {
      return major + "," + minor;
    }
  }

  private record Range(Disk disk, long sector, boolean write) {}

  /** A bio is on a device from its queueing to its completion; remapping leads to the next one. */
  private void devices() {
    Map<Range, Deque<Stay>> open = new HashMap<>();
    for (PictureRecorder.Bio bio : seen.bios) {
      BlockEvent e = bio.event();
      Disk disk = new Disk(e.major(), e.minor());
      Range range = new Range(disk, e.sector(), Opf.isWrite(e.opf()));
      switch (e.action()) {
        case QUEUE -> {
          int lane = lane(disk, "device " + disk, Group.DEVICE, null);
          String label = Opf.rwbs(e.opf()).strip() + " " + e.sector() + "+" + e.sectors();
          Stay stay = new Stay(Stretch.IO, label, e.comm(), bio.step());
          open.computeIfAbsent(range, r -> new ArrayDeque<>()).add(stay);
          io.add(new OnDevice(lane, stay));
        }
        case REMAP -> {
          int from = lane(new Disk(e.fromMajor(), e.fromMinor()), "", Group.DEVICE, null);
          int to = lane(disk, "device " + disk, Group.DEVICE, null);
          links.add(new Link(from, bio.step(), to, bio.step(), Bond.BIO, e.line()));
        }
        case COMPLETE -> {
          Deque<Stay> waiting = open.get(range);
          if (waiting != null && !waiting.isEmpty()) {
            waiting.poll().to = bio.step();
          }
        }
        default -> {}
      }
    }
    io.forEach(
        on -> {
          // What is over within one step is drawn as wide as one.
          on.stay().to = on.stay().to == on.stay().from ? on.stay().from + 1 : on.stay().to;
          bar(on.lane(), on.stay());
        });
  }

  private record OnDevice(int lane, Stay stay) {}

  private final List<OnDevice> io = new ArrayList<>();

  // ---- who waits for whom, and what was found --------------------------------------------------

  private void waits() {
    Set<Task> stuck = new HashSet<>(seen.machine.stuckTasks());
    for (PictureRecorder.Wait w : seen.waits) {
      Integer from = laneOf.get(w.task());
      Integer to = laneOf.get(w.holder());
      if (from == null || to == null || w.step() < first) {
        continue;
      }
      boolean circle = stuck.contains(w.task()) && stuck.contains(w.holder());
      links.add(
          new Link(
              from,
              w.step(),
              to,
              w.step(),
              circle ? Bond.CIRCLE : Bond.WAITS,
              w.task().name() + " waits for " + w.holder().name()));
    }
  }

  private void told() {
    for (PictureRecorder.Told t : seen.told) {
      String task = t.task() == null ? "the end" : t.task().name();
      long step = t.report().step();
      reports.add(new ReportText(step, task, t.report().headline(), t.report().text()));
      Integer lane = laneOf.get(t.task());
      if (lane != null && step >= first) {
        marks.add(
            new Mark(
                lane, step, Point.REPORT, t.report().headline(), null, null, reports.size() - 1));
      }
    }
    for (PictureRecorder.Use use : seen.uses) {
      int object = laneOf.get(use.object());
      String label = use.task().name() + " uses it, freed";
      marks.add(new Mark(object, use.step(), Point.USE, label, "used", null, null));
      Integer user = laneOf.get(use.task());
      if (user != null) {
        links.add(new Link(user, use.step(), object, use.step(), Bond.RACE, label));
      }
    }
  }
}
