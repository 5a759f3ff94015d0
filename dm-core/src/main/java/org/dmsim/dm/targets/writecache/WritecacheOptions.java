package org.dmsim.dm.targets.writecache;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dmsim.block.Errno;
import org.dmsim.block.Sectors;
import org.dmsim.dm.targets.ArgSet;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.timer.Jiffies;

/** The table line's words after the mode, as {@code writecache_ctr} reads them, 6.1. */
final class WritecacheOptions {

  /** Opens a device. */
  interface Devices {
    DmDev get(String path, String error) throws TargetError;
  }

  /** {@code max_age} where none is given: nothing is ever too old. */
  static final long FOREVER = Long.MAX_VALUE;

  private static final String BAD = "Bad arguments";
  private static final String BAD_OPTION = "Invalid optional argument";
  private static final int MAX_FEATURES = 18;
  private static final long UNSIGNED = 0xffff_ffffL;

  DmDev origin;
  DmDev cache;

  /** Bytes. */
  int blockSize;

  long startSector;

  /** Percent of the blocks that may be in use before blocks are written back. */
  int high = 50;

  int low = 45;

  /** Blocks that may wait to be written back; as a machine with 16 GiB has it, if not given. */
  long jobs = 65536;

  long autocommitBlocks = 65536;

  /** Jiffies. */
  long autocommitTime = 250;

  /** Jiffies. */
  long maxAge = FOREVER;

  /** Jiffies. */
  long pause = 3L * Jiffies.HZ;

  boolean cleaner;
  boolean metadataOnly;

  /** The optional words as the table shows them, in its order; null for one that was not given. */
  private final String[] shown = new String[Word.values().length];

  /** The words with a number, in the order in which the table shows them. */
  private enum Word {
    START_SECTOR,
    HIGH_WATERMARK,
    LOW_WATERMARK,
    WRITEBACK_JOBS,
    AUTOCOMMIT_BLOCKS,
    AUTOCOMMIT_TIME,
    MAX_AGE,
    CLEANER,
    METADATA_ONLY,
    PAUSE_WRITEBACK;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Word of(String text) throws TargetError {
      for (Word w : values()) {
        if (w.name().equalsIgnoreCase(text)) {
          return w;
        }
      }
      throw refuse(BAD_OPTION);
    }
  }

  private static TargetError refuse(String why) {
    return new TargetError(Errno.EINVAL, why);
  }

  private static String next(ArgSet args) throws TargetError {
    String word = args.shift();
    if (word == null) {
      throw refuse(BAD);
    }
    return word;
  }

  /** Reads them; opens the devices on the way. */
  static WritecacheOptions read(ArgSet args, Devices devices) throws TargetError {
    WritecacheOptions o = new WritecacheOptions();
    String mode = next(args);
    if (mode.equalsIgnoreCase("p")) {
      throw new TargetError(
          Errno.EOPNOTSUPP, "Persistent memory or DAX not supported on this system");
    }
    if (!mode.equalsIgnoreCase("s")) {
      throw refuse(BAD);
    }
    o.origin = devices.get(next(args), "Origin data device lookup failed");
    o.cache = devices.get(next(args), "Cache data device lookup failed");
    o.readBlockSize(next(args));
    int left = args.readGroup(0, MAX_FEATURES, "Invalid number of feature args");
    while (left > 0) {
      left -= o.option(args, left);
    }
    if (o.high < o.low) {
      throw refuse("High watermark must be greater than or equal to low watermark");
    }
    return o;
  }

  private void readBlockSize(String text) throws TargetError {
    long size = Scan.sector(text, "Invalid block size") & UNSIGNED;
    if (size < Sectors.SIZE || size > Sectors.PAGE_SIZE || Long.bitCount(size) != 1) {
      throw refuse("Invalid block size");
    }
    if (size < origin.bdev().queue().limits().logicalBlockSize
        || size < cache.bdev().queue().limits().logicalBlockSize) {
      throw refuse("Block size is smaller than device logical block size");
    }
    blockSize = (int) size;
  }

  /** Reads one; how many words it took. */
  private int option(ArgSet args, int left) throws TargetError {
    Word word = Word.of(args.shift());
    if (word == Word.CLEANER || word == Word.METADATA_ONLY) {
      cleaner |= word == Word.CLEANER;
      metadataOnly |= word == Word.METADATA_ONLY;
      shown[word.ordinal()] = word.text();
      return 1;
    }
    if (left < 2) {
      throw refuse(BAD_OPTION);
    }
    long value = Scan.sector(args.shift(), BAD_OPTION);
    value = word == Word.START_SECTOR ? value : value & UNSIGNED;
    if (Long.compareUnsigned(value, most(word)) > 0) {
      throw refuse(BAD_OPTION);
    }
    set(word, value);
    shown[word.ordinal()] = word.text() + " " + value;
    return 2;
  }

  private long most(Word word) {
    return switch (word) {
      case START_SECTOR -> cache.bdev().sectors() - 1;
      case HIGH_WATERMARK, LOW_WATERMARK -> 100;
      case AUTOCOMMIT_TIME -> 3_600_000;
      case MAX_AGE -> 86_400_000;
      case PAUSE_WRITEBACK -> 60_000;
      default -> UNSIGNED;
    };
  }

  private void set(Word word, long value) {
    switch (word) {
      case START_SECTOR -> startSector = value;
      case HIGH_WATERMARK -> high = (int) value;
      case LOW_WATERMARK -> low = (int) value;
      case WRITEBACK_JOBS -> jobs = value;
      case AUTOCOMMIT_BLOCKS -> autocommitBlocks = value;
      case AUTOCOMMIT_TIME -> autocommitTime = jiffies(value);
      case MAX_AGE -> maxAge = jiffies(value);
      default -> pause = jiffies(value);
    }
  }

  /** {@code msecs_to_jiffies}. */
  private static long jiffies(long ms) {
    return (ms * Jiffies.HZ + 999) / 1000;
  }

  /** The table line; {@code writecache_status}. */
  String line() {
    List<String> words = new ArrayList<>();
    int count = 0;
    for (String s : shown) {
      if (s != null) {
        words.add(s);
        count += s.indexOf(' ') < 0 ? 1 : 2;
      }
    }
    String head = "s " + origin.name() + " " + cache.name() + " " + blockSize + " " + count;
    return words.isEmpty() ? head : head + " " + String.join(" ", words);
  }
}
