package org.dmsim.scenarios.run;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.BlockEvent;

/**
 * How long bios were on each device, as btt sums blktrace up: Q2C from queueing to completion; Q2D
 * until the device sent the bio on to another one, as a mapped device does; D2C from then on. A
 * device that sends nothing on does its work itself: its Q2D is nothing, its D2C all. Of a bio that
 * was sent on in pieces the first counts.
 */
public final class Btt {

  private static final double SECOND = 1e9;

  private final Map<Device, Sums> sums = new TreeMap<>();
  private final Map<Key, Deque<Open>> open = new HashMap<>();

  private record Device(int major, int minor) implements Comparable<Device> {
    @Override
    public int compareTo(Device o) {
      return major == o.major ? Integer.compare(minor, o.minor) : Integer.compare(major, o.major);
    }
  }

  /** A bio that is cut loses its front, so where it ends tells it from others. */
  private record Key(Device device, int way, long end, boolean write) {}

  private static final class Open {
    final long queued;
    final long sectors;
    long sent = -1;

    Open(long queued, long sectors) {
      this.queued = queued;
      this.sectors = sectors;
    }
  }

  private static final class Span {
    private long count;
    private long sum;
    private long least = Long.MAX_VALUE;
    private long most;

    void add(long ns) {
      count++;
      sum += ns;
      least = Math.min(least, ns);
      most = Math.max(most, ns);
    }

    String line(String device, String name) {
      return String.format(
          Locale.ROOT,
          "%9s  %4s %13.9f %13.9f %13.9f %9d",
          device,
          name,
          least / SECOND,
          sum / SECOND / count,
          most / SECOND,
          count);
    }
  }

  private static final class Sums {
    final Span q2c = new Span();
    final Span q2d = new Span();
    final Span d2c = new Span();
    long sectors;
    long left;
  }

  /** Nothing heard yet. */
  public Btt() {}

  /** Hears an event. */
  public void event(BlockEvent e) {
    Device device = new Device(e.major(), e.minor());
    switch (e.action()) {
      case QUEUE -> {
        sums.computeIfAbsent(device, d -> new Sums()).left++;
        open.computeIfAbsent(key(device, e), k -> new ArrayDeque<>())
            .add(new Open(e.time(), e.sectors()));
      }
      case REMAP -> sent(new Device(e.fromMajor(), e.fromMinor()), e);
      case COMPLETE -> {
        if (e.way() == 0) {
          requestEnds(device, e);
          return;
        }
        Deque<Open> waiting = open.get(key(device, e));
        if (waiting != null && !waiting.isEmpty()) {
          ended(sums.get(device), waiting.poll(), e);
        }
      }
      default -> {}
    }
  }

  /** A request ends, which has no way of its own, with all bios that were merged into it. */
  private void requestEnds(Device device, BlockEvent e) {
    long after = e.sector() + e.sectors();
    open.forEach(
        (key, waiting) -> {
          boolean inside = key.end > e.sector() && key.end <= after;
          if (inside && key.device.equals(device) && key.write == Opf.isWrite(e.opf())) {
            waiting.forEach(bio -> ended(sums.get(device), bio, e));
            waiting.clear();
          }
        });
  }

  private static Key key(Device d, BlockEvent e) {
    return new Key(d, e.way(), e.sector() + e.sectors(), Opf.isWrite(e.opf()));
  }

  /** The first bio of that way on the device that was not sent on yet. */
  private void sent(Device from, BlockEvent e) {
    for (Map.Entry<Key, Deque<Open>> o : open.entrySet()) {
      if (o.getKey().device().equals(from) && o.getKey().way() == e.way()) {
        for (Open bio : o.getValue()) {
          bio.sent = bio.sent < 0 ? e.time() : bio.sent;
        }
      }
    }
  }

  private static void ended(Sums s, Open bio, BlockEvent e) {
    long sent = bio.sent < 0 ? bio.queued : bio.sent;
    s.q2c.add(e.time() - bio.queued);
    s.q2d.add(sent - bio.queued);
    s.d2c.add(e.time() - sent);
    s.sectors += bio.sectors;
    s.left--;
  }

  /** The summary; seconds of virtual time. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT, "%9s  %4s %13s %13s %13s %9s", "device", "", "min", "avg", "max", "bios"));
    sums.forEach(
        (device, s) -> {
          String name = device.major() + "," + device.minor();
          if (s.q2c.count > 0) {
            lines.add(s.q2c.line(name, "Q2C"));
            lines.add(s.q2d.line(name, "Q2D"));
            lines.add(s.d2c.line(name, "D2C"));
            lines.add(String.format("%9s  %d bytes", name, s.sectors << Sectors.SHIFT));
          }
          if (s.left > 0) {
            lines.add(String.format("%9s  %d not completed", name, s.left));
          }
        });
    return lines;
  }
}
