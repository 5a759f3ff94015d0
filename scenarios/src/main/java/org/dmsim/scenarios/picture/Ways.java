package org.dmsim.scenarios.picture;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dmsim.block.Opf;
import org.dmsim.block.bio.BlockEvent;
import org.dmsim.machine.Task;
import org.dmsim.scenarios.picture.BioTrack.Seen;
import org.dmsim.scenarios.picture.Picture.Bond;
import org.dmsim.scenarios.picture.Picture.Group;
import org.dmsim.scenarios.picture.Picture.Mark;
import org.dmsim.scenarios.picture.Picture.Point;
import org.dmsim.scenarios.picture.Picture.Stretch;
import org.dmsim.scenarios.picture.TaskTrack.Stay;

/**
 * Draws the ways of bios: on a device from queueing to completion, arrows from whom a bio comes to
 * the device that it goes to, and back up when it has ended.
 */
final class Ways {

  /** Bios that get a lane of their own. */
  private static final int MOST = 24;

  private final Canvas canvas;
  private final Map<Integer, Task> byPid = new HashMap<>();
  private final Map<Range, Deque<Open>> open = new LinkedHashMap<>();
  private final List<Placed> placed = new ArrayList<>();

  private record Disk(int major, int minor) {
    @Override
    public String toString() {
      return major + "," + minor;
    }
  }

  /** A bio that is cut loses its front, so where it ends tells it from others. */
  private record Range(int way, Disk disk, long end, boolean write) {}

  /** A bio on a device, and where it came from: a device, or the task for which it is. */
  private record Open(Stay onDevice, Stay ofBio, Object from) {}

  private record Placed(Object lane, Stay stay) {}

  Ways(Canvas canvas, Iterable<Task> tasks) {
    this.canvas = canvas;
    tasks.forEach(t -> byPid.put(t.pid(), t));
  }

  /** Draws them all; how many bios have no lane of their own. */
  int draw(Iterable<BioTrack> bios) {
    int left = 0;
    List<BioTrack> own = new ArrayList<>();
    BioTrack requests = null;
    for (BioTrack b : bios) {
      if (b.way == 0) {
        requests = b;
        continue;
      }
      way(b);
      if (own.size() == MOST) {
        left++;
      } else {
        own.add(b);
      }
    }
    if (requests != null) {
      requests.events.forEach(this::requestEnds);
    }
    for (BioTrack b : own) {
      BlockEvent e = b.events.getFirst().event();
      String name = "bio " + b.way + ": " + label(e);
      canvas.lane(b, name, Group.BIO, "of " + e.comm());
      b.memory.forEach(m -> canvas.bar(canvas.laneOf(b), m));
    }
    for (Placed p : placed) {
      // What is over within one step is drawn as wide as one.
      p.stay().to = p.stay().to == p.stay().from ? p.stay().from + 1 : p.stay().to;
      if (canvas.laneOf(p.lane()) != null) {
        canvas.bar(canvas.laneOf(p.lane()), p.stay());
      }
    }
    return left;
  }

  private static String label(BlockEvent e) {
    return Opf.rwbs(e.opf()).strip() + " " + Long.toUnsignedString(e.sector()) + "+" + e.sectors();
  }

  private void way(BioTrack b) {
    Map<Disk, Object> cameFrom = new HashMap<>();
    for (Seen seen : b.events) {
      BlockEvent e = seen.event();
      Disk disk = new Disk(e.major(), e.minor());
      int lane = canvas.lane(disk, "device " + disk, Group.DEVICE, null);
      switch (e.action()) {
        case QUEUE -> {
          Object from = cameFrom.computeIfAbsent(disk, d -> submitter(e));
          if (from instanceof Task) {
            canvas.link(from, disk, seen.step(), Bond.BIO, "submits " + e.line());
          }
          Open o =
              new Open(
                  new Stay(Stretch.IO, label(e), e.comm(), seen.step()),
                  new Stay(Stretch.IO, "on " + disk + ": " + label(e), e.comm(), seen.step()),
                  from);
          placed.add(new Placed(disk, o.onDevice()));
          placed.add(new Placed(b, o.ofBio()));
          open.computeIfAbsent(range(b, disk, e), r -> new ArrayDeque<>()).add(o);
        }
        case REMAP -> {
          Disk from = new Disk(e.fromMajor(), e.fromMinor());
          canvas.lane(from, "device " + from, Group.DEVICE, null);
          cameFrom.put(disk, from);
          canvas.link(from, disk, seen.step(), Bond.BIO, "clone, remapped: " + e.line());
        }
        case SPLIT ->
            canvas.mark(
                new Mark(lane, seen.step(), Point.SPLIT, "split: " + e.line(), null, null, null));
        case COMPLETE -> ends(range(b, disk, e), disk, seen);
        default -> {}
      }
    }
  }

  private Object submitter(BlockEvent e) {
    Task issuer = byPid.get(e.issuer());
    return issuer == null ? e.issuer() : issuer;
  }

  private static Range range(BioTrack b, Disk disk, BlockEvent e) {
    return new Range(b.way, disk, e.sector() + e.sectors(), Opf.isWrite(e.opf()));
  }

  /** A request ends with all bios that were merged into it; it has no way of its own. */
  private void requestEnds(Seen seen) {
    BlockEvent e = seen.event();
    Disk disk = new Disk(e.major(), e.minor());
    long after = e.sector() + e.sectors();
    for (Map.Entry<Range, Deque<Open>> o : open.entrySet()) {
      Range r = o.getKey();
      boolean inside = r.end > e.sector() && r.end <= after && r.write == Opf.isWrite(e.opf());
      if (r.disk.equals(disk) && inside) {
        while (!o.getValue().isEmpty() && o.getValue().peek().onDevice().from <= seen.step()) {
          ends(r, disk, seen);
        }
      }
    }
  }

  private void ends(Range range, Disk disk, Seen seen) {
    Deque<Open> waiting = open.get(range);
    if (waiting != null && !waiting.isEmpty()) {
      Open o = waiting.poll();
      o.onDevice().to = seen.step();
      o.ofBio().to = seen.step();
      canvas.link(disk, o.from(), seen.step(), Bond.DONE, "completed: " + seen.event().line());
    }
  }
}
