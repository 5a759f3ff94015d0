package org.dmsim.dm.targets.snapshot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.dm.dmio.DmIoClient;
import org.dmsim.dm.dmio.IoRegion;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.KernelBug;
import org.dmsim.workqueue.Work;
import org.dmsim.workqueue.Workqueue;

/**
 * Exceptions that survive on the COW device: type {@code P}. Mirrors {@code dm-snap-persistent.c},
 * 6.1, and its format: chunk 0 is the header, chunk 1 the first area of exceptions, and behind each
 * area come as many chunks of data as it has exceptions. Areas are read one by one; the kernel
 * reads ahead.
 */
final class PersistentStore extends ExceptionStore {

  /** {@code SNAP_MAGIC}: "SnAp". */
  private static final int MAGIC = 0x70416e53;

  private static final int DISK_VERSION = 1;
  private static final int HEADER_CHUNKS = 1;
  private static final long DEFAULT_CHUNK_SIZE = 32;
  private static final int COMMIT = Opf.REQ_OP_WRITE | Opf.REQ_PREFLUSH | Opf.REQ_FUA;

  /** What {@code vmalloc} gives at most on a machine with 1 GiB of memory. */
  private static final long MEMORY = 1L << 30;

  private final SharedInt pending = new SharedInt("ps->pending_count", 0);
  private final List<Committed> callbacks = new ArrayList<>();
  private Workqueue metadataWq;
  private DmIoClient ioClient;
  private MetadataArea area;
  private boolean valid = true;
  private int version = DISK_VERSION;
  private int exceptionsPerArea;
  private long currentArea;
  private long nextFree = HEADER_CHUNKS + 1;
  private int currentCommitted;

  PersistentStore(Snapshot snap) {
    super(snap);
  }

  private static void say(String what) {
    DmLog.say("persistent snapshot", what);
  }

  @Override
  @KernelSymbol("persistent_ctr")
  int construct(String options) {
    if (!options.isEmpty() && !options.toUpperCase(Locale.ROOT).startsWith("O")) {
      say("Unsupported persistent store option: " + options);
      return -Errno.EINVAL;
    }
    userspaceSupportsOverflow = !options.isEmpty();
    metadataWq = Workqueue.alloc("ksnaphd", Workqueue.MEM_RECLAIM);
    return 0;
  }

  @Override
  @KernelSymbol("persistent_dtr")
  void destroy() {
    metadataWq.destroy();
    if (ioClient != null) {
      ioClient.destroy();
    }
  }

  // ---- I/O --------------------------------------------------------------------------------------

  private int chunkBytes() {
    return (int) (chunkSize << Sectors.SHIFT);
  }

  /** Reads or writes one chunk of metadata; 0 or a negative errno. */
  @KernelSymbol("chunk_io")
  private int chunkIo(byte[] memory, long chunk, int opf) {
    IoRegion where = new IoRegion(snap.cow.bdev(), chunkSize * chunk, chunkSize);
    return ioClient.sync(opf, memory, 0, where) == 0 ? 0 : -Errno.EIO;
  }

  /** As {@link #chunkIo}, by a worker: the caller may be inside a driver. */
  @KernelSymbol("chunk_io")
  private int headerIo(byte[] memory, int opf) {
    int[] result = new int[1];
    Work io = new Work("(work_completion)(&req.work)", () -> result[0] = chunkIo(memory, 0, opf));
    metadataWq.queue(io);
    metadataWq.flush();
    return result[0];
  }

  private long areaLocation(long number) {
    return HEADER_CHUNKS + (exceptionsPerArea + 1L) * number;
  }

  @KernelSymbol("area_io")
  private int areaIo(int opf) {
    return chunkIo(area.bytes, areaLocation(currentArea), opf);
  }

  @KernelSymbol("zero_disk_area")
  private int zeroDiskArea(long number) {
    return chunkIo(new byte[chunkBytes()], areaLocation(number), Opf.REQ_OP_WRITE);
  }

  // ---- what is on disk at the start -------------------------------------------------------------

  @Override
  @KernelSymbol("persistent_read_metadata")
  int readMetadata(Loader loader) {
    boolean supplied = chunkSize != 0;
    if (!supplied) {
      setDefaultChunkSize();
    }
    ioClient = new DmIoClient();
    if (chunkSize << Sectors.SHIFT >= MEMORY) {
      return -Errno.ENOMEM;
    }
    byte[] bytes = new byte[chunkBytes()];
    int r = headerIo(bytes, Opf.REQ_OP_READ);
    if (r != 0) {
      return r;
    }
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    boolean fresh = header.getInt(0) == 0;
    if (!fresh) {
      r = takeHeader(header, supplied);
      if (r != 0) {
        return r;
      }
    }
    exceptionsPerArea = chunkBytes() / MetadataArea.EXCEPTION_SIZE;
    area = new MetadataArea(chunkBytes());
    if (fresh) {
      return format();
    }
    if (version != DISK_VERSION) {
      say("unable to handle snapshot disk version " + version);
      return -Errno.EINVAL;
    }
    return valid ? readExceptions(loader) : 1;
  }

  private void setDefaultChunkSize() {
    chunkSize = Math.max(DEFAULT_CHUNK_SIZE, blockSectors(snap.cow.bdev()));
    chunkShift = Long.numberOfTrailingZeros(chunkSize);
  }

  @KernelSymbol("read_header")
  private int takeHeader(ByteBuffer header, boolean supplied) {
    if (header.getInt(0) != MAGIC) {
      say("Invalid or corrupt snapshot");
      return -Errno.ENXIO;
    }
    valid = header.getInt(4) != 0;
    version = header.getInt(8);
    long onDisk = Integer.toUnsignedLong(header.getInt(12));
    if (onDisk == chunkSize) {
      return 0;
    }
    if (supplied) {
      say(
          "chunk size "
              + onDisk
              + " in device metadata overrides table chunk size of "
              + chunkSize
              + ".");
    }
    String wrong = setChunkSize(onDisk);
    if (wrong != null) {
      say("invalid on-disk chunk size " + onDisk + ": " + wrong + ".");
      return -Errno.EINVAL;
    }
    return chunkSize << Sectors.SHIFT >= MEMORY ? -Errno.ENOMEM : 0;
  }

  private int format() {
    int r = writeHeader();
    if (r != 0) {
      say("write_header failed");
      return r;
    }
    currentArea = 0;
    r = zeroDiskArea(0);
    if (r != 0) {
      say("zero_disk_area(0) failed");
    }
    return r;
  }

  @KernelSymbol("write_header")
  private int writeHeader() {
    ByteBuffer header = ByteBuffer.allocate(chunkBytes()).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(MAGIC).putInt(valid ? 1 : 0).putInt(version).putInt((int) chunkSize);
    return headerIo(header.array(), Opf.REQ_OP_WRITE);
  }

  @KernelSymbol("read_exceptions")
  private int readExceptions(Loader loader) {
    boolean full = true;
    for (currentArea = 0; full; currentArea++) {
      int r = areaIo(Opf.REQ_OP_READ);
      if (r != 0) {
        return r;
      }
      full = insertExceptions(loader);
    }
    currentArea--;
    skipMetadata();
    return 0;
  }

  /** Reports the exceptions of the current area; whether it is full. */
  @KernelSymbol("insert_exceptions")
  private boolean insertExceptions(Loader loader) {
    for (int i = 0; i < exceptionsPerArea; i++) {
      long newChunk = area.newChunk(i);
      if (newChunk == 0) {
        currentCommitted = i;
        return false;
      }
      if (Long.compareUnsigned(nextFree, newChunk) <= 0) {
        nextFree = newChunk + 1;
      }
      loader.exception(area.oldChunk(i), newChunk);
    }
    return true;
  }

  // ---- new exceptions ---------------------------------------------------------------------------

  private void skipMetadata() {
    if (Long.remainderUnsigned(nextFree, exceptionsPerArea + 1L) == HEADER_CHUNKS) {
      nextFree++;
    }
  }

  @Override
  @KernelSymbol("persistent_prepare_exception")
  int prepareException(PendingException e) {
    if (totalSectors() < (nextFree + 1) * chunkSize) {
      return -Errno.ENOSPC;
    }
    e.newChunk = nextFree++;
    skipMetadata();
    pending.add(1);
    return 0;
  }

  @Override
  @KernelSymbol("persistent_commit_exception")
  void commitException(PendingException e, boolean copied, Committed committed) {
    valid &= copied;
    KernelBug.on(currentCommitted >= exceptionsPerArea, "drivers/md/dm-snap-persistent.c");
    area.set(currentCommitted++, e.oldChunk, e.newChunk);
    callbacks.add(committed);
    boolean last = pending.decAndTest();
    boolean full = currentCommitted == exceptionsPerArea;
    if (!last && !full) {
      return;
    }
    if (full && zeroDiskArea(currentArea + 1) != 0) {
      valid = false;
    }
    if (valid && areaIo(COMMIT | Opf.REQ_SYNC) != 0) {
      valid = false;
    }
    if (full) {
      currentCommitted = 0;
      currentArea++;
      area.clear();
    }
    // A callback may submit bios, but only this worker commits, so the list stays as it is.
    callbacks.forEach(c -> c.done(valid));
    callbacks.clear();
  }

  // ---- merging ----------------------------------------------------------------------------------

  @Override
  boolean supportsMerge() {
    return true;
  }

  @Override
  @KernelSymbol("persistent_prepare_merge")
  int prepareMerge(long[] last) {
    if (currentCommitted == 0) {
      if (currentArea == 0) {
        return 0;
      }
      currentArea--;
      int r = areaIo(Opf.REQ_OP_READ);
      if (r < 0) {
        return r;
      }
      currentCommitted = exceptionsPerArea;
    }
    int end = currentCommitted - 1;
    last[0] = area.oldChunk(end);
    last[1] = area.newChunk(end);
    int n = 1;
    while (n < currentCommitted
        && area.oldChunk(end - n) == last[0] - n
        && area.newChunk(end - n) == last[1] - n) {
      n++;
    }
    return n;
  }

  @Override
  @KernelSymbol("persistent_commit_merge")
  int commitMerge(int merged) {
    for (int i = 0; i < merged; i++) {
      area.set(currentCommitted - 1 - i, 0, 0);
    }
    int r = areaIo(COMMIT);
    if (r < 0) {
      return r;
    }
    currentCommitted -= merged;
    nextFree = areaLocation(currentArea) + currentCommitted + 1;
    return 0;
  }

  @Override
  @KernelSymbol("persistent_drop_snapshot")
  void dropSnapshot() {
    valid = false;
    if (writeHeader() != 0) {
      say("write header failed");
    }
  }

  @Override
  String describe() {
    return (userspaceSupportsOverflow ? "PO " : "P ") + chunkSize;
  }

  @Override
  long sectorsAllocated() {
    return nextFree * chunkSize;
  }

  @Override
  long metadataSectors() {
    return (currentArea + 1 + HEADER_CHUNKS) * chunkSize;
  }
}
