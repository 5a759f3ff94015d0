package org.dmsim.block.disk;

import org.dmsim.block.Sectors;

/** What a disk in memory can do and how it behaves. Never changes: each {@code with} is a copy. */
public final class DiskOptions {

  private long sectors;
  private int logicalBlockSize = 512;
  private int physicalBlockSize = 512;
  private boolean memoryBacked = true;
  private Boolean nowait;
  private Boolean discard;
  private boolean secureErase;
  private boolean writeZeroes;
  private boolean writeCache;
  private boolean fua;
  private boolean requests;
  private Latency latency = Latency.NONE;
  private Image image;

  private DiskOptions() {}

  private DiskOptions(DiskOptions o) {
    sectors = o.sectors;
    logicalBlockSize = o.logicalBlockSize;
    physicalBlockSize = o.physicalBlockSize;
    memoryBacked = o.memoryBacked;
    nowait = o.nowait;
    discard = o.discard;
    secureErase = o.secureErase;
    writeZeroes = o.writeZeroes;
    writeCache = o.writeCache;
    fua = o.fua;
    requests = o.requests;
    latency = o.latency;
    image = o.image;
  }

  /**
   * The ram disk of the recorded cases: 64 MiB, blocks of 512 bytes in 4096; NOWAIT and discard as
   * the machine's kernel has them.
   */
  public static DiskOptions ram() {
    DiskOptions o = new DiskOptions();
    o.sectors = 131072;
    o.physicalBlockSize = 4096;
    return o;
  }

  /** The null disk of the recorded cases: 1 GiB, discard, volatile write cache, FUA. */
  public static DiskOptions nullb() {
    DiskOptions o = new DiskOptions();
    o.sectors = 2097152;
    o.discard = true;
    o.writeCache = true;
    o.fua = true;
    return o;
  }

  /** As this, of another size. */
  public DiskOptions withSectors(long n) {
    if (n <= 0) {
      throw new IllegalArgumentException("a disk of " + n + " sectors; write 1 or more");
    }
    DiskOptions o = new DiskOptions(this);
    o.sectors = n;
    return o;
  }

  /** As this, with other block sizes, bytes: powers of two from 512 to 4096. */
  public DiskOptions withBlocks(int logical, int physical) {
    requireBlockSize("logical", logical);
    requireBlockSize("physical", physical);
    if (physical < logical) {
      throw new IllegalArgumentException(
          "physical block of " + physical + " bytes is smaller than the logical one of " + logical);
    }
    DiskOptions o = new DiskOptions(this);
    o.logicalBlockSize = logical;
    o.physicalBlockSize = physical;
    return o;
  }

  private static void requireBlockSize(String which, int size) {
    if (size < Sectors.SIZE || size > Sectors.PAGE_SIZE || Integer.bitCount(size) != 1) {
      throw new IllegalArgumentException(
          which + " block of " + size + " bytes; write a power of two from 512 to 4096");
    }
  }

  /**
   * As this, keeping what is written, or not: then reads leave their buffer as it is, and there is
   * neither discard nor a write cache.
   */
  public DiskOptions withMemory(boolean on) {
    DiskOptions o = new DiskOptions(this);
    o.memoryBacked = on;
    if (!on) {
      o.discard = false;
    }
    o.writeCache &= on;
    o.fua &= on;
    return o;
  }

  /** As this, with or without REQ_NOWAIT. */
  public DiskOptions withNowait(boolean on) {
    DiskOptions o = new DiskOptions(this);
    o.nowait = on;
    return o;
  }

  /** As this, with or without discard; discarded blocks read as zeroes. */
  public DiskOptions withDiscard(boolean on) {
    DiskOptions o = new DiskOptions(this);
    o.discard = on;
    return o;
  }

  /** As this, with or without secure erase. */
  public DiskOptions withSecureErase(boolean on) {
    DiskOptions o = new DiskOptions(this);
    o.secureErase = on;
    return o;
  }

  /** As this, with or without write zeroes. */
  public DiskOptions withWriteZeroes(boolean on) {
    DiskOptions o = new DiskOptions(this);
    o.writeZeroes = on;
    return o;
  }

  /** As this, with or without a volatile write cache, and writes through it. */
  public DiskOptions withWriteCache(boolean cache, boolean through) {
    DiskOptions o = new DiskOptions(this);
    o.writeCache = cache;
    o.fua = through;
    return o;
  }

  /** As this, taking time. */
  public DiskOptions withLatency(Latency l) {
    DiskOptions o = new DiskOptions(this);
    o.latency = l;
    return o;
  }

  /** As this, beginning with what a file holds. */
  public DiskOptions withImage(Image i) {
    DiskOptions o = new DiskOptions(this);
    o.image = i;
    return o;
  }

  /** Size. */
  public long sectors() {
    return sectors;
  }

  /** Bytes. */
  public int logicalBlockSize() {
    return logicalBlockSize;
  }

  /** Bytes. */
  public int physicalBlockSize() {
    return physicalBlockSize;
  }

  /** Whether what is written is kept. */
  public boolean memoryBacked() {
    return memoryBacked;
  }

  /** As this: a null disk that takes requests on every kernel; {@code queue_mode=2}. */
  public DiskOptions withRequests() {
    DiskOptions o = new DiskOptions(this);
    o.requests = true;
    return o;
  }

  /**
   * Whether it understands REQ_NOWAIT.
   *
   * @param driver whether the driver does, where nothing else was said
   */
  public boolean nowait(boolean driver) {
    return nowait == null ? driver : nowait;
  }

  /**
   * Whether it knows discard.
   *
   * @param driver whether the driver does, where nothing else was said
   */
  public boolean discard(boolean driver) {
    return discard == null ? driver : discard;
  }

  /** Whether a null disk takes requests although its kernel's default is bios. */
  public boolean requests() {
    return requests;
  }

  /** Whether it knows secure erase. */
  public boolean secureErase() {
    return secureErase;
  }

  /** Whether it knows write zeroes. */
  public boolean writeZeroes() {
    return writeZeroes;
  }

  /** Whether it has a volatile write cache, to be flushed. */
  public boolean writeCache() {
    return writeCache;
  }

  /** Whether it can write through that cache. */
  public boolean fua() {
    return fua;
  }

  /** How long it takes for a bio. */
  public Latency latency() {
    return latency;
  }

  /** What it begins with; null for zeroes. */
  public Image image() {
    return image;
  }
}
