package org.dmsim.dm.targets.stripe;

import org.dmsim.block.Errno;
import org.dmsim.dm.targets.DmLog;

/**
 * Reads the message {@code set_region_mappings}: {@code REGION:PATH} in hexadecimal, {@code :PATH}
 * for the region after the last one, {@code RCYCLE,COUNT} to go on with the last {@code CYCLE}
 * paths for {@code COUNT} regions. What comes before a mistake has been done already; mirrors
 * {@code process_set_region_mappings}, 6.1.
 */
final class RegionMappings {

  private final RegionTable table;
  private final long paths;
  private long region;
  private String text;
  private int at;

  RegionMappings(RegionTable table, long paths) {
    this.table = table;
    this.paths = paths;
  }

  /** Does what {@code argv} from its second word on says; 0 or -EINVAL. */
  int process(String[] argv) {
    for (int i = 1; i < argv.length; i++) {
      text = argv[i];
      at = 0;
      if (!(peek() == 'R' || peek() == 'r' ? repeat() : single())) {
        return -Errno.EINVAL;
      }
    }
    return 0;
  }

  private boolean repeat() {
    at++;
    if (peek() == ',') {
      return invalid();
    }
    long cycle = hex();
    if (peek() != ',') {
      return invalid();
    }
    at++;
    if (peek() == 0) {
      return invalid();
    }
    long count = hex();
    if (peek() != 0) {
      return invalid();
    }
    if (cycle == 0 || Long.compareUnsigned(cycle - 1, region) > 0) {
      return refuse("cycle length: " + u(cycle - 1) + " > " + u(region));
    }
    if (Long.compareUnsigned(region + count, region) < 0
        || Long.compareUnsigned(region + count, table.regions()) >= 0) {
      return refuse("region number: " + u(region) + " + " + u(count) + " >= " + u(table.regions()));
    }
    for (; count != 0; count--) {
      region++;
      table.write(region, table.read(region - cycle));
    }
    return true;
  }

  private boolean single() {
    if (peek() == ':') {
      region++;
    } else {
      region = hex();
      if (peek() != ':') {
        return invalid();
      }
    }
    at++;
    if (peek() == 0) {
      return invalid();
    }
    long path = hex();
    if (peek() != 0) {
      return invalid();
    }
    if (Long.compareUnsigned(region, table.regions()) >= 0) {
      return refuse("region number: " + u(region) + " >= " + u(table.regions()));
    }
    if (Long.compareUnsigned(path, paths) >= 0) {
      return refuse("device: " + u(path) + " >= " + paths);
    }
    table.write(region, (int) path);
    return true;
  }

  /** The next character, 0 at the end. */
  private char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  private long hex() {
    long value = 0;
    for (int d = digit(peek()); d >= 0; d = digit(peek())) {
      value = value << 4 | d;
      at++;
    }
    return value;
  }

  private static int digit(char c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }

  private static String u(long value) {
    return Long.toUnsignedString(value);
  }

  private boolean invalid() {
    return refuse("argument: '" + text + "'");
  }

  private static boolean refuse(String what) {
    DmLog.say("switch", "invalid set_region_mappings " + what);
    return false;
  }
}
