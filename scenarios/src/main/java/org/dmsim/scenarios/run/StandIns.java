package org.dmsim.scenarios.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.disk.DiskOptions;
import org.dmsim.block.disk.NullDisk;
import org.dmsim.dm.device.DmCore;
import org.dmsim.dm.ioctl.TableLine;

/**
 * Blank disks, with requests, a write cache and discard, for the devices that tables from elsewhere
 * name: under the same number or path, so that a table can be checked where its disks are not. What
 * lies on the real ones (superblocks, another table, a read-only flag) is not known, and not
 * guessed.
 */
final class StandIns {

  /**
   * A blank disk.
   *
   * @param name as the table names it: 8:16, /dev/sda
   * @param sectors its size
   */
  record StandIn(String name, long sectors) {}

  private static final Pattern NUMBER = Pattern.compile("(\\d{1,4}):(\\d{1,7})");
  private static final Pattern PATH = Pattern.compile("/dev/\\S+");
  private static final Pattern AMOUNT = Pattern.compile("\\d{1,18}");

  /** {@code BLOCK_EXT_MAJOR}: for those that have a path and no number. */
  private static final int BLOCK_EXT_MAJOR = 259;

  /** 1 GiB: metadata and caches, whose size decides how much a target keeps in memory. */
  private static final long SMALL = 1L << 21;

  /** 2^40: a larger device is given no more. */
  private static final long LARGEST = 1L << 40;

  /**
   * Targets whose first device is metadata or a cache; of writecache it is the second, of cache
   * both.
   */
  private static final Map<String, Set<Integer>> SMALL_ONES =
      Map.of(
          "thin-pool", Set.of(0),
          "era", Set.of(0),
          "clone", Set.of(0),
          "cache", Set.of(0, 1),
          "writecache", Set.of(1));

  private static final Set<String> LARGER_ONES = Set.of("verity", "integrity");

  private final Map<String, StandIn> all = new LinkedHashMap<>();

  /**
   * Those of a table.
   *
   * @param isThere whether the machine has a device of that name anyway
   */
  static StandIns of(List<TableLine> table, Predicate<String> isThere) {
    StandIns made = new StandIns();
    for (TableLine line : table) {
      made.read(line, isThere);
    }
    return made;
  }

  private void read(TableLine line, Predicate<String> isThere) {
    String[] words = line.params().split("\\s+");
    int device = 0;
    for (int i = 0; i < words.length; i++) {
      if (isDevice(words[i])) {
        if (!isThere.test(words[i])) {
          String next = i + 1 < words.length ? words[i + 1] : "";
          add(words[i], sectors(line, device, next));
        }
        device++;
      }
    }
  }

  private static boolean isDevice(String word) {
    return NUMBER.matcher(word).matches() || PATH.matcher(word).matches();
  }

  /**
   * Room for what the line maps, behind the offset that follows the device, if a number does; twice
   * that for verity and integrity, which keep their hashes, tags and journal there too.
   */
  private static long sectors(TableLine line, int device, String next) {
    if (SMALL_ONES.getOrDefault(line.type(), Set.of()).contains(device)) {
      return SMALL;
    }
    long offset = AMOUNT.matcher(next).matches() ? Long.parseLong(next) : 0;
    long length = Math.clamp(line.length(), 1, LARGEST);
    long mapped = LARGER_ONES.contains(line.type()) ? 2 * length : length;
    return Math.clamp(Math.min(offset, LARGEST) + mapped, 1, LARGEST);
  }

  private void add(String name, long sectors) {
    all.merge(name, new StandIn(name, sectors), (a, b) -> a.sectors() >= b.sectors() ? a : b);
  }

  /** In the order in which the table names them. */
  List<StandIn> all() {
    return new ArrayList<>(all.values());
  }

  /** Adds them to a machine's disks. */
  void addTo(BlockLayer disks) {
    int paths = 0;
    for (StandIn s : all.values()) {
      DiskOptions options = DiskOptions.nullb().withRequests().withSectors(s.sectors());
      var m = NUMBER.matcher(s.name());
      if (m.matches()) {
        int major = Integer.parseInt(m.group(1));
        int minor = Integer.parseInt(m.group(2));
        if (major < 1 << 12 && minor < 1 << 20) {
          NullDisk.add(disks, "blank" + major + "-" + minor, major, minor, options);
        }
      } else {
        NullDisk.add(disks, s.name().substring(5), BLOCK_EXT_MAJOR, (1 << 19) + paths++, options);
      }
    }
  }

  /** A minor of a mapped device that none of them has. */
  int freeMinor() {
    int minor = 0;
    while (all.containsKey(DmCore.MAJOR + ":" + minor)) {
      minor++;
    }
    return minor;
  }
}
