package org.dmsim.dm.targets.integrity;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmsim.block.Errno;
import org.dmsim.block.Sectors;
import org.dmsim.dm.targets.ArgSet;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.TargetError;

/** The feature arguments of a table line, as {@code dm_integrity_ctr} reads them, 6.1. */
final class IntegrityOptions {

  /** Opens the device of {@code meta_device}. */
  interface Devices {
    DmDev get(String path, String error) throws TargetError;

    void put(DmDev device);
  }

  /**
   * An algorithm and, perhaps, its key.
   *
   * @param name of the crypto API
   * @param keyText the key as it was written; null for none
   */
  record Algorithm(String name, String keyText) {
    byte[] key() {
      return keyText == null ? null : HexFormat.of().parseHex(keyText);
    }

    String describe() {
      return keyText == null ? name : name + ":" + keyText;
    }
  }

  private static final Pattern NUMBER = Pattern.compile("([a-z_]+):\\s*(\\d+)");
  private static final int MAX_FEATURES = 18;
  private static final long MOST_MS = 0xffffffffL * 1000 / 250;
  private static final int MAX_BLOCK = 4096;

  int journalSectors;
  int interleaveSectors = 32768;
  int bufferSectors = 128;
  int journalWatermark = 50;
  int commitTime = 10000;
  DmDev metaDevice;
  int sectorsPerBlock = 1;
  int log2SectorsPerBit = -1;

  /** Milliseconds. */
  long bitmapFlushInterval = 10_000;

  Algorithm internalHash;
  Algorithm journalCrypt;
  Algorithm journalMac;
  boolean recalculate;
  boolean resetRecalculate;
  boolean allowDiscards;
  boolean fixPadding;
  boolean fixHmac;
  boolean legacyRecalculate;

  private static TargetError error(String text) {
    return new TargetError(Errno.EINVAL, text);
  }

  /** Reads them. */
  static IntegrityOptions read(ArgSet args, Devices devices) throws TargetError {
    IntegrityOptions o = new IntegrityOptions();
    int count = args.readGroup(0, MAX_FEATURES, "Invalid number of feature args");
    for (int i = 0; i < count; i++) {
      o.feature(args.shift(), devices);
    }
    return o;
  }

  private void feature(String text, Devices devices) throws TargetError {
    Matcher m = NUMBER.matcher(text);
    if (m.matches() && number(m.group(1), wrapped(m.group(2)))) {
      return;
    }
    if (text.startsWith("meta_device:")) {
      if (metaDevice != null) {
        devices.put(metaDevice);
        metaDevice = null;
      }
      metaDevice = devices.get(text.substring(text.indexOf(':') + 1), "Device lookup failed");
    } else if (text.startsWith("internal_hash:")) {
      internalHash = algorithm(text, "Invalid internal_hash argument");
    } else if (text.startsWith("journal_crypt:")) {
      journalCrypt = algorithm(text, "Invalid journal_crypt argument");
    } else if (text.startsWith("journal_mac:")) {
      journalMac = algorithm(text, "Invalid journal_mac argument");
    } else {
      flag(text);
    }
  }

  private void flag(String text) throws TargetError {
    switch (text) {
      case "recalculate" -> recalculate = true;
      case "reset_recalculate" -> {
        recalculate = true;
        resetRecalculate = true;
      }
      case "allow_discards" -> allowDiscards = true;
      case "fix_padding" -> fixPadding = true;
      case "fix_hmac" -> fixHmac = true;
      case "legacy_recalculate" -> legacyRecalculate = true;
      default -> throw error("Invalid argument");
    }
  }

  private static long wrapped(String digits) {
    long value = 0;
    for (int i = 0; i < digits.length(); i++) {
      value = value * 10 + (digits.charAt(i) - '0');
    }
    return value;
  }

  /** A feature with a number; false if there is none of that name. */
  private boolean number(String name, long wide) throws TargetError {
    int value = (int) wide;
    switch (name) {
      case "journal_sectors" -> journalSectors = value == 0 ? 1 : value;
      case "interleave_sectors" -> interleaveSectors = value;
      case "buffer_sectors" -> bufferSectors = value;
      case "journal_watermark" -> {
        if (Integer.compareUnsigned(value, 100) > 0) {
          return false;
        }
        journalWatermark = value;
      }
      case "commit_time" -> commitTime = value;
      case "block_size" -> {
        if (value < Sectors.SIZE || value > MAX_BLOCK || Integer.bitCount(value) != 1) {
          throw error("Invalid block_size argument");
        }
        sectorsPerBlock = value >> Sectors.SHIFT;
      }
      case "sectors_per_bit" ->
          log2SectorsPerBit = wide == 0 ? 0 : 63 - Long.numberOfLeadingZeros(wide);
      case "bitmap_flush_interval" -> {
        long ms = value & 0xffffffffL;
        if (ms >= MOST_MS) {
          throw error("Invalid bitmap_flush_interval argument");
        }
        bitmapFlushInterval = (ms + 3) / 4 * 4; // whole jiffies
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** {@code NAME:ALGORITHM[:KEY]}; {@code get_alg_and_key}. */
  private static Algorithm algorithm(String text, String error) throws TargetError {
    String[] parts = text.substring(text.indexOf(':') + 1).split(":", 2);
    if (parts.length < 2) {
      return new Algorithm(parts[0], null);
    }
    if (parts[1].length() % 2 != 0 || !parts[1].chars().allMatch(HexFormat::isHexDigit)) {
      throw error(error);
    }
    return new Algorithm(parts[0], parts[1]);
  }

  /** The algorithms as the table shows them, last. */
  List<String> algorithms() {
    List<String> all = new ArrayList<>();
    add(all, "internal_hash", internalHash);
    add(all, "journal_crypt", journalCrypt);
    add(all, "journal_mac", journalMac);
    return all;
  }

  private static void add(List<String> all, String name, Algorithm a) {
    if (a != null) {
      all.add(name + ":" + a.describe());
    }
  }
}
