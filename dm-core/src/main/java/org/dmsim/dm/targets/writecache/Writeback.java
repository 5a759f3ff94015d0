package org.dmsim.dm.targets.writecache;

import java.util.ArrayDeque;
import org.dmsim.block.Errno;
import org.dmsim.block.bio.Plug;
import org.dmsim.context.MightSleep;
import org.dmsim.context.Sleep;
import org.dmsim.context.Warning;
import org.dmsim.dm.dmio.IoRegion;
import org.dmsim.dm.kcopyd.KcopydClient;
import org.dmsim.locking.RawSpinLock;
import org.dmsim.machine.Task;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.Mempool;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.Check;
import org.dmsim.report.KernelSymbol;
import org.dmsim.timer.Jiffies;
import org.dmsim.version.SourcePlace;
import org.dmsim.workqueue.Kthread;
import org.dmsim.workqueue.Work;

/**
 * The worker that copies blocks back to the origin, and the thread that frees them once that is
 * safe. Mirrors {@code writecache_writeback} and {@code writecache_endio_thread}, 6.1.
 */
final class Writeback {

  /** Entries that it looks at before it gives others a turn: {@code WRITEBACK_LATENCY}. */
  private static final int LATENCY = 64;

  /** BIO_MAX_VECS. */
  private static final int MOST_CONTIGUOUS = 256;

  private static final int MAX_AGE_DIV = 16;

  private static final SourcePlace LIST_DEBUG = SourcePlace.of("lib/list_debug.c", 53);

  /** Where an entry's list head would lie; for a report, which shows the address. */
  private static final long ENTRIES_AT = 0xffa0_0000_0034_5018L;

  private static final int SIZE_OF_ENTRY = 56;

  final Work work = new Work("(work_completion)(&wc->writeback_work)", this::run);

  /** Blocks that are being written back; changes under {@code wc->lock}. */
  final SharedInt size = new SharedInt("wc->writeback_size", 0);

  private final Writecache wc;
  private final KcopydClient kcopyd = new KcopydClient();
  private final Mempool<Copy> copyPool =
      new Mempool<>("wc->copy_pool", null, 1, Copy::new, c -> {});
  private final RawSpinLock endioLock = new RawSpinLock("&wc->endio_list_lock");
  private final ArrayDeque<Copy> endioList = new ArrayDeque<>();
  private final Kthread endioThread;

  /** Blocks that are copied with one copy: {@code struct copy_struct}. */
  private static final class Copy {
    private Entry first;
    private int entries;
    private int error;
  }

  /** What one run writes back, and how many entries there are. */
  private static final class Batch {
    private final EntryList list = new EntryList();
    private int size;

    Entry take() {
      size--;
      Entry e = list.last();
      EntryList.remove(e);
      return e;
    }
  }

  Writeback(Writecache wc) {
    this.wc = wc;
    endioThread = Kthread.run("writecache_endio", this::endioThread);
  }

  /** Stops the thread. */
  void stop() {
    endioThread.stop();
  }

  void destroy() {
    copyPool.exit();
    kcopyd.destroy();
  }

  // ---- what to write back -----------------------------------------------------------------------

  @KernelSymbol("writecache_writeback")
  private void run() {
    kcopyd.flush();
    waitWhileBusy();
    wc.lock.lock();
    if (!mayGoOn()) {
      wc.lock.unlock();
      return;
    }
    Batch batch = new Batch();
    EntryList skipped = new EntryList();
    collect(batch, skipped);
    if (!skipped.isEmpty()) {
      wc.entries.lru.addAllLast(skipped);
      if (batch.size == 0) {
        wc.waitForWriteback();
      }
    }
    wc.lock.unlock();
    boolean plugged = Plug.start();
    copy(batch);
    Plug.finish(plugged);
    if (wc.writebackAll != 0) {
      wc.lock.lock();
      while (wc.waitForWriteback()) {
        continue;
      }
      wc.lock.unlock();
    }
  }

  /** Writes that go around the cache come first, for a while. */
  private void waitWhileBusy() {
    long pause = wc.options.pause;
    while (pause != 0 && !wc.cleaner && wc.writebackAll == 0 && !wc.table.isSuspended()) {
      long idle = wc.iot.idleTime();
      if (idle >= pause) {
        return;
      }
      Sleep.timeoutUninterruptible(Math.min(pause - idle, Jiffies.HZ) * Jiffies.NANOSECONDS);
    }
  }

  /** False after an error; waits for earlier copies where everything is asked for. */
  private boolean mayGoOn() {
    do {
      if (wc.cache.hasError()) {
        return false;
      }
    } while (wc.writebackAll != 0 && wc.waitForWriteback());
    if (wc.overwroteCommitted) {
      wc.waitForWrites();
    }
    return true;
  }

  /** Whether there is something that should be written back. */
  private boolean wanted() {
    Entry oldest = wc.entries.lru.last();
    if (oldest == null) {
      return false;
    }
    long maxAge = wc.options.maxAge;
    return wc.writebackAll != 0
        || wc.entries.freeCount + size.peek() <= wc.freeLowWatermark
        || Jiffies.now() - oldest.age >= maxAge - maxAge / MAX_AGE_DIV;
  }

  private void collect(Batch batch, EntryList skipped) {
    Entries entries = wc.entries;
    Entry e = null;
    Entry next = null;
    int walked = 0;
    while (wanted()) {
      walked++;
      if (walked > LATENCY && wc.writebackAll == 0) {
        if (!wc.table.isSuspended()) {
          wc.writebackWq.queue(work);
        }
        return;
      }
      if (wc.writebackAll == 0) {
        e = entries.lru.last();
      } else if (e == null) {
        wc.flush();
        e = entries.first();
      } else {
        e = next;
      }
      if (!wc.isCommitted(e)) {
        wc.flush();
      }
      if (!e.inUse) {
        corrupted(e);
        begin(batch, e);
        e.contiguous = 1;
        continue;
      }
      Entry older = entries.previous(e);
      if (older != null && older.sector == e.sector) {
        EntryList.remove(e); // what it overwrote is being written back
        skipped.addFirst(e);
        MightSleep.condResched();
        continue;
      }
      begin(batch, e);
      e.contiguous = 1;
      Entry last = e;
      for (next = entries.next(last); next != null; next = entries.next(last)) {
        if (next.sector == last.sector) {
          last = next;
          continue;
        }
        if (!follows(next, last)) {
          break;
        }
        walked++;
        begin(batch, next);
        last = next;
        if (++e.contiguous == MOST_CONTIGUOUS) {
          next = entries.next(last);
          break;
        }
      }
      MightSleep.condResched();
    }
  }

  /**
   * Two entries for one sector, none of them committed, as a write leaves them that begins in front
   * of blocks that the cache holds: the flush has just freed the older one, which is this one. The
   * kernel goes on with it, finds its pointers poisoned, copies it back and frees it again.
   */
  @KernelSymbol("__list_del_entry_valid")
  private static void corrupted(Entry e) {
    Task t = Task.current();
    if (t != null) {
      String text =
          "list_del corruption, %x->next is LIST_POISON1 (dead000000000100)"
              .formatted(ENTRIES_AT + (long) e.index * SIZE_OF_ENTRY);
      Warning.report(
          t, Check.WARNING, text, LIST_DEBUG, "__list_del_entry_valid", Task.callTrace());
    }
  }

  private boolean follows(Entry next, Entry last) {
    return next.sector == last.sector + wc.blockSectors
        && !next.writeInProgress
        && wc.isCommitted(next)
        && next.index == last.index + 1;
  }

  private void begin(Batch batch, Entry e) {
    size.add(1);
    EntryList.remove(e);
    batch.list.addFirst(e);
    batch.size++;
    e.writeInProgress = true;
  }

  // ---- copying ----------------------------------------------------------------------------------

  @KernelSymbol("__writecache_writeback_ssd")
  private void copy(Batch batch) {
    while (batch.size != 0) {
      Entry e = batch.take();
      Copy c = copyPool.alloc(Gfp.NOIO);
      c.first = e;
      c.entries = e.contiguous;
      for (int i = 1; i < c.entries; i++) {
        batch.take();
      }
      long sectors = (long) c.entries * wc.blockSectors;
      if (Long.compareUnsigned(e.sector + sectors, wc.originSectors) > 0) {
        if (Long.compareUnsigned(e.sector, wc.originSectors) >= 0) {
          copied(c, false, 0);
          continue;
        }
        sectors = wc.originSectors - e.sector;
      }
      IoRegion from = new IoRegion(wc.cache.bdev, wc.cacheSector(e), sectors);
      IoRegion to = new IoRegion(wc.origin, e.sector, sectors);
      kcopyd.copy(from, new IoRegion[] {to}, false, (r, w) -> copied(c, r, w));
      throttle(batch);
    }
  }

  @KernelSymbol("__writeback_throttle")
  private void throttle(Batch batch) {
    long jobs = wc.options.jobs;
    if (jobs != 0 && size.readOnce() - batch.size >= jobs) {
      wc.lock.lock();
      while (size.readOnce() - batch.size >= jobs) {
        wc.waitOnFreelist();
      }
      wc.lock.unlock();
    }
    MightSleep.condResched();
  }

  @KernelSymbol("writecache_copy_endio")
  private void copied(Copy c, boolean readError, long writeErrors) {
    c.error = readError || writeErrors != 0 ? -Errno.EIO : 0;
    endioLock.lockIrq();
    if (endioList.isEmpty()) {
      endioThread.wakeUp();
    }
    endioList.add(c);
    endioLock.unlockIrq();
  }

  // ---- freeing ----------------------------------------------------------------------------------

  @KernelSymbol("writecache_endio_thread")
  private void endioThread(Kthread thread) {
    for (; ; ) {
      endioLock.lockIrq();
      if (endioList.isEmpty()) {
        thread.aboutToSleep();
        endioLock.unlockIrq();
        if (thread.shouldStop()) {
          return;
        }
        thread.sleep();
        continue;
      }
      ArrayDeque<Copy> ended = new ArrayDeque<>(endioList);
      endioList.clear();
      endioLock.unlockIrq();
      wc.cache.flush(wc.origin);
      wc.lock.lock();
      free(ended);
      wc.waitForReads();
      wc.commitFlushed(false);
      wc.lock.unlock();
    }
  }

  @KernelSymbol("__writecache_endio_ssd")
  private void free(ArrayDeque<Copy> ended) {
    for (Copy c : ended) {
      if (c.error != 0) {
        wc.cache.fail(c.error, "copy error");
      }
      for (int i = 0; i < c.entries; i++) {
        Entry e = wc.entries.at(c.first.index + i);
        e.writeInProgress = false;
        if (!wc.cache.hasError()) {
          wc.free(e);
        }
        size.add(-1);
      }
      copyPool.free(c);
    }
  }
}
