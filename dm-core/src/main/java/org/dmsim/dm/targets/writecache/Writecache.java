package org.dmsim.dm.targets.writecache;

import org.dmsim.block.BlkStatus;
import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioList;
import org.dmsim.block.core.BlkCore;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.context.MightSleep;
import org.dmsim.dm.targets.IoTracker;
import org.dmsim.dm.targets.TargetTable;
import org.dmsim.locking.Mutex;
import org.dmsim.locking.WaitQueue;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;
import org.dmsim.timer.Jiffies;
import org.dmsim.timer.Timer;
import org.dmsim.workqueue.Kthread;
import org.dmsim.workqueue.Work;
import org.dmsim.workqueue.Workqueue;

/**
 * What the bios of one target share: {@code struct dm_writecache}, 6.1, with a cache on a disk. All
 * of it is guarded by {@link #lock}, but for counts that bios in flight keep.
 */
final class Writecache {

  /** Fractions of {@code max_age} after which the worker looks: {@code MAX_AGE_DIV}. */
  private static final int MAX_AGE_DIV = 16;

  final Mutex lock = new Mutex("&wc->lock");
  final WritecacheOptions options;
  final TargetTable table;
  final BlockDevice origin;
  final CacheDevice cache;
  final Entries entries;
  final int blockSize;

  /** Sectors of a block. */
  final int blockSectors;

  Stats stats = new Stats();
  final IoTracker iot = new IoTracker();
  final Workqueue writebackWq = Workqueue.alloc("writecache-writeback", Workqueue.MEM_RECLAIM, 1);
  final Work flushWork = new Work("(work_completion)(&wc->flush_work)", this::flushWorker);
  final Writeback writeback;

  private final Timer autocommitTimer = new Timer("&wc->autocommit_timer", this::autocommit);
  private final Timer maxAgeTimer = new Timer("&wc->max_age_timer", this::maxAge, true);
  private final SharedInt[] inProgress = {
    new SharedInt("wc->bio_in_progress[READ]", 0), new SharedInt("wc->bio_in_progress[WRITE]", 0)
  };
  private final WaitQueue[] inProgressWait = {
    new WaitQueue("&wc->bio_in_progress_wait[READ]"),
    new WaitQueue("&wc->bio_in_progress_wait[WRITE]")
  };
  private final BioList flushList = new BioList();
  private final Kthread flushThread;

  long seqCount;
  long originSectors;
  long uncommittedBlocks;
  boolean overwroteCommitted;
  boolean flushOnSuspend;
  boolean cleaner;
  long freeHighWatermark;
  long freeLowWatermark;

  /** How many ask for everything to be written back. */
  int writebackAll;

  Writecache(WritecacheOptions options, TargetTable table, CacheDevice cache, int blocks) {
    this.options = options;
    this.table = table;
    this.cache = cache;
    this.origin = options.origin.bdev();
    this.blockSize = options.blockSize;
    this.blockSectors = blockSize >> Sectors.SHIFT;
    this.entries = new Entries(blocks);
    freeHighWatermark = watermark(options.high);
    freeLowWatermark = watermark(options.low);
    writeback = new Writeback(this);
    flushThread = Kthread.run("dm_writecache_flush", this::flushThread);
    if (options.cleaner) {
      activateCleaner();
    }
  }

  private long watermark(int percent) {
    return ((long) entries.size() * (100 - percent) + 50) / 100;
  }

  void activateCleaner() {
    flushOnSuspend = true;
    cleaner = true;
    freeHighWatermark = entries.size();
    freeLowWatermark = entries.size();
  }

  /** Mirrors {@code writecache_dtr}. */
  @KernelSymbol("writecache_dtr")
  void destroy() {
    writeback.stop();
    flushThread.stop();
    writebackWq.destroy();
    writeback.destroy();
    cache.destroy();
  }

  long cacheSector(Entry e) {
    return cache.start + cache.metadataSectors + (long) e.index * blockSectors;
  }

  boolean isCommitted(Entry e) {
    return Long.compareUnsigned(cache.map.seqCount(e.index), seqCount) < 0;
  }

  // ---- bios in flight ---------------------------------------------------------------------------

  private static int direction(Bio bio) {
    return Opf.isWrite(bio.opf()) ? 1 : 0;
  }

  void bioBegins(Bio bio) {
    inProgress[direction(bio)].add(1);
  }

  void bioEnds(Bio bio) {
    int d = direction(bio);
    if (inProgress[d].decAndTest() && inProgressWait[d].isActive()) {
      inProgressWait[d].wakeUp();
    }
  }

  @KernelSymbol("writecache_wait_for_ios")
  void waitForReads() {
    inProgressWait[0].waitEvent(() -> inProgress[0].readOnce() == 0);
  }

  @KernelSymbol("writecache_wait_for_ios")
  void waitForWrites() {
    inProgressWait[1].waitEvent(() -> inProgress[1].readOnce() == 0);
  }

  // ---- blocks -----------------------------------------------------------------------------------

  @KernelSymbol("writecache_wait_on_freelist")
  void waitOnFreelist() {
    WaitQueue.Entry e = cache.freelistWait.prepareToWait(false);
    lock.unlock();
    cache.freelistWait.sleep(e, Long.MAX_VALUE);
    cache.freelistWait.finishWait(e);
    lock.lock();
  }

  /** False if there is nothing to wait for. */
  boolean waitForWriteback() {
    if (writeback.size.readOnce() == 0) {
      return false;
    }
    waitOnFreelist();
    return true;
  }

  @KernelSymbol("writecache_verify_watermark")
  void verifyWatermark() {
    if (entries.freeCount + writeback.size.readOnce() <= freeHighWatermark) {
      writebackWq.queue(writeback.work);
    }
  }

  /** {@code writecache_pop_from_freelist}; see {@link Entries#popFree}. */
  Entry popFree(int expected) {
    Entry e = entries.popFree(expected);
    if (e != null) {
      verifyWatermark();
    }
    return e;
  }

  /** Gives a free block to a sector, not yet safe. */
  void use(Entry e, long sector) {
    cache.map.set(e.index, sector, seqCount);
    entries.insert(e, sector, Jiffies.now());
    uncommittedBlocks++;
  }

  /**
   * Mirrors {@code writecache_free_entry}. One that is free already is counted as free once more.
   */
  @KernelSymbol("writecache_free_entry")
  void free(Entry e) {
    if (e.inUse) {
      entries.unlink(e);
    }
    entries.addFree(e.index);
    cache.map.free(e.index);
    cache.map.touched(e.index);
    if (cache.freelistWait.isActive()) {
      cache.freelistWait.wakeUp();
    }
  }

  // ---- committing -------------------------------------------------------------------------------

  /** Writes the metadata that changed, and makes it safe; {@code writecache_commit_flushed}. */
  @KernelSymbol("ssd_commit_flushed")
  void commitFlushed(boolean waitForIos) {
    cache.writeDirty();
    if (waitForIos) {
      waitForWrites();
    }
    cache.flush(cache.bdev);
    cache.map.clean();
  }

  /** Makes everything safe that was written before; mirrors {@code writecache_flush}. */
  @KernelSymbol("writecache_flush")
  void flush() {
    uncommittedBlocks = 0;
    autocommitTimer.del();
    Entry e = entries.lru.first();
    if (e == null) {
      return;
    }
    if (isCommitted(e)) {
      if (overwroteCommitted) {
        waitForWrites();
        cache.flush(cache.bdev);
        overwroteCommitted = false;
      }
      return;
    }
    Entry oldest = touchUncommitted(e);
    commitFlushed(true);
    seqCount++;
    cache.map.seqCount(seqCount);
    cache.writeSuper();
    overwroteCommitted = false;
    if (freeOverwritten(oldest)) {
      commitFlushed(false);
    }
  }

  private Entry touchUncommitted(Entry newest) {
    for (Entry e = newest; ; ) {
      cache.map.touched(e.index);
      Entry next = entries.lru.after(e);
      if (next == null || isCommitted(next)) {
        return e;
      }
      e = next;
      MightSleep.condResched();
    }
  }

  /** Frees what the entries from {@code oldest} on made old; whether there was something. */
  private boolean freeOverwritten(Entry oldest) {
    boolean freed = false;
    for (Entry e = oldest; e != null; e = entries.lru.before(e)) {
      Entry before = entries.previous(e);
      if (before != null && before.sector == e.sector && !before.writeInProgress) {
        free(before);
        freed = true;
      }
      MightSleep.condResched();
    }
    return freed;
  }

  @KernelSymbol("writecache_flush_work")
  private void flushWorker() {
    lock.lock();
    flush();
    lock.unlock();
  }

  @KernelSymbol("writecache_autocommit_timer")
  private void autocommit() {
    if (!cache.hasError()) {
      writebackWq.queue(flushWork);
    }
  }

  /** As in the kernel's timer wheel, a timer goes off at the tick behind the one it is set for. */
  private static void arm(Timer timer, long jiffies) {
    timer.mod((Jiffies.now() + jiffies + 1) * Jiffies.NANOSECONDS);
  }

  /** After a write: soon, or now if enough has come together. */
  void scheduleCommit() {
    if (uncommittedBlocks >= options.autocommitBlocks) {
      uncommittedBlocks = 0;
      writebackWq.queue(flushWork);
    } else if (!autocommitTimer.isPending()) {
      arm(autocommitTimer, options.autocommitTime);
    }
  }

  @KernelSymbol("writecache_max_age_timer")
  private void maxAge() {
    if (!table.isSuspended() && !cache.hasError()) {
      writebackWq.queue(writeback.work);
      arm(maxAgeTimer, options.maxAge / MAX_AGE_DIV);
    }
  }

  // ---- flushes and discards, which wait and so have a thread
  // -------------------------------------

  /** Leaves a flush or a discard to it; mirrors {@code writecache_offload_bio}. */
  @KernelSymbol("writecache_offload_bio")
  void offload(Bio bio) {
    if (flushList.isEmpty()) {
      flushThread.wakeUp();
    }
    flushList.add(bio);
  }

  @KernelSymbol("writecache_flush_thread")
  private void flushThread(Kthread thread) {
    for (; ; ) {
      lock.lock();
      Bio bio = flushList.pop();
      if (bio == null) {
        thread.aboutToSleep();
        lock.unlock();
        if (thread.shouldStop()) {
          return;
        }
        thread.sleep();
      } else if (bio.op() == Opf.REQ_OP_DISCARD) {
        discard(bio.sector(), bio.endSector());
        lock.unlock();
        bio.setDev(origin);
        BlkCore.submitBioNoacct(bio);
      } else {
        flush();
        lock.unlock();
        if (cache.hasError()) {
          bio.setStatus(BlkStatus.IOERR);
        }
        bio.endio();
      }
    }
  }

  @KernelSymbol("writecache_discard")
  private void discard(long start, long end) {
    boolean discarded = false;
    Entry e = entries.lowestFrom(start);
    while (e != null && Long.compareUnsigned(e.sector, end) < 0) {
      Entry next = entries.next(e);
      if (!e.writeInProgress) {
        if (!discarded) {
          waitForReads();
          waitForWrites();
          discarded = true;
        }
        if (!isCommitted(e)) {
          uncommittedBlocks--;
        }
        free(e);
      }
      e = next;
    }
    if (discarded) {
      commitFlushed(false);
    }
  }

  // ---- suspend and resume -----------------------------------------------------------------------

  /** Mirrors {@code writecache_suspend}. */
  @KernelSymbol("writecache_suspend")
  void suspend() {
    autocommitTimer.delSync();
    maxAgeTimer.delSync();
    lock.lock();
    flush();
    boolean all = flushOnSuspend;
    if (all) {
      flushOnSuspend = false;
      writebackAll++;
      writebackWq.queue(writeback.work);
    }
    lock.unlock();
    writebackWq.drain();
    lock.lock();
    if (all) {
      writebackAll--;
    }
    boolean more = true;
    while (more) {
      more = waitForWriteback();
    }
    lock.unlock();
  }

  /** Takes up what lies on the cache device; mirrors {@code writecache_resume}. */
  @KernelSymbol("writecache_resume")
  void resume() {
    lock.lock();
    originSectors = origin.sectors();
    int r = cache.read(cache.metadataSectors);
    if (r != 0) {
      cache.fail(r, "unable to read metadata: " + r);
      cache.map.forgetEntries();
    }
    entries.clear();
    seqCount = cache.map.seqCount();
    boolean needFlush = false;
    for (int i = 0; i < entries.size(); i++) {
      needFlush |= takeUp(i);
    }
    if (needFlush) {
      cache.map.allTouched();
      commitFlushed(false);
    }
    verifyWatermark();
    if (options.maxAge != WritecacheOptions.FOREVER) {
      arm(maxAgeTimer, options.maxAge / MAX_AGE_DIV);
    }
    lock.unlock();
  }

  /** Of two entries for one sector the newer stays; whether the metadata changed. */
  private boolean takeUp(int index) {
    MemoryMap map = cache.map;
    long seq = map.seqCount(index);
    long sector = map.sector(index);
    if (Long.compareUnsigned(seq, seqCount) >= 0) {
      return erase(index, seq != -1);
    }
    Entry old = entries.find(sector);
    if (old == null) {
      entries.insert(entries.at(index), sector, Jiffies.now());
      return false;
    }
    long oldSeq = map.seqCount(old.index);
    if (oldSeq == seq) {
      cache.fail(
          -Errno.EINVAL,
          "two identical entries, position %d, sector %s, sequence %s"
              .formatted(index, Long.toUnsignedString(sector), Long.toUnsignedString(seq)));
    }
    if (Long.compareUnsigned(oldSeq, seq) > 0) {
      return erase(index, true);
    }
    free(old);
    entries.insert(entries.at(index), sector, Jiffies.now());
    return true;
  }

  private boolean erase(int index, boolean write) {
    if (write) {
      cache.map.free(index);
    }
    entries.addFree(index);
    return write;
  }

  // ---- messages ---------------------------------------------------------------------------------

  /** Writes everything back, and waits for it; mirrors {@code process_flush_mesg}. */
  @KernelSymbol("process_flush_mesg")
  int writeAllBack() {
    lock.lock();
    int refused = table.isSuspended() ? -Errno.EBUSY : cache.hasError() ? -Errno.EIO : 0;
    if (refused != 0) {
      lock.unlock();
      return refused;
    }
    flush();
    writebackAll++;
    writebackWq.queue(writeback.work);
    lock.unlock();
    writebackWq.flush();
    lock.lock();
    writebackAll--;
    int r = cache.hasError() ? -Errno.EIO : 0;
    lock.unlock();
    return r;
  }

  /** Mirrors {@code process_cleaner_mesg}. */
  @KernelSymbol("process_cleaner_mesg")
  void beCleaner() {
    lock.lock();
    activateCleaner();
    if (!table.isSuspended()) {
      verifyWatermark();
    }
    lock.unlock();
  }
}
