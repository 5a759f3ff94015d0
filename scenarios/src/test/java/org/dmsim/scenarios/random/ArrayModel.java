package org.dmsim.scenarios.random;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Disks as plain arrays, and mapped devices as what a sector of theirs stands for: what a stack
 * must look like to who reads and writes it. Knows nothing of bios.
 */
final class ArrayModel {

  static final int SECTOR = 512;

  /** Where a sector's bytes are: in an array, nowhere and zero, or nowhere and an error. */
  private record Place(byte[] array, long sector, boolean error) {}

  private static final Place ZERO = new Place(null, 0, false);
  private static final Place ERROR = new Place(null, 0, true);

  /**
   * One target.
   *
   * @param devices names of the devices below
   * @param starts first sector used on each
   * @param chunk sectors of a stripe; 0 for linear
   */
  record Target(
      long start, long length, String type, List<String> devices, List<Long> starts, long chunk) {

    String line(Map<String, String> numbers) {
      StringBuilder s = new StringBuilder(start + " " + length + " " + type);
      switch (type) {
        case "striped" -> s.append(' ').append(devices.size()).append(' ').append(chunk);
        case "mirror" -> s.append(" core 2 64 nosync ").append(devices.size());
        default -> {}
      }
      for (int i = 0; i < devices.size(); i++) {
        s.append(' ').append(numbers.get(devices.get(i))).append(' ').append(starts.get(i));
      }
      switch (type) {
        case "delay" -> s.append(" 2");
        case "flakey" -> s.append(" 600 0");
        case "dust" -> s.append(" 512");
        default -> {}
      }
      return s.toString();
    }
  }

  private final Map<String, byte[]> disks = new HashMap<>();
  private final Map<String, List<Target>> tables = new HashMap<>();

  void disk(String name, long sectors) {
    disks.put(name, new byte[(int) sectors * SECTOR]);
  }

  void table(String device, List<Target> targets) {
    tables.put(device, new ArrayList<>(targets));
  }

  List<Target> targets(String device) {
    return tables.get(device);
  }

  long sectors(String device) {
    byte[] disk = disks.get(device);
    if (disk != null) {
      return disk.length / SECTOR;
    }
    Target last = tables.get(device).getLast();
    return last.start + last.length;
  }

  private Place find(String device, long sector) {
    byte[] disk = disks.get(device);
    if (disk != null) {
      return new Place(disk, sector, false);
    }
    for (Target t : tables.get(device)) {
      if (sector >= t.start && sector < t.start + t.length) {
        return find(t, sector - t.start);
      }
    }
    throw new IllegalArgumentException(device + " has no sector " + sector);
  }

  private Place find(Target t, long offset) {
    return switch (t.type) {
      case "zero" -> ZERO;
      case "error" -> ERROR;
      case "striped" -> {
        long stripe = offset / t.chunk;
        int n = (int) (stripe % t.devices.size());
        long into = stripe / t.devices.size() * t.chunk + offset % t.chunk;
        yield find(t.devices.get(n), t.starts.get(n) + into);
      }
      default -> find(t.devices.getFirst(), t.starts.getFirst() + offset);
    };
  }

  /** What a read of whole sectors answers, without its events. */
  String read(String device, long sector, int count) {
    long n = Math.min(count, sectors(device) - sector);
    if (n <= 0) {
      return "0";
    }
    byte[] out = new byte[(int) n * SECTOR];
    for (int i = 0; i < n; i++) {
      Place p = find(device, sector + i);
      if (p.error) {
        return "-1 EIO";
      }
      if (p.array != null) {
        System.arraycopy(p.array, (int) p.sector * SECTOR, out, i * SECTOR, SECTOR);
      }
    }
    return String.format("%d fnv1a=%016x", out.length, fnv1a(out));
  }

  /** What a write answers; what can be written is. */
  String write(String device, long sector, int count, int fill) {
    long n = Math.min(count, sectors(device) - sector);
    if (n <= 0) {
      return "-1 ENOSPC";
    }
    return fill(device, sector, n, fill) ? Long.toString(n * SECTOR) : "-1 EIO";
  }

  /** Fills sectors; false if one of them is an error. */
  boolean fill(String device, long sector, long count, int fill) {
    boolean good = true;
    for (int i = 0; i < count; i++) {
      Place p = find(device, sector + i);
      good &= !p.error;
      if (p.array != null) {
        int from = (int) p.sector * SECTOR;
        Arrays.fill(p.array, from, from + SECTOR, (byte) fill);
      }
      fillOtherLegs(device, sector + i, fill);
    }
    return good;
  }

  /** What is written to a mirror stands on each of its legs. */
  private void fillOtherLegs(String device, long sector, int fill) {
    for (Target t : tables.getOrDefault(device, List.of())) {
      if (sector < t.start || sector >= t.start + t.length || t.devices.isEmpty()) {
        continue;
      }
      if (t.type.equals("mirror")) {
        fill(t.devices.get(1), t.starts.get(1) + sector - t.start, 1, fill);
      } else if (!t.type.equals("striped")) {
        fillOtherLegs(t.devices.getFirst(), t.starts.getFirst() + sector - t.start, fill);
      }
    }
  }

  private static long fnv1a(byte[] bytes) {
    long h = 0xcbf29ce484222325L;
    for (byte b : bytes) {
      h = (h ^ (b & 0xff)) * 0x100000001b3L;
    }
    return h;
  }
}
