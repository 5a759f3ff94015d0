package org.dmsim.scenarios.picture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.dmsim.scenarios.picture.Picture.Bar;
import org.dmsim.scenarios.picture.Picture.Group;
import org.dmsim.scenarios.picture.Picture.Link;
import org.dmsim.scenarios.picture.Picture.Mark;
import org.dmsim.scenarios.picture.Picture.Row;
import org.dmsim.scenarios.picture.Picture.Stretch;

/**
 * A picture as a trace of Perfetto, for people's own viewer: {@code ui.perfetto.dev} or {@code
 * trace_processor}. A lane is a track; what overlaps in it, tracks below it. A step is a
 * microsecond, since virtual time stands still while tasks run.
 *
 * <p>The numbers of the fields are those of {@code perfetto_trace.proto}: {@code Trace.packet},
 * {@code TracePacket}, {@code TrackDescriptor}, {@code TrackEvent}, {@code DebugAnnotation}.
 */
public final class PerfettoTrace {

  private static final long NANOSECONDS_A_STEP = 1_000;
  private static final int SEQUENCE = 1;
  private static final int STATE_CLEARED = 1;

  private static final int BEGIN = 1;
  private static final int END = 2;
  private static final int INSTANT = 3;
  private static final int COUNTER = 4;

  private final Wire out = new Wire();
  private final List<Event> events = new ArrayList<>();
  private long tracks;
  private long flows;
  private boolean begun;

  /** An event, to be written when all are in order; ends come before begins of the same step. */
  private record Event(long step, int order, Consumer<Wire> message) {}

  private PerfettoTrace() {}

  /** Pictures as one trace; each is a process of it. */
  public static byte[] of(List<Picture> pictures) {
    PerfettoTrace trace = new PerfettoTrace();
    pictures.forEach(trace::add);
    trace.events.sort(Comparator.comparingLong(Event::step).thenComparingInt(Event::order));
    for (Event e : trace.events) {
      trace.packet(e.step() * NANOSECONDS_A_STEP, 11, e.message());
    }
    return trace.out.bytes();
  }

  private void add(Picture picture) {
    long all = track(0, picture.heading() + ": " + picture.verdict().word(), false);
    long[] lanes = new long[picture.lanes().size()];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = track(all, picture.lanes().get(i).name(), false);
      slices(picture, i, lanes[i]);
      if (picture.lanes().get(i).group() == Group.DEVICE) {
        pending(picture, i, all, Stretch.IO, "pending I/O of ");
      } else if (picture.lanes().get(i).group() == Group.QUEUE) {
        pending(picture, i, all, Stretch.QUEUED, "works that wait in ");
      }
    }
    memory(picture, all);
    for (Mark m : picture.marks()) {
      instant(lanes[m.lane()], m.at(), m.label(), m.kind().name(), 0);
    }
    if (picture.left() != null) {
      instant(
          all,
          picture.bars().stream().mapToLong(Bar::from).min().orElse(0),
          picture.left(),
          "LEFT_OUT",
          0);
    }
    List<Link> flowing = new ArrayList<>(picture.links());
    flowing.addAll(picture.wakes());
    for (Link l : flowing) {
      long flow = ++flows;
      instant(lanes[l.fromLane()], l.from(), l.label(), l.kind().name(), flow);
      instant(lanes[l.toLane()], l.to(), l.label(), l.kind().name(), flow);
    }
    Map<String, Long> byName = new HashMap<>();
    for (int i = lanes.length - 1; i >= 0; i--) {
      byName.put(picture.lanes().get(i).name(), lanes[i]);
    }
    for (Row r : picture.rows()) {
      Long lane = byName.get(r.task());
      if (lane != null && !r.bad()) {
        instant(lane, r.step(), r.text(), "STEP", 0);
      }
    }
  }

  /** The bars of a lane; slices of one track lie inside each other, so the others get tracks. */
  private void slices(Picture picture, int lane, long track) {
    List<Bar> bars =
        picture.bars().stream()
            .filter(b -> b.lane() == lane)
            .sorted(
                Comparator.comparingLong(Bar::from)
                    .thenComparing(Comparator.comparingLong(Bar::to).reversed()))
            .toList();
    List<List<Bar>> open = new ArrayList<>();
    List<Long> trackOf = new ArrayList<>();
    for (Bar b : bars) {
      int row = 0;
      while (row < open.size() && !fits(open.get(row), b)) {
        row++;
      }
      if (row == open.size()) {
        open.add(new ArrayList<>());
        trackOf.add(row == 0 ? track : track(track, picture.lanes().get(lane).name(), false));
      }
      open.get(row).add(b);
      long at = trackOf.get(row);
      int depth = open.get(row).size();
      String more = b.open() ? "goes on at the end" : b.text();
      events.add(new Event(b.from(), 1000 + depth, o -> event(o, BEGIN, at, b, more)));
      events.add(new Event(b.to(), 500 - depth, o -> event(o, END, at, null, null)));
    }
  }

  private static boolean fits(List<Bar> open, Bar bar) {
    open.removeIf(b -> b.to() <= bar.from());
    return open.isEmpty() || open.getLast().to() >= bar.to();
  }

  /** How many bios are under way on a device, or works wait in a queue. */
  private void pending(Picture picture, int lane, long parent, Stretch kind, String what) {
    long counter = track(parent, what + picture.lanes().get(lane).name(), true);
    Map<Long, Integer> change = new TreeMap<>();
    for (Bar b : picture.bars()) {
      if (b.lane() == lane && b.kind() == kind) {
        change.merge(b.from(), 1, Integer::sum);
        change.merge(b.to(), -1, Integer::sum);
      }
    }
    long now = 0;
    for (Map.Entry<Long, Integer> e : change.entrySet()) {
      now += e.getValue();
      count(counter, e.getKey(), now);
    }
  }

  /** How many objects are allocated. */
  private void memory(Picture picture, long parent) {
    long counter = track(parent, "objects allocated", true);
    picture.memory().forEach(c -> count(counter, c.step(), c.number()));
  }

  private void count(long counter, long step, long value) {
    events.add(
        new Event(
            step,
            5000,
            o -> {
              o.number(11, counter);
              o.number(9, COUNTER);
              o.number(30, value);
            }));
  }

  private void instant(long track, long step, String name, String category, long flow) {
    events.add(
        new Event(
            step,
            4000,
            o -> {
              o.number(11, track);
              o.number(9, INSTANT);
              o.text(22, category);
              o.text(23, name);
              if (flow != 0) {
                o.fixed(47, flow);
              }
            }));
  }

  private static void event(Wire o, int type, long track, Bar bar, String more) {
    o.number(11, track);
    o.number(9, type);
    if (bar != null) {
      o.text(22, bar.kind().name());
      o.text(23, bar.label());
    }
    if (more != null) {
      o.message(
          4,
          annotation -> {
            annotation.text(10, "more");
            annotation.text(6, more);
          });
    }
  }

  private long track(long parent, String name, boolean counter) {
    long uuid = ++tracks;
    packet(
        -1,
        60,
        o -> {
          o.number(1, uuid);
          o.text(2, name);
          if (parent != 0) {
            o.number(5, parent);
          }
          if (counter) {
            o.message(8, c -> {});
          }
        });
    return uuid;
  }

  private void packet(long time, int field, Consumer<Wire> message) {
    out.message(
        1,
        o -> {
          if (time >= 0) {
            o.number(8, time);
          }
          o.number(10, SEQUENCE);
          if (!begun) {
            o.number(13, STATE_CLEARED);
            begun = true;
          }
          o.message(field, message);
        });
  }
}
