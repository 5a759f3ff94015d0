package org.dmsim.dm.table;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmsim.block.Errno;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.version.KernelPolicies;

/**
 * How a table line names a device, read as {@code dm_get_device} and {@code name_to_dev_t} of 6.1
 * read it.
 *
 * @param major block major, 12 bits
 * @param minor 20 bits
 */
record DevicePath(int major, int minor) {

  private static final int MINOR_BITS = 20;
  private static final Pattern NUMBERS = Pattern.compile("\\s*(\\d+):\\s*(\\d+)");
  private static final Pattern WITH_OFFSET = Pattern.compile("\\s*(\\d+):\\s*(\\d+):\\s*\\d+");
  private static final Pattern HEX = Pattern.compile("(?:0[xX])?([0-9a-fA-F]{1,16})");

  /** Finds a device number by the name of its disk; the lookup of a path. */
  interface Names {
    /** The device of that disk, or null. */
    DevicePath find(String disk);
  }

  /**
   * Reads what a table line says.
   *
   * @param error what the log says where that fails
   */
  static DevicePath parse(String path, Names names, String error, KernelPolicies kernel)
      throws TargetError {
    Matcher m = NUMBERS.matcher(path);
    if (m.matches()) {
      int major = (int) Scan.unsigned(m.group(1));
      int minor = (int) Scan.unsigned(m.group(2));
      if (!fits(major, minor)) {
        throw new TargetError(Errno.EOVERFLOW, error);
      }
      return new DevicePath(major, minor);
    }
    boolean pathsOnly = kernel.has(TablePolicy.PATH_ERRNO);
    String resolved = resolve(path);
    DevicePath found = resolved.startsWith("/dev/") ? names.find(resolved.substring(5)) : null;
    if (found == null && resolved.matches("/(dev)?")) {
      // A path that is there, and no block device.
      throw new TargetError(pathsOnly ? Errno.ENOTBLK : Errno.ENODEV, error);
    }
    if (found == null && pathsOnly) {
      throw new TargetError(Errno.ENOENT, error);
    }
    if (found == null) {
      found = number(path);
    }
    if (found == null || (found.major == 0 && found.minor == 0)) {
      throw new TargetError(Errno.ENODEV, error);
    }
    return found;
  }

  /** An absolute path without doubled slashes and dots; {@code lookup_bdev} follows it. */
  private static String resolve(String path) {
    if (!path.startsWith("/")) {
      return path;
    }
    Deque<String> names = new ArrayDeque<>();
    for (String name : path.split("/")) {
      if (name.equals("..")) {
        names.pollLast();
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    return "/" + String.join("/", names);
  }

  /** A name that is no path: with an offset behind, or one hexadecimal number. */
  private static DevicePath number(String name) {
    Matcher m = WITH_OFFSET.matcher(name);
    if (m.matches()) {
      int major = (int) Scan.unsigned(m.group(1));
      int minor = (int) Scan.unsigned(m.group(2));
      return fits(major, minor) ? new DevicePath(major, minor) : null;
    }
    m = HEX.matcher(name);
    if (!m.matches()) {
      return null;
    }
    int dev = (int) Long.parseUnsignedLong(m.group(1), 16);
    return new DevicePath((dev & 0xfff00) >>> 8, (dev & 0xff) | ((dev >>> 12) & 0xfff00));
  }

  private static boolean fits(int major, int minor) {
    return major >>> (Integer.SIZE - MINOR_BITS) == 0 && minor >>> MINOR_BITS == 0;
  }
}
