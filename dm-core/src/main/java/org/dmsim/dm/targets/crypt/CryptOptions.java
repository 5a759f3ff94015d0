package org.dmsim.dm.targets.crypt;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dmsim.block.Errno;
import org.dmsim.block.Sectors;
import org.dmsim.dm.targets.ArgSet;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.KernelBug;

/** The feature arguments of a table line. Mirrors {@code crypt_ctr_optional}, 6.1. */
final class CryptOptions {

  /** {@code MAX_TAG_SIZE}. */
  private static final long MAX_TAG_SIZE = 480;

  private static final String INTEGRITY = "integrity:";
  private static final String SECTOR_SIZE = "sector_size:";
  private static final int MAX_FEATURES = 8;

  boolean allowDiscards;
  boolean sameCpu;
  boolean noOffload;
  boolean noReadWorkqueue;
  boolean noWriteWorkqueue;
  boolean largeSectors;

  /** Bytes that the cipher works on. */
  int sectorSize = Sectors.SIZE;

  /** Bytes beside each sector; 0 without {@code integrity:}. */
  int tagSize;

  /** Whether the cipher authenticates. */
  boolean aead;

  /** What stands behind {@code integrity:BYTES:}. */
  private String auth;

  /**
   * Reads the arguments behind the first five, if there are any.
   *
   * @param length sectors of the target
   */
  @KernelSymbol("crypt_ctr_optional")
  static CryptOptions read(ArgSet args, long length) throws TargetError {
    CryptOptions o = new CryptOptions();
    if (args.left() == 0) {
      return o;
    }
    int count = args.readGroup(0, MAX_FEATURES, "Invalid number of feature args");
    for (int i = 0; i < count; i++) {
      o.feature(args.shift(), length);
    }
    return o;
  }

  private void feature(String text, long length) throws TargetError {
    switch (text.toLowerCase(Locale.ROOT)) {
      case "allow_discards" -> allowDiscards = true;
      case "same_cpu_crypt" -> sameCpu = true;
      case "submit_from_crypt_cpus" -> noOffload = true;
      case "no_read_workqueue" -> noReadWorkqueue = true;
      case "no_write_workqueue" -> noWriteWorkqueue = true;
      case "iv_large_sectors" -> largeSectors = true;
      default -> {
        if (text.startsWith(INTEGRITY) && digits(text, INTEGRITY.length()) > INTEGRITY.length()) {
          integrity(text);
        } else if (text.matches(SECTOR_SIZE + "\\d+")) {
          sectorSize(text, length);
        } else {
          throw new TargetError(Errno.EINVAL, "Invalid feature arguments");
        }
      }
    }
  }

  /** Where the digits end that begin at a place. */
  private static int digits(String text, int from) {
    int end = from;
    while (end < text.length() && Character.digit(text.charAt(end), 10) >= 0) {
      end++;
    }
    return end;
  }

  private void integrity(String text) throws TargetError {
    int end = digits(text, INTEGRITY.length());
    long bytes = wrapped(text.substring(INTEGRITY.length(), end)) & 0xffffffffL;
    if (bytes == 0 || bytes > MAX_TAG_SIZE) {
      throw new TargetError(Errno.EINVAL, "Invalid integrity arguments");
    }
    tagSize = (int) bytes;
    int colon = text.indexOf(':', INTEGRITY.length());
    if (colon < 0) {
      KernelBug.nullPointer(); // the colon is looked for, and not whether there is one
    }
    auth = text.substring(colon + 1);
    if (auth.equalsIgnoreCase("aead")) {
      aead = true;
    } else if (!auth.equalsIgnoreCase("none")) {
      throw new TargetError(Errno.EINVAL, "Unknown integrity profile");
    }
  }

  /** The kernel keeps 16 bits of the number. */
  private void sectorSize(String text, long length) throws TargetError {
    sectorSize = (int) wrapped(text.substring(SECTOR_SIZE.length())) & 0xffff;
    if (sectorSize < Sectors.SIZE || sectorSize > 4096 || Integer.bitCount(sectorSize) != 1) {
      throw new TargetError(Errno.EINVAL, "Invalid feature value for sector_size");
    }
    if ((length & ((sectorSize >> Sectors.SHIFT) - 1)) != 0) {
      throw new TargetError(Errno.EINVAL, "Device size is not multiple of sector_size feature");
    }
  }

  /** How many sectors of 512 bytes one of its sectors has, as a shift. */
  int sectorShift() {
    return Integer.numberOfTrailingZeros(sectorSize) - Sectors.SHIFT;
  }

  private static long wrapped(String digits) {
    long value = 0;
    for (int i = 0; i < digits.length(); i++) {
      value = value * 10 + (digits.charAt(i) - '0');
    }
    return value;
  }

  /** As the table shows them, with their count and a blank in front; nothing if there are none. */
  String describe() {
    List<String> all = new ArrayList<>();
    add(all, allowDiscards, "allow_discards");
    add(all, sameCpu, "same_cpu_crypt");
    add(all, noOffload, "submit_from_crypt_cpus");
    add(all, noReadWorkqueue, "no_read_workqueue");
    add(all, noWriteWorkqueue, "no_write_workqueue");
    add(all, tagSize != 0, INTEGRITY + tagSize + ":" + auth);
    add(all, sectorSize != Sectors.SIZE, SECTOR_SIZE + sectorSize);
    add(all, largeSectors, "iv_large_sectors");
    return all.isEmpty() ? "" : " " + all.size() + " " + String.join(" ", all);
  }

  private static void add(List<String> all, boolean is, String text) {
    if (is) {
      all.add(text);
    }
  }
}
