package org.dmsim.block.disk;

import org.dmsim.block.Sectors;

/**
 * What a disk in memory can do and how it behaves.
 *
 * @param sectors size
 * @param logicalBlockSize bytes
 * @param physicalBlockSize bytes
 * @param nowait whether it understands REQ_NOWAIT
 * @param discard whether it knows discard; discarded blocks read as zeroes
 * @param secureErase whether it knows secure erase
 * @param writeZeroes whether it knows write zeroes
 * @param writeCache whether it has a volatile write cache, to be flushed
 * @param fua whether it can write through that cache
 * @param latency how long it takes for a bio
 */
public record DiskOptions(
    long sectors,
    int logicalBlockSize,
    int physicalBlockSize,
    boolean nowait,
    boolean discard,
    boolean secureErase,
    boolean writeZeroes,
    boolean writeCache,
    boolean fua,
    Latency latency) {

  /** Refuses what no disk is. */
  public DiskOptions {
    if (sectors <= 0) {
      throw new IllegalArgumentException("a disk of " + sectors + " sectors; write 1 or more");
    }
    requireBlockSize("logical", logicalBlockSize);
    requireBlockSize("physical", physicalBlockSize);
    if (physicalBlockSize < logicalBlockSize) {
      throw new IllegalArgumentException(
          "physical block of "
              + physicalBlockSize
              + " bytes is smaller than the logical one of "
              + logicalBlockSize);
    }
  }

  private static void requireBlockSize(String which, int size) {
    if (size < Sectors.SIZE || size > Sectors.PAGE_SIZE || Integer.bitCount(size) != 1) {
      throw new IllegalArgumentException(
          which + " block of " + size + " bytes; write a power of two from 512 to 4096");
    }
  }

  /** The ram disk of the recorded cases: 64 MiB, blocks of 512 bytes in 4096, NOWAIT. */
  public static DiskOptions ram() {
    return new DiskOptions(
        131072, 512, 4096, true, false, false, false, false, false, Latency.NONE);
  }

  /** The null disk of the recorded cases: 1 GiB, discard, volatile write cache, FUA. */
  public static DiskOptions nullb() {
    return new DiskOptions(2097152, 512, 512, false, true, false, false, true, true, Latency.NONE);
  }

  /** As this, of another size. */
  public DiskOptions withSectors(long n) {
    return new DiskOptions(
        n,
        logicalBlockSize,
        physicalBlockSize,
        nowait,
        discard,
        secureErase,
        writeZeroes,
        writeCache,
        fua,
        latency);
  }

  /** As this, with other block sizes, bytes. */
  public DiskOptions withBlocks(int logical, int physical) {
    return new DiskOptions(
        sectors,
        logical,
        physical,
        nowait,
        discard,
        secureErase,
        writeZeroes,
        writeCache,
        fua,
        latency);
  }

  /** As this, with or without REQ_NOWAIT. */
  public DiskOptions withNowait(boolean on) {
    return new DiskOptions(
        sectors,
        logicalBlockSize,
        physicalBlockSize,
        on,
        discard,
        secureErase,
        writeZeroes,
        writeCache,
        fua,
        latency);
  }

  /** As this, with or without discard. */
  public DiskOptions withDiscard(boolean on) {
    return new DiskOptions(
        sectors,
        logicalBlockSize,
        physicalBlockSize,
        nowait,
        on,
        secureErase,
        writeZeroes,
        writeCache,
        fua,
        latency);
  }

  /** As this, with or without secure erase. */
  public DiskOptions withSecureErase(boolean on) {
    return new DiskOptions(
        sectors,
        logicalBlockSize,
        physicalBlockSize,
        nowait,
        discard,
        on,
        writeZeroes,
        writeCache,
        fua,
        latency);
  }

  /** As this, with or without write zeroes. */
  public DiskOptions withWriteZeroes(boolean on) {
    return new DiskOptions(
        sectors,
        logicalBlockSize,
        physicalBlockSize,
        nowait,
        discard,
        secureErase,
        on,
        writeCache,
        fua,
        latency);
  }

  /** As this, with or without a volatile write cache, and writes through it. */
  public DiskOptions withWriteCache(boolean cache, boolean through) {
    return new DiskOptions(
        sectors,
        logicalBlockSize,
        physicalBlockSize,
        nowait,
        discard,
        secureErase,
        writeZeroes,
        cache,
        through,
        latency);
  }

  /** As this, taking time. */
  public DiskOptions withLatency(Latency l) {
    return new DiskOptions(
        sectors,
        logicalBlockSize,
        physicalBlockSize,
        nowait,
        discard,
        secureErase,
        writeZeroes,
        writeCache,
        fua,
        l);
  }
}
