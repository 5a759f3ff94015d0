package org.dmsim.dm.targets.raid;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.dmsim.block.Errno;
import org.dmsim.block.Sectors;
import org.dmsim.dm.targets.ArgSet;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.report.KernelSymbol;

/** The parameters of a set in a table line: {@code parse_raid_params}, 6.1. */
final class RaidParameters {

  /** A parameter: {@code CTR_FLAG_*}, in the order in which a table line shows them. */
  enum Key {
    SYNC,
    NOSYNC,
    REBUILD,
    DAEMON_SLEEP,
    MIN_RECOVERY_RATE,
    MAX_RECOVERY_RATE,
    WRITE_MOSTLY,
    MAX_WRITE_BEHIND,
    STRIPE_CACHE,
    REGION_SIZE,
    RAID10_COPIES,
    RAID10_FORMAT,
    DELTA_DISKS,
    DATA_OFFSET,
    JOURNAL_DEV,
    JOURNAL_MODE,
    RAID10_USE_NEAR_SETS;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Key of(String word) {
      for (Key k : values()) {
        if (k.word().equalsIgnoreCase(word)) {
          return k;
        }
      }
      return null;
    }

    boolean isAlone() {
      return this == SYNC || this == NOSYNC || this == RAID10_USE_NEAR_SETS;
    }
  }

  private static final Set<Key> ANY =
      Set.of(
          Key.SYNC,
          Key.NOSYNC,
          Key.REBUILD,
          Key.DAEMON_SLEEP,
          Key.MIN_RECOVERY_RATE,
          Key.MAX_RECOVERY_RATE,
          Key.REGION_SIZE,
          Key.DELTA_DISKS,
          Key.DATA_OFFSET);

  private static final int MAX_DISKS = 253;
  private static final int MIN_CHUNK = 8;
  private static final int DEFAULT_REGION = 1 << 13;
  private static final int MIN_REGION_SHIFT = 21;
  private static final int MIN_RESHAPE_SPACE = 8192;
  private static final int MIN_JOURNAL = 4 * 2048;

  /** {@code COUNTER_MAX} of md's bitmap. */
  private static final int MAX_WRITE_BEHIND = (1 << 14) - 1;

  /** Opens a device. */
  @FunctionalInterface
  interface Opener {
    DmDev open(String path, String error) throws TargetError;
  }

  private final RaidType type;
  private final RaidDisk[] disks;
  private final long length;
  private final Opener opener;
  private final Map<Key, Integer> values = new EnumMap<>(Key.class);
  private final Set<Integer> rebuilds = new TreeSet<>();
  private int writeMostly;
  private int raid10Format;

  /** Sectors; 0 for raid1. */
  int chunkSectors;

  /** Sectors of a region; as it was given, or the default. */
  private long regionSize;

  RaidParameters(RaidType type, RaidDisk[] disks, long length, Opener opener) {
    this.type = type;
    this.disks = disks;
    this.length = length;
    this.opener = opener;
  }

  boolean has(Key key) {
    return values.containsKey(key);
  }

  int value(Key key) {
    return values.get(key);
  }

  static TargetError refuse(String why) {
    return new TargetError(Errno.EINVAL, why);
  }

  private static void say(String text) {
    DmLog.say("raid", text);
  }

  /** {@code kstrtoint}, or the refusal in {@code error}. */
  private static int number(String word, String error) throws TargetError {
    try {
      if (word != null && word.matches("[+-]?[0-9]+")) {
        return Integer.parseInt(word);
      }
    } catch (NumberFormatException tooLarge) {
      // refused below
    }
    throw refuse(error);
  }

  /** Reads {@code count} words; the chunk size is the first. */
  @KernelSymbol("parse_raid_params")
  void parse(ArgSet args, int count) throws TargetError {
    parseChunk(number(args.shift(), "Bad numerical argument given for chunk_size"));
    int left = count - 1;
    for (int i = 0; Integer.compareUnsigned(i, left) < 0; i++) {
      String word = args.shift();
      if (word == null) {
        throw refuse("Not enough raid parameters given");
      }
      Key key = Key.of(word);
      if (key != null && key.isAlone()) {
        once(
            key,
            "'" + (key == Key.RAID10_USE_NEAR_SETS ? "raid10_use_new_sets" : key.word()) + "'");
        continue;
      }
      String value = args.shift();
      i++;
      if (value == null) {
        throw refuse("Wrong number of raid parameters given");
      }
      parse(word, key, value);
    }
    check();
  }

  private void once(Key key, String name) throws TargetError {
    if (values.putIfAbsent(key, 0) != null) {
      throw refuse("Only one " + name + " argument allowed");
    }
  }

  private void oncePair(Key key, int value) throws TargetError {
    if (values.putIfAbsent(key, value) != null) {
      throw refuse("Only one " + key.word() + " argument pair allowed");
    }
  }

  private void parseChunk(int value) throws TargetError {
    if (type.level() == 1) {
      if (value != 0) {
        say("Ignoring chunk size parameter for RAID 1");
      }
      chunkSectors = 0;
      return;
    }
    if (Integer.bitCount(value) != 1 && value != 0 || value == 0) {
      throw refuse("Chunk size must be a power of 2");
    }
    if (value < MIN_CHUNK) {
      throw refuse("Chunk size value is too small");
    }
    chunkSectors = value;
  }

  private void parse(String word, Key key, String value) throws TargetError {
    if (key == Key.RAID10_FORMAT || key == Key.JOURNAL_DEV || key == Key.JOURNAL_MODE) {
      parseText(key, value);
      return;
    }
    int n = number(value, "Bad numerical argument given in raid params");
    if (key == null) {
      say("Unable to parse RAID parameter: " + word);
      throw refuse("Unable to parse RAID parameter");
    }
    switch (key) {
      case REBUILD -> {
        if (n < 0 || n >= disks.length) {
          throw refuse("Invalid rebuild index given");
        }
        if (!rebuilds.add(n)) {
          throw refuse("rebuild for this index already given");
        }
        disks[n].inSync.set(false);
        disks[n].recoveryOffset.set(0);
        values.put(key, n);
      }
      case WRITE_MOSTLY -> {
        onlyRaid1(key);
        if (n < 0 || n >= disks.length) {
          throw refuse("Invalid write_mostly index given");
        }
        writeMostly++;
        disks[n].writeMostly = true;
        values.put(key, n);
      }
      case MAX_WRITE_BEHIND -> {
        onlyRaid1(key);
        oncePair(key, n / 2);
        atLeastNothing(
            n < 0 || n / 2 > MAX_WRITE_BEHIND ? -1 : n, "Max write-behind limit out of range");
      }
      case DAEMON_SLEEP -> {
        oncePair(key, n);
        atLeastNothing(n, "daemon sleep period out of range");
      }
      case DATA_OFFSET -> {
        oncePair(key, n);
        boolean bogus = n != 0 && (n < MIN_RESHAPE_SPACE || n % Sectors.PER_PAGE != 0);
        atLeastNothing(bogus ? -1 : n, "Bogus data_offset value");
      }
      case DELTA_DISKS -> {
        oncePair(key, n);
        int size = Math.abs(n);
        if (size < 1 || size > MAX_DISKS - type.minimalDisks()) {
          throw refuse("Too many delta_disk requested");
        }
      }
      case STRIPE_CACHE -> {
        oncePair(key, n);
        if (!type.hasStripes()) {
          throw refuse("Inappropriate argument: stripe_cache");
        }
        atLeastNothing(n, "Bogus stripe cache entries value");
      }
      case MIN_RECOVERY_RATE, MAX_RECOVERY_RATE -> {
        oncePair(key, n);
        atLeastNothing(n, key.word() + " out of range");
      }
      case REGION_SIZE -> oncePair(key, n);
      case RAID10_COPIES -> {
        oncePair(key, n);
        if (n < 2 || n > disks.length) {
          throw refuse("Bad value for 'raid10_copies'");
        }
      }
      default -> throw new IllegalStateException(word);
    }
  }

  private void onlyRaid1(Key key) throws TargetError {
    if (type.level() != 1) {
      throw refuse(key.word() + " option is only valid for RAID1");
    }
  }

  private static void atLeastNothing(int value, String error) throws TargetError {
    if (value < 0) {
      throw refuse(error);
    }
  }

  private void parseText(Key key, String value) throws TargetError {
    switch (key) {
      case RAID10_FORMAT -> {
        if (values.putIfAbsent(key, 0) != null) {
          throw refuse("Only one 'raid10_format' argument pair allowed");
        }
        onlyLevel(type.level() == 10, key);
        raid10Format =
            switch (value.toLowerCase(Locale.ROOT)) {
              case "near" -> 1;
              case "offset" -> 2;
              case "far" -> 3;
              default -> throw refuse("Invalid 'raid10_format' value given");
            };
      }
      case JOURNAL_DEV -> {
        if (values.putIfAbsent(key, 0) != null) {
          throw refuse("Only one raid4/5/6 set journaling device allowed");
        }
        onlyLevel(type.hasStripes(), key);
        DmDev journal = opener.open(value, "raid4/5/6 journal device lookup failure");
        if (journal.bdev().sectors() < MIN_JOURNAL) {
          throw new TargetError(Errno.ENOSPC, "No space for raid4/5/6 journal");
        }
      }
      default -> {
        if (!has(Key.JOURNAL_DEV)) {
          throw refuse("raid4/5/6 'journal_mode' is invalid without 'journal_dev'");
        }
        if (values.putIfAbsent(key, 0) != null) {
          throw refuse("Only one raid4/5/6 'journal_mode' argument allowed");
        }
        String mode = value.toLowerCase(Locale.ROOT);
        if (!mode.equals("writethrough") && !mode.equals("writeback")) {
          throw refuse("Invalid 'journal_mode' argument");
        }
      }
    }
  }

  private static void onlyLevel(boolean valid, Key key) throws TargetError {
    if (!valid) {
      throw refuse("'" + key.word() + "' is an invalid parameter for this RAID type");
    }
  }

  // ---- all together -----------------------------------------------------------------------------

  private void check() throws TargetError {
    if (has(Key.SYNC) && has(Key.NOSYNC)) {
      throw refuse("sync and nosync are mutually exclusive");
    }
    if (has(Key.REBUILD) && (has(Key.SYNC) || has(Key.NOSYNC))) {
      throw refuse("sync/nosync and rebuild are mutually exclusive");
    }
    if (writeMostly >= disks.length) {
      throw refuse("Can't set all raid1 devices to write_mostly");
    }
    int max = values.getOrDefault(Key.MAX_RECOVERY_RATE, 0);
    if (max != 0 && values.getOrDefault(Key.MIN_RECOVERY_RATE, 0) > max) {
      throw refuse("Bogus recovery rates");
    }
    checkRegionSize();
    if (type.level() == 10) {
      checkRaid10();
    }
    for (Key key : values.keySet()) {
      if (!isValid(key)) {
        throw refuse("Invalid flags combination");
      }
    }
  }

  /** {@code validate_region_size}: sectors, as unsigned numbers. */
  private void checkRegionSize() throws TargetError {
    if (type.level() == 0) {
      return;
    }
    long least = length >>> MIN_REGION_SHIFT;
    long size = has(Key.REGION_SIZE) ? Integer.toUnsignedLong(value(Key.REGION_SIZE)) : 0;
    if (size == 0) {
      regionSize = DEFAULT_REGION;
      if (least > DEFAULT_REGION) {
        regionSize = Long.highestOneBit(least - 1) << 1;
        say("Choosing default region size of " + regionSize + " sectors");
      } else {
        say("Choosing default region size of 4MiB");
      }
      return;
    }
    if (Long.compareUnsigned(size, length) > 0) {
      throw refuse("Supplied region size is too large");
    }
    if (size < least) {
      say("Supplied region_size (" + size + " sectors) below minimum (" + least + ")");
      throw refuse("Supplied region size is too small");
    }
    if (Long.bitCount(size) != 1) {
      throw refuse("Region size is not a power of 2");
    }
    if (size < chunkSectors) {
      throw refuse("Region size is smaller than the chunk size");
    }
    regionSize = size;
  }

  /** Sectors to which I/O is cut; 0 for none. */
  long maxIoLength() {
    return chunkSectors != 0
        ? chunkSectors
        : has(Key.REGION_SIZE) ? Integer.toUnsignedLong(value(Key.REGION_SIZE)) : 0;
  }

  int raid10Copies() {
    return values.getOrDefault(Key.RAID10_COPIES, 2);
  }

  private void checkRaid10() throws TargetError {
    if (raid10Copies() > disks.length) {
      throw refuse("Not enough devices to satisfy specification");
    }
    if (raid10Format <= 1 && has(Key.RAID10_USE_NEAR_SETS)) {
      throw refuse("RAID10 format 'near' and 'raid10_use_near_sets' are incompatible");
    }
  }

  /** Whether a set of this level knows a parameter: {@code __valid_flags}. */
  private boolean isValid(Key key) {
    return switch (type.level()) {
      case 0 -> key == Key.DATA_OFFSET;
      case 1 -> ANY.contains(key) || key == Key.WRITE_MOSTLY || key == Key.MAX_WRITE_BEHIND;
      case 10 ->
          ANY.contains(key)
              || key == Key.RAID10_COPIES
              || key == Key.RAID10_FORMAT
              || key == Key.RAID10_USE_NEAR_SETS;
      default ->
          (ANY.contains(key) && !(type.level() == 6 && key == Key.NOSYNC))
              || key == Key.STRIPE_CACHE
              || key == Key.JOURNAL_DEV
              || key == Key.JOURNAL_MODE;
    };
  }

  /** Sectors of a region that was asked for; 0 for the default of the level. */
  long regionSize() {
    return regionSize;
  }

  /** Says them again as a table line does, the number of words first. */
  String describe() {
    int count = 1;
    StringBuilder s = new StringBuilder(" ").append(chunkSectors);
    for (Key key : values.keySet()) {
      if (key.isAlone()) {
        count++;
        s.append(key == Key.RAID10_USE_NEAR_SETS ? "" : " " + key.word());
        continue;
      }
      if (key == Key.REBUILD || key == Key.WRITE_MOSTLY) {
        for (RaidDisk d : disks) {
          if (key == Key.REBUILD ? rebuilds.contains(d.number) : d.writeMostly) {
            count += 2;
            s.append(' ').append(key.word()).append(' ').append(d.number);
          }
        }
        continue;
      }
      count += 2;
      long value = key == Key.REGION_SIZE ? regionSize : value(key);
      s.append(' ').append(key.word()).append(' ').append(value);
    }
    return count + s.toString();
  }
}
