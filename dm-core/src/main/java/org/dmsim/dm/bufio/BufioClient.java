package org.dmsim.dm.bufio;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Plug;
import org.dmsim.block.bio.Submission;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.context.MightSleep;
import org.dmsim.dm.dmio.DmIoClient;
import org.dmsim.dm.dmio.IoRegion;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.locking.Mutex;
import org.dmsim.locking.SpinLock;
import org.dmsim.locking.WaitQueue;
import org.dmsim.machine.Sched;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.Memory;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.KernelBug;

/**
 * The cached blocks of one device: {@code struct dm_bufio_client}, 6.1.
 *
 * <p>Whoever asks for a block waits until it is read; who changed one says so, and it is written
 * later, when asked for or when too many are dirty. The lock is not held while a block is read. Age
 * and a lack of memory take no block away: only a reset does, or who forgets it.
 */
public final class BufioClient {

  private static final String PLACE = "drivers/md/dm-bufio.c";

  /** {@code DM_BUFIO_WRITEBACK_RATIO}. */
  private static final int WRITEBACK_RATIO = 3;

  /** How a block is asked for: {@code enum new_flag}. */
  private enum Wanted {
    FRESH,
    READ,
    GET,
    PREFETCH
  }

  private final BlockDevice bdev;
  private final int blockSize;
  private final Supplier<?> aux;
  private final Consumer<DmBuffer> writeCallback;
  private final boolean noSleep;
  private final Mutex mutex = new Mutex("&c->lock");
  private final SpinLock spinlock = new SpinLock("&c->spinlock");
  private final WaitQueue freeBufferWait = new WaitQueue("&c->free_buffer_wait");
  private final SharedInt asyncWriteError = new SharedInt("c->async_write_error", 0);
  private final DmIoClient dmIo = new DmIoClient();
  private final TreeMap<Long, DmBuffer> tree = new TreeMap<>();

  /** Oldest first. */
  private final SequencedSet<DmBuffer> clean = new LinkedHashSet<>();

  /** Dirty or being written, or so not long ago; oldest first. */
  private final SequencedSet<DmBuffer> dirty = new LinkedHashSet<>();

  private final ArrayDeque<DmBuffer> reserved = new ArrayDeque<>(2);
  private int needReserved;
  private long start;

  /**
   * A client without blocks; {@code dm_bufio_client_create}.
   *
   * @param blockSize bytes of a block, a multiple of 512
   * @param reservedBuffers how many may be held at once when there is no memory
   * @param aux makes what is kept with each cached block; null for nothing
   * @param writeCallback is called before a buffer is written; null for nobody
   * @param noSleep whether a spinlock guards it, so that a softirq may {@link #get} a block
   */
  @KernelSymbol("dm_bufio_client_create")
  public BufioClient(
      BlockDevice bdev,
      int blockSize,
      int reservedBuffers,
      Supplier<?> aux,
      Consumer<DmBuffer> writeCallback,
      boolean noSleep) {
    this.bdev = bdev;
    this.blockSize = blockSize;
    this.aux = aux;
    this.writeCallback = writeCallback;
    this.noSleep = noSleep;
    for (int i = 0; i < reservedBuffers; i++) {
      reserved.add(newBuffer());
    }
  }

  /** {@code dm_bufio_client_destroy}: nobody may hold a block any more. */
  @KernelSymbol("dm_bufio_client_destroy")
  public void destroy() {
    dropBuffers();
    dmIo.destroy();
  }

  /** Forgets all blocks, what is dirty is written before; {@code dm_bufio_client_reset}. */
  @KernelSymbol("dm_bufio_client_reset")
  public void reset() {
    dropBuffers();
  }

  // ---- what it says -----------------------------------------------------------------------------

  BlockDevice bdev() {
    return bdev;
  }

  DmIoClient dmIo() {
    return dmIo;
  }

  /** Bytes of a block. */
  public int blockSize() {
    return blockSize;
  }

  /** Block 0 begins at that sector from now on; {@code dm_bufio_set_sector_offset}. */
  public void setSectorOffset(long sector) {
    start = sector;
  }

  /** Whole blocks of the device; {@code dm_bufio_get_device_size}. */
  public long deviceSize() {
    return Math.max(bdev.sectors() - start, 0) / (blockSize >> Sectors.SHIFT);
  }

  long sectorOf(long block) {
    return start + block * (blockSize >> Sectors.SHIFT);
  }

  void beforeWrite(DmBuffer b) {
    if (writeCallback != null) {
      writeCallback.accept(b);
    }
  }

  void noteWriteError(BlkStatus status) {
    asyncWriteError.compareAndSet(0, status.toErrno());
  }

  // ---- the lock ---------------------------------------------------------------------------------

  private static boolean inRequest() {
    return Submission.current().active;
  }

  private static void notInRequest() {
    KernelBug.on(inRequest(), PLACE);
  }

  @KernelSymbol("dm_bufio_lock")
  private void lock() {
    if (noSleep) {
      spinlock.lockBh();
    } else if (inRequest()) {
      mutex.lockNested(1);
    } else {
      mutex.lock();
    }
  }

  private void unlock() {
    if (noSleep) {
      spinlock.unlockBh();
    } else {
      mutex.unlock();
    }
  }

  // ---- asking for blocks ------------------------------------------------------------------------

  /**
   * A block, read if it is not cached; {@code dm_bufio_read}.
   *
   * @throws BufioException if it cannot be read
   */
  @KernelSymbol("dm_bufio_read")
  public DmBuffer read(long block) throws BufioException {
    notInRequest();
    return newRead(block, Wanted.READ);
  }

  /** A cached block, or null; {@code dm_bufio_get}. Does not sleep with a spinlock. */
  @KernelSymbol("dm_bufio_get")
  public DmBuffer get(long block) throws BufioException {
    return newRead(block, Wanted.GET);
  }

  /** A block that the caller will fill, and so is not read; {@code dm_bufio_new}. */
  @KernelSymbol("dm_bufio_new")
  public DmBuffer fresh(long block) throws BufioException {
    notInRequest();
    return newRead(block, Wanted.FRESH);
  }

  @KernelSymbol("new_read")
  private DmBuffer newRead(long block, Wanted wanted) throws BufioException {
    List<DmBuffer> toWrite = new ArrayList<>(0);
    lock();
    boolean[] submit = new boolean[1];
    DmBuffer b = bufioNew(block, wanted, submit, toWrite);
    unlock();
    flush(toWrite);
    if (b == null) {
      return null;
    }
    if (submit[0]) {
      b.submitRead();
    }
    b.waitFor(DmBuffer.READING);
    if (b.readError != BlkStatus.OK) {
      int errno = -b.readError.toErrno();
      release(b);
      throw new BufioException(errno);
    }
    return b;
  }

  /** Begins to read blocks that are not cached; {@code dm_bufio_prefetch}. */
  @KernelSymbol("dm_bufio_prefetch")
  public void prefetch(long first, long count) {
    notInRequest();
    boolean plugged = Plug.start();
    lock();
    for (long block = first; block < first + count; block++) {
      List<DmBuffer> toWrite = new ArrayList<>(0);
      boolean[] submit = new boolean[1];
      DmBuffer b = bufioNew(block, Wanted.PREFETCH, submit, toWrite);
      if (!toWrite.isEmpty()) {
        unlock();
        flush(toWrite);
        lock();
      }
      if (b != null) {
        unlock();
        if (submit[0]) {
          b.submitRead();
        }
        release(b);
        MightSleep.condResched();
        lock();
      }
    }
    unlock();
    Plug.finish(plugged);
  }

  /** Mirrors {@code __bufio_new}: finds a buffer or links a new one. */
  private DmBuffer bufioNew(long block, Wanted wanted, boolean[] submit, List<DmBuffer> toWrite) {
    DmBuffer b = tree.get(block);
    if (b != null) {
      return found(b, wanted);
    }
    if (wanted == Wanted.GET) {
      return null;
    }
    DmBuffer fresh = allocWait(wanted);
    if (fresh == null) {
      return null;
    }
    fresh.aux = aux == null ? null : aux.get();
    b = tree.get(block); // the lock was let go meanwhile
    if (b != null) {
      freeAndWake(fresh);
      return found(b, wanted);
    }
    if (dirty.size() > clean.size() * WRITEBACK_RATIO) {
      writeDirtyAsync(true, toWrite);
    }
    fresh.holdCount = 1;
    fresh.readError = BlkStatus.OK;
    fresh.writeError = BlkStatus.OK;
    link(fresh, block, false);
    submit[0] = wanted != Wanted.FRESH;
    fresh.setState(submit[0] ? DmBuffer.READING : 0);
    return fresh;
  }

  private DmBuffer found(DmBuffer b, Wanted wanted) {
    if (wanted == Wanted.PREFETCH || (wanted == Wanted.GET && b.is(DmBuffer.READING))) {
      return null;
    }
    b.holdCount++;
    relink(b, b.is(DmBuffer.DIRTY | DmBuffer.WRITING));
    return b;
  }

  /** Gives a block back; {@code dm_bufio_release}. One that could not be read is forgotten. */
  @KernelSymbol("dm_bufio_release")
  public void release(DmBuffer b) {
    lock();
    KernelBug.on(b.holdCount == 0, PLACE);
    if (--b.holdCount == 0) {
      freeBufferWait.wakeUp();
      boolean failed = b.readError != BlkStatus.OK || b.writeError != BlkStatus.OK;
      if (failed && !b.is(DmBuffer.READING | DmBuffer.WRITING | DmBuffer.DIRTY)) {
        unlink(b);
        freeAndWake(b);
      }
    }
    unlock();
  }

  // ---- lists and memory -------------------------------------------------------------------------

  private void link(DmBuffer b, long block, boolean toDirty) {
    b.block = block;
    b.onDirtyList = toDirty;
    (toDirty ? dirty : clean).add(b);
    tree.put(block, b);
  }

  private void unlink(DmBuffer b) {
    (b.onDirtyList ? dirty : clean).remove(b);
    tree.remove(b.block);
  }

  private void relink(DmBuffer b, boolean toDirty) {
    (b.onDirtyList ? dirty : clean).remove(b);
    b.onDirtyList = toDirty;
    (toDirty ? dirty : clean).add(b);
  }

  private DmBuffer newBuffer() {
    return new DmBuffer(this);
  }

  private DmBuffer tryAlloc(int gfp) {
    return Memory.succeeds(gfp | Gfp.NORETRY | Gfp.NOMEMALLOC | Gfp.NOWARN) ? newBuffer() : null;
  }

  /** Mirrors {@code __alloc_buffer_wait_no_callback}: memory, the reserve, or another's buffer. */
  private DmBuffer allocWait(Wanted wanted) {
    for (boolean tried = false; ; ) {
      DmBuffer b = tryAlloc(Gfp.NOWAIT);
      if (b != null || wanted == Wanted.PREFETCH) {
        return b;
      }
      if (!tried) {
        unlock();
        b = tryAlloc(Gfp.NOIO);
        lock();
        tried = true;
        if (b != null) {
          return b;
        }
      }
      if (!reserved.isEmpty()) {
        needReserved++;
        return reserved.poll();
      }
      b = unclaimed();
      if (b != null) {
        return b;
      }
      waitForFreeBuffer();
    }
  }

  private void waitForFreeBuffer() {
    WaitQueue.Entry e = freeBufferWait.prepareToWait(false);
    unlock();
    freeBufferWait.sleep(e, Sched.FOREVER);
    freeBufferWait.finishWait(e);
    lock();
  }

  /** Mirrors {@code __get_unclaimed_buffer}: the oldest that nobody holds, taken out. */
  private DmBuffer unclaimed() {
    for (DmBuffer b : new ArrayList<>(clean)) {
      boolean skip = noSleep && b.is(DmBuffer.READING);
      if (!skip && b.holdCount == 0) {
        makeClean(b);
        unlink(b);
        return b;
      }
    }
    for (DmBuffer b : noSleep ? List.<DmBuffer>of() : new ArrayList<>(dirty)) {
      if (b.holdCount == 0) {
        makeClean(b);
        unlink(b);
        return b;
      }
    }
    return null;
  }

  private void freeAndWake(DmBuffer b) {
    if (needReserved > 0) {
      reserved.addFirst(b);
      needReserved--;
    }
    freeBufferWait.wakeUp();
  }

  /** Mirrors {@code __make_buffer_clean}. */
  private static void makeClean(DmBuffer b) {
    if (!b.is(DmBuffer.READING | DmBuffer.WRITING | DmBuffer.DIRTY)) {
      return;
    }
    b.waitFor(DmBuffer.READING);
    if (b.prepareWrite()) {
      b.submitWrite();
    }
    b.waitFor(DmBuffer.WRITING);
  }

  // ---- writing ----------------------------------------------------------------------------------

  /** The whole block was changed by its holder; {@code dm_bufio_mark_buffer_dirty}. */
  public void markDirty(DmBuffer b) {
    markPartialDirty(b, 0, blockSize);
  }

  /** Its bytes from {@code from} to before {@code to} were changed. */
  @KernelSymbol("dm_bufio_mark_partial_buffer_dirty")
  public void markPartialDirty(DmBuffer b, int from, int to) {
    KernelBug.on(from >= to || to > blockSize, PLACE);
    lock();
    KernelBug.on(b.is(DmBuffer.READING), PLACE);
    if (!b.testAndSet(DmBuffer.DIRTY)) {
      b.dirtyStart = from;
      b.dirtyEnd = to;
      relink(b, true);
    } else {
      b.dirtyStart = Math.min(b.dirtyStart, from);
      b.dirtyEnd = Math.max(b.dirtyEnd, to);
    }
    unlock();
  }

  /** Mirrors {@code __write_dirty_buffers_async}: the oldest first. */
  private void writeDirtyAsync(boolean noWait, List<DmBuffer> toWrite) {
    for (DmBuffer b : new ArrayList<>(dirty)) {
      if (!b.is(DmBuffer.DIRTY | DmBuffer.WRITING)) {
        relink(b, false);
        continue;
      }
      if (noWait && b.is(DmBuffer.WRITING)) {
        return;
      }
      if (b.prepareWrite()) {
        toWrite.add(b);
      }
      MightSleep.condResched();
    }
  }

  @KernelSymbol("__flush_write_list")
  private static void flush(List<DmBuffer> toWrite) {
    boolean plugged = Plug.start();
    for (DmBuffer b : toWrite) {
      b.submitWrite();
      MightSleep.condResched();
    }
    Plug.finish(plugged);
  }

  /** Begins to write what is dirty; {@code dm_bufio_write_dirty_buffers_async}. */
  @KernelSymbol("dm_bufio_write_dirty_buffers_async")
  public void writeDirtyBuffersAsync() {
    notInRequest();
    List<DmBuffer> toWrite = new ArrayList<>();
    lock();
    writeDirtyAsync(false, toWrite);
    unlock();
    flush(toWrite);
  }

  /**
   * Writes what is dirty, waits for it, and flushes the device; {@code
   * dm_bufio_write_dirty_buffers}.
   *
   * @return 0 or the negative errno of a write since this was asked last
   */
  @KernelSymbol("dm_bufio_write_dirty_buffers")
  public int writeDirtyBuffers() {
    writeDirtyBuffersAsync();
    lock();
    int processed = 0;
    for (boolean again = true; again; ) {
      again = false;
      for (DmBuffer b : new ArrayList<>(dirty)) {
        processed += processed < dirty.size() ? 1 : 0;
        if (b.is(DmBuffer.WRITING)) {
          again = processed < dirty.size();
          waitForWrite(b, again);
        }
        if (!b.is(DmBuffer.DIRTY | DmBuffer.WRITING)) {
          relink(b, false);
        }
        MightSleep.condResched();
        if (again) {
          break; // the lock was let go, so the list may have changed
        }
      }
    }
    freeBufferWait.wakeUp();
    unlock();
    int error = asyncWriteError.exchange(0);
    int flushed = issueFlush();
    return error != 0 ? error : flushed;
  }

  private void waitForWrite(DmBuffer b, boolean unlocked) {
    if (unlocked) {
      b.holdCount++;
      unlock();
    }
    b.waitFor(DmBuffer.WRITING);
    if (unlocked) {
      lock();
      b.holdCount--;
    }
  }

  /** Flushes the device; {@code dm_bufio_issue_flush}. */
  @KernelSymbol("dm_bufio_issue_flush")
  public int issueFlush() {
    notInRequest();
    int opf = Opf.REQ_OP_WRITE | Opf.REQ_PREFLUSH | Opf.REQ_SYNC;
    return dmIo.sync(opf, null, 0, new IoRegion(bdev, 0, 0)) == 0 ? 0 : -Errno.EIO;
  }

  /** Discards blocks; {@code dm_bufio_issue_discard}. */
  @KernelSymbol("dm_bufio_issue_discard")
  public int issueDiscard(long block, long count) {
    notInRequest();
    IoRegion region = new IoRegion(bdev, sectorOf(block), count * (blockSize >> Sectors.SHIFT));
    return dmIo.sync(Opf.REQ_OP_DISCARD, null, 0, region) == 0 ? 0 : -Errno.EIO;
  }

  /** Forgets a block, unless somebody holds it or it is dirty; {@code dm_bufio_forget}. */
  @KernelSymbol("dm_bufio_forget")
  public void forget(long block) {
    forget(block, 1);
  }

  /** As {@link #forget(long)}, of several; {@code dm_bufio_forget_buffers}. */
  @KernelSymbol("dm_bufio_forget_buffers")
  public void forget(long first, long count) {
    lock();
    for (DmBuffer b : new ArrayList<>(tree.subMap(first, first + count).values())) {
      if (b.holdCount == 0 && !b.is(DmBuffer.READING | DmBuffer.WRITING | DmBuffer.DIRTY)) {
        unlink(b);
        freeAndWake(b);
      }
    }
    unlock();
  }

  @KernelSymbol("drop_buffers")
  private void dropBuffers() {
    writeDirtyBuffersAsync();
    lock();
    for (DmBuffer b = unclaimed(); b != null; b = unclaimed()) {
      freeAndWake(b);
    }
    for (DmBuffer b : tree.values()) {
      DmLog.say(
          "bufio",
          "leaked buffer "
              + Long.toHexString(b.block)
              + ", hold count "
              + b.holdCount
              + ", list "
              + (b.onDirtyList ? 1 : 0));
    }
    KernelBug.on(!tree.isEmpty(), PLACE);
    unlock();
  }
}
