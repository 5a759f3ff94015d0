package org.dmsim.dm.targets.refusal;

import java.util.Locale;
import org.dmsim.block.Errno;
import org.dmsim.block.Sectors;
import org.dmsim.dm.targets.ArgSet;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.NotModelledException;
import org.dmsim.dm.targets.RefusingTarget;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.report.KernelSymbol;

/**
 * {@code writecache s ORIGIN CACHE BLOCK COUNT [FEATURE...]}: what {@code dm-writecache.c}, 6.1,
 * refuses.
 */
@DmTargetType(name = "writecache", version = "1.6.0")
public final class WritecacheRefusals extends RefusingTarget {

  private static final String BAD = "Bad arguments";
  private static final String BAD_OPTION = "Invalid optional argument";
  private static final int MAX_FEATURES = 18;

  /** Of the superblock, without entries; bytes. */
  private static final int HEADER = 64;

  /** {@code sizeof(struct wc_memory_entry)}. */
  private static final int ENTRY = 16;

  private static final long NO_BOUND = 0xffff_ffffL;
  private int high = 50;
  private int low = 45;
  private long startSector;

  @Override
  @KernelSymbol("writecache_ctr")
  protected void check(String[] argv) throws TargetError {
    ArgSet args = new ArgSet(argv);
    String mode = next(args, BAD);
    if (mode.equalsIgnoreCase("p")) {
      throw new NotModelledException("persistent memory is not modelled");
    }
    if (!mode.equalsIgnoreCase("s")) {
      throw refuse(BAD);
    }
    DmDev origin = getDevice(next(args, BAD), "Origin data device lookup failed");
    DmDev cache = getDevice(next(args, BAD), "Cache data device lookup failed");
    long block = Scan.sector(next(args, BAD), "Invalid block size") & NO_BOUND;
    if (block < Sectors.SIZE || block > Sectors.PAGE_SIZE || Long.bitCount(block) != 1) {
      throw refuse("Invalid block size");
    }
    if (block < origin.bdev().queue().limits().logicalBlockSize
        || block < cache.bdev().queue().limits().logicalBlockSize) {
      throw refuse("Block size is smaller than device logical block size");
    }
    int left = args.readGroup(0, MAX_FEATURES, "Invalid number of feature args");
    while (left > 0) {
      left -= option(args, left, cache);
    }
    if (high < low) {
      throw refuse("High watermark must be greater than or equal to low watermark");
    }
    checkSize(cache.bdev().bytes() - (startSector << Sectors.SHIFT), block);
  }

  /** How many words it took. */
  private int option(ArgSet args, int left, DmDev cache) throws TargetError {
    String word = args.shift().toLowerCase(Locale.ROOT);
    if (word.equals("cleaner") || word.equals("metadata_only")) {
      return 1;
    }
    long most =
        switch (word) {
          case "start_sector" -> cache.bdev().sectors() - 1;
          case "high_watermark", "low_watermark" -> 100;
          case "writeback_jobs", "autocommit_blocks" -> NO_BOUND;
          case "autocommit_time" -> 3_600_000;
          case "max_age" -> 86_400_000;
          case "pause_writeback" -> 60_000;
          default -> throw refuse(BAD_OPTION);
        };
    if (left < 2) {
      throw refuse(BAD_OPTION);
    }
    long value = Scan.sector(args.shift(), BAD_OPTION);
    value = word.equals("start_sector") ? value : value & NO_BOUND;
    if (Long.compareUnsigned(value, most) > 0) {
      throw refuse(BAD_OPTION);
    }
    switch (word) {
      case "start_sector" -> startSector = value;
      case "high_watermark" -> high = (int) value;
      case "low_watermark" -> low = (int) value;
      default -> {}
    }
    return 2;
  }

  /** {@code calculate_memory_size}: whether there is room for one block and its entry. */
  private static void checkSize(long bytes, long block) throws TargetError {
    long blocks = bytes / (block + ENTRY);
    while (blocks > 0) {
      long metadata = HEADER + blocks * ENTRY + block - 1 & -block;
      if (metadata + blocks * block <= bytes) {
        return;
      }
      blocks--;
    }
    throw new TargetError(Errno.ENOSPC, "Invalid device size");
  }
}
