package org.dmsim.scenarios.run;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.dmsim.block.bio.BlockEvent;

/**
 * The way of one bio: its own events, and those of its clones and of the pieces of both. A device
 * that it was sent on to stands further to the right.
 */
final class BioWay {

  private static final long SECOND = 1_000_000_000L;

  private final int way;
  private final Map<Long, Integer> depths = new HashMap<>();
  private int most;

  /**
   * Of one bio.
   *
   * @param way its number: bios are counted from 1 as they are first queued
   */
  BioWay(int way) {
    this.way = way;
  }

  /** Whether there was such a bio. */
  boolean isThere() {
    return !depths.isEmpty();
  }

  /** What to say where there was none. */
  String missing() {
    return "no bio " + way + ": the run had " + most;
  }

  /** The line of an event, if it belongs to the bio. */
  Optional<String> line(BlockEvent e) {
    most = Math.max(most, e.way());
    if (e.way() != way) {
      return Optional.empty();
    }
    long device = device(e.major(), e.minor());
    if (e.action() == BlockEvent.Action.REMAP) {
      depths.putIfAbsent(device, depths.getOrDefault(device(e.fromMajor(), e.fromMinor()), 0) + 1);
    }
    int depth = depths.computeIfAbsent(device, d -> 0);
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%5d.%09d %s%s [%s]",
            e.time() / SECOND,
            e.time() % SECOND,
            "  ".repeat(depth),
            e.line(),
            e.comm()));
  }

  private static long device(int major, int minor) {
    return (long) major << 32 | minor;
  }
}
