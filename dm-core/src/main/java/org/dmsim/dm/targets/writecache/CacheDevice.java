package org.dmsim.dm.targets.writecache;

import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.dmio.DmIoClient;
import org.dmsim.dm.dmio.IoRegion;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.locking.Completion;
import org.dmsim.locking.WaitQueue;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;

/**
 * The cache device: reads and writes the metadata, and knows the first error, after which nothing
 * is written any more.
 */
final class CacheDevice {

  private static final String OVERFLOW = "Overflow in size calculation";
  private static final int REGION_SECTORS = MemoryMap.GRANULARITY >> Sectors.SHIFT;

  /** Those that wait for blocks; an error ends their waiting too. */
  final WaitQueue freelistWait = new WaitQueue("&wc->freelist_wait");

  final BlockDevice bdev;
  final long start;
  final MemoryMap map;
  private final DmIoClient io = new DmIoClient();
  private final SharedInt error = new SharedInt("wc->error", 0);
  final int blockSize;

  /** Of the metadata; as many as the superblock's count of blocks needs, once that is known. */
  long metadataSectors;

  CacheDevice(BlockDevice bdev, long start, int blockSize, int metadataBytes) {
    this.bdev = bdev;
    this.start = start;
    this.blockSize = blockSize;
    this.map = new MemoryMap(metadataBytes);
    this.metadataSectors = metadataBytes >> Sectors.SHIFT;
  }

  void destroy() {
    io.destroy();
  }

  // ---- errors -----------------------------------------------------------------------------------

  /** {@code writecache_has_error}. */
  boolean hasError() {
    return error.readOnce() != 0;
  }

  /** {@code writecache_error}: the first one is told, and counts. */
  void fail(int errno, String text) {
    if (error.compareAndSet(0, errno)) {
      DmLog.say("writecache", text);
    }
    freelistWait.wakeUp();
  }

  // ---- metadata ---------------------------------------------------------------------------------

  /** Reads so many sectors of it; 0 or a negative errno. */
  @KernelSymbol("writecache_read_metadata")
  int read(long sectors) {
    IoRegion region = new IoRegion(bdev, start, sectors);
    return io.sync(Opf.REQ_OP_READ, map.bytes(), 0, region) == 0 ? 0 : -Errno.EIO;
  }

  /** Reads the first block; 0 or a negative errno. */
  int readFirstBlock() {
    return read(blockSize >> Sectors.SHIFT);
  }

  /** Begins an empty cache; mirrors {@code init_memory}. */
  @KernelSymbol("init_memory")
  void format(int blocks) {
    map.clearSuper();
    map.version(MemoryMap.VERSION);
    map.blockSize(blockSize);
    map.blocks(blocks);
    for (int i = 0; i < blocks; i++) {
      map.set(i, -1, -1);
    }
    map.allTouched();
    commit();
    map.magic(MemoryMap.MAGIC);
    map.superTouched();
    commit();
  }

  private void commit() {
    writeDirty();
    flush(bdev);
    map.clean();
  }

  /**
   * Holds the superblock's count of blocks against the device, and puts the first block behind the
   * metadata of so many.
   */
  void checkSize(long deviceBytes) throws TargetError {
    long n = map.blocks();
    long offset = n * MemoryMap.ENTRY;
    if (Long.divideUnsigned(offset, MemoryMap.ENTRY) != n) {
      throw new TargetError(Errno.EINVAL, OVERFLOW);
    }
    offset += MemoryMap.HEADER;
    if (Long.compareUnsigned(offset, MemoryMap.HEADER) < 0) {
      throw new TargetError(Errno.EINVAL, OVERFLOW);
    }
    offset = offset + blockSize - 1 & -blockSize;
    long data = n * blockSize;
    if (offset == 0
        || Long.divideUnsigned(data, blockSize) != n
        || Long.compareUnsigned(offset + data, offset) < 0) {
      throw new TargetError(Errno.EINVAL, OVERFLOW);
    }
    if (Long.compareUnsigned(offset + data, deviceBytes) > 0) {
      throw new TargetError(Errno.EINVAL, "Memory area is too small");
    }
    metadataSectors = offset >> Sectors.SHIFT;
  }

  /** I/Os under way, and one more for who starts them: {@code struct io_notify}. */
  private final class Notify {
    private final Completion done = new Completion("&endio.c");
    private final SharedInt count = new SharedInt("endio.count", 1);

    @KernelSymbol("writecache_notify_io")
    void ended(long errors) {
      if (errors != 0) {
        fail(-Errno.EIO, "error writing metadata");
      }
      if (count.decAndTest()) {
        done.complete();
      }
    }
  }

  /** Writes what has changed, and waits for it; the first half of {@code ssd_commit_flushed}. */
  @KernelSymbol("ssd_commit_flushed")
  void writeDirty() {
    Notify notify = new Notify();
    for (int i = map.nextDirty(0); i >= 0; ) {
      int end = map.nextClean(i);
      long sector = (long) i * REGION_SECTORS;
      if (sector >= metadataSectors) {
        break;
      }
      long count = Math.min((long) (end - i) * REGION_SECTORS, metadataSectors - sector);
      write(notify, sector, count);
      i = map.nextDirty(end);
    }
    notify.ended(0);
    notify.done.waitFor();
  }

  private void write(Notify notify, long sector, long count) {
    notify.count.add(1);
    IoRegion region = new IoRegion(bdev, start + sector, count);
    int from = (int) (sector << Sectors.SHIFT);
    io.async(Opf.REQ_OP_WRITE | Opf.REQ_SYNC, map.bytes(), from, notify::ended, region);
  }

  /** Mirrors {@code ssd_commit_superblock}. */
  @KernelSymbol("ssd_commit_superblock")
  void writeSuper() {
    long count = Math.min(Math.max(Sectors.PAGE_SIZE, blockSize) >> Sectors.SHIFT, metadataSectors);
    IoRegion region = new IoRegion(bdev, start, count);
    if (io.sync(Opf.REQ_OP_WRITE | Opf.REQ_FUA, map.bytes(), 0, region) != 0) {
      fail(-Errno.EIO, "error writing superblock");
    }
  }

  /** Mirrors {@code writecache_disk_flush}, of either device. */
  @KernelSymbol("writecache_disk_flush")
  void flush(BlockDevice device) {
    int opf = Opf.REQ_OP_WRITE | Opf.REQ_PREFLUSH;
    if (io.sync(opf, null, 0, new IoRegion(device, 0, 0)) != 0) {
      fail(-Errno.EIO, "error flushing metadata: " + -Errno.EIO);
    }
  }
}
