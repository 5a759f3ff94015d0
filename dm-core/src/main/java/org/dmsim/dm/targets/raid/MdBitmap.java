package org.dmsim.dm.targets.raid;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.BitSet;
import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.dm.persistent.Le;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.locking.Mutex;
import org.dmsim.locking.SpinLock;
import org.dmsim.machine.Sched;
import org.dmsim.report.KernelSymbol;
import org.dmsim.timer.Jiffies;

/**
 * Which regions of a set may differ between its disks: a bit of each on the metadata devices, set
 * before the first write, cleared some time after the last, and a counter of each in memory.
 * Mirrors {@code md-bitmap.c}, 6.1.
 */
final class MdBitmap {

  /** Sectors in front of it: the superblock of the set has a page. */
  private static final int OFFSET = 4096 >> Sectors.SHIFT;

  private static final int MAGIC = 0x6d746962;
  private static final int VERSION = 4;
  private static final int HEADER = 256;
  private static final int STALE = 1 << 1;
  private static final int WRITE_ERROR = 1 << 2;

  // A counter: 2 and more for writes under way, 1 and 2 for what the daemon clears in two rounds.
  private static final int NEEDED = 1 << 15;
  private static final int RESYNC = 1 << 14;

  /** {@code PAGE_COUNTER_SHIFT}: counters of a page, of two bytes each. */
  private static final int PAGE_SHIFT = 11;

  private static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
          Le.LE32.withName("magic"),
          Le.LE32.withName("version"),
          MemoryLayout.paddingLayout(16),
          Le.LE64.withName("events"),
          Le.LE64.withName("events_cleared"),
          Le.LE64.withName("sync_size"),
          Le.LE32.withName("state"),
          Le.LE32.withName("chunksize"),
          Le.LE32.withName("daemon_sleep"),
          Le.LE32.withName("write_behind"),
          Le.LE32.withName("sectors_reserved"),
          Le.LE32.withName("nodes"));

  private static VarHandle field(String name) {
    return LAYOUT.varHandle(groupElement(name));
  }

  private static final VarHandle SB_MAGIC = field("magic");
  private static final VarHandle SB_VERSION = field("version");
  private static final VarHandle SB_EVENTS = field("events");
  private static final VarHandle SB_CLEARED = field("events_cleared");
  private static final VarHandle SB_SYNC_SIZE = field("sync_size");
  private static final VarHandle SB_STATE = field("state");
  private static final VarHandle SB_CHUNK = field("chunksize");
  private static final VarHandle SB_SLEEP = field("daemon_sleep");
  private static final VarHandle SB_BEHIND = field("write_behind");

  private final RaidSet set;
  private final Mutex mutex = new Mutex("&mddev->bitmap_info.mutex");
  private final SpinLock lock = new SpinLock("&bitmap->counts.lock");
  private byte[] pages;
  private MemorySegment at;
  private int storedBytes;
  private BitSet dirty = new BitSet();
  private BitSet pending = new BitSet();
  private BitSet needWrite = new BitSet();
  private int chunkShift;
  private int chunks;
  private int[] counters;
  private int[] used;
  private boolean[] pendingCounters;
  private int flags;
  private long eventsCleared;
  private boolean allClean;
  private boolean needSync;
  private long lastRun;
  private long lastEndSync;

  /** Jiffies. */
  private long daemonSleep;

  private int maxWriteBehind;

  /** Of a region; sectors. */
  private long chunkSectors;

  /**
   * Mirrors {@code md_bitmap_create}: a new one where the set is new, else that of the disks.
   *
   * @param daemonSleep jiffies; 0 for the default
   */
  MdBitmap(RaidSet set, long chunkSectors, long daemonSleep, int maxWriteBehind) {
    this.set = set;
    this.chunkSectors = chunkSectors;
    this.daemonSleep = daemonSleep;
    this.maxWriteBehind = maxWriteBehind;
  }

  /** Reads or makes the superblock; 0 or a negative errno. */
  @KernelSymbol("md_bitmap_create")
  int create(boolean isNew) {
    pages = new byte[Sectors.PAGE_SIZE];
    at = MemorySegment.ofArray(pages);
    int r = isNew ? newSuper() : readSuper();
    if (r != 0) {
      return r;
    }
    lastRun = Jiffies.now();
    allocate();
    return 0;
  }

  private void allocate() {
    chunkShift = Long.numberOfTrailingZeros(chunkSectors);
    chunks = (int) ((set.devSectors + chunkSectors - 1) >>> chunkShift);
    storedBytes = HEADER + (chunks + 7) / 8;
    int n = (storedBytes + Sectors.PAGE_SIZE - 1) / Sectors.PAGE_SIZE;
    pages = Arrays.copyOf(Arrays.copyOf(pages, HEADER), n * Sectors.PAGE_SIZE);
    at = MemorySegment.ofArray(pages);
    counters = new int[chunks];
    int counterPages = (chunks >> PAGE_SHIFT) + 1;
    used = new int[counterPages];
    pendingCounters = new boolean[counterPages];
  }

  private int newSuper() {
    SB_MAGIC.set(at, 0L, MAGIC);
    SB_VERSION.set(at, 0L, VERSION);
    SB_CHUNK.set(at, 0L, (int) (chunkSectors << Sectors.SHIFT));
    if (daemonSleep == 0) {
      daemonSleep = 5L * Jiffies.HZ;
    }
    SB_SLEEP.set(at, 0L, (int) daemonSleep);
    maxWriteBehind = Math.min(maxWriteBehind, (1 << 14) / 2);
    SB_BEHIND.set(at, 0L, maxWriteBehind);
    SB_SYNC_SIZE.set(at, 0L, set.devSectors);
    flags |= STALE;
    SB_STATE.set(at, 0L, flags);
    eventsCleared = set.events;
    SB_CLEARED.set(at, 0L, eventsCleared);
    return 0;
  }

  @KernelSymbol("md_bitmap_read_sb")
  private int readSuper() {
    if (!readPage(0, HEADER)) {
      return -Errno.EIO;
    }
    long chunk = Integer.toUnsignedLong((int) SB_CHUNK.get(at, 0L));
    long sleep = Integer.toUnsignedLong((int) SB_SLEEP.get(at, 0L)) * Jiffies.HZ;
    int version = (int) SB_VERSION.get(at, 0L);
    int behind = (int) SB_BEHIND.get(at, 0L);
    String reason =
        (int) SB_MAGIC.get(at, 0L) != MAGIC
            ? "bad magic"
            : version < 3 || version > 5
                ? "unrecognized superblock version"
                : chunk < Sectors.SIZE
                    ? "bitmap chunksize too small"
                    : Long.bitCount(chunk) != 1
                        ? "bitmap chunksize not a power of 2"
                        : sleep < 1
                            ? "daemon sleep period out of range"
                            : Integer.compareUnsigned(behind, (1 << 14) - 1) > 0
                                ? "write-behind limit out of range (0 - 16383)"
                                : null;
    if (reason != null) {
      DmLog.print("mdX: invalid bitmap file superblock: " + reason);
      return -Errno.EINVAL;
    }
    SB_SYNC_SIZE.set(at, 0L, set.devSectors);
    long events = (long) SB_EVENTS.get(at, 0L);
    if (Long.compareUnsigned(events, set.events) < 0) {
      DmLog.print(
          "mdX: bitmap file is out of date ("
              + events
              + " < "
              + set.events
              + ") -- forcing full recovery");
      flags |= STALE;
    }
    flags |= (int) SB_STATE.get(at, 0L);
    eventsCleared = (flags & STALE) != 0 ? set.events : (long) SB_CLEARED.get(at, 0L);
    chunkSectors = chunk >> Sectors.SHIFT;
    daemonSleep = sleep;
    maxWriteBehind = behind;
    return 0;
  }

  /** Sectors of a region as the bitmap has it. */
  long chunkSectors() {
    return chunkSectors;
  }

  long daemonSleep() {
    return daemonSleep;
  }

  // ---- pages on the disks -----------------------------------------------------------------------

  @KernelSymbol("read_sb_page")
  private boolean readPage(int page, int bytes) {
    for (RaidDisk d : set.disks) {
      if (!d.isThere() || !d.isInSync() || d.faulty.get()) {
        continue;
      }
      int block = d.bdev().queue().limits().logicalBlockSize;
      int size = (bytes + block - 1) / block * block;
      long sector = OFFSET + (long) page * Sectors.PER_PAGE;
      if (d.syncIo(sector, pages, page * Sectors.PAGE_SIZE, size, Opf.REQ_OP_READ, true)) {
        return true;
      }
    }
    return false;
  }

  @KernelSymbol("write_sb_page")
  private void writePage(int page, boolean wait) {
    for (RaidDisk d : set.disks) {
      if (!d.isThere() || d.position.get() < 0 || d.isFaulty()) {
        continue;
      }
      int size = Sectors.PAGE_SIZE;
      if (page == pages.length / Sectors.PAGE_SIZE - 1) {
        int last = storedBytes & Sectors.PAGE_SIZE - 1;
        int block = d.metaBdev().queue().limits().logicalBlockSize;
        size = last == 0 ? Sectors.PAGE_SIZE : (last + block - 1) / block * block;
      }
      long sector = OFFSET + (long) page * Sectors.PER_PAGE;
      set.superblocks.write(d, sector, pages, page * Sectors.PAGE_SIZE, size);
    }
    if (wait) {
      set.superblocks.waitForWrites();
    }
  }

  /** Brings the superblock up to date and writes it; mirrors {@code md_bitmap_update_sb}. */
  @KernelSymbol("md_bitmap_update_sb")
  void updateSuper() {
    SB_EVENTS.set(at, 0L, set.events);
    eventsCleared = Math.min(eventsCleared, set.events);
    SB_CLEARED.set(at, 0L, eventsCleared);
    SB_STATE.set(at, 0L, flags & ~WRITE_ERROR);
    SB_SLEEP.set(at, 0L, (int) (daemonSleep / Jiffies.HZ));
    SB_BEHIND.set(at, 0L, maxWriteBehind);
    SB_SYNC_SIZE.set(at, 0L, set.devSectors);
    SB_CHUNK.set(at, 0L, (int) (chunkSectors << Sectors.SHIFT));
    writePage(0, true);
  }

  private int bitOf(int chunk) {
    return chunk + HEADER * 8;
  }

  private int pageOf(int chunk) {
    return bitOf(chunk) / (Sectors.PAGE_SIZE * 8);
  }

  private boolean bit(int chunk) {
    return (pages[bitOf(chunk) / 8] >> bitOf(chunk) % 8 & 1) != 0;
  }

  private void setBit(int chunk) {
    pages[bitOf(chunk) / 8] |= (byte) (1 << bitOf(chunk) % 8);
    dirty.set(pageOf(chunk));
  }

  private void clearBit(int chunk) {
    pages[bitOf(chunk) / 8] &= (byte) ~(1 << bitOf(chunk) % 8);
    if (!needWrite.get(pageOf(chunk))) {
      pending.set(pageOf(chunk));
      allClean = false;
    }
  }

  // ---- loading ----------------------------------------------------------------------------------

  /** Mirrors {@code md_bitmap_load}; 0 or a negative errno. */
  @KernelSymbol("md_bitmap_load")
  int load() {
    long start = set.degraded.get() == 0 || eventsCleared == set.events ? set.recoveryCp.get() : 0;
    mutex.lock();
    int r = initFromDisk(start);
    mutex.unlock();
    if (r != 0) {
      DmLog.print("mdX: bitmap initialisation failed: " + r);
      return r;
    }
    flags &= ~STALE;
    set.recovery.needed();
    set.thread.timeout(daemonSleep * Jiffies.NANOSECONDS);
    set.thread.wake();
    updateSuper();
    return 0;
  }

  @KernelSymbol("md_bitmap_init_from_disk")
  private int initFromDisk(long start) {
    boolean stale = (flags & STALE) != 0;
    if (stale) {
      DmLog.print("mdX: bitmap file is out of date, doing full recovery");
    }
    int known = -1;
    for (int i = 0; i < chunks; i++) {
      int page = pageOf(i);
      if (page != known) {
        boolean last = page == pages.length / Sectors.PAGE_SIZE - 1;
        int count = last ? storedBytes - page * Sectors.PAGE_SIZE : Sectors.PAGE_SIZE;
        if (!readPage(page, count)) {
          return -Errno.EIO;
        }
        known = page;
        if (stale) {
          int from = page == 0 ? HEADER : page * Sectors.PAGE_SIZE;
          Arrays.fill(pages, from, (page + 1) * Sectors.PAGE_SIZE, (byte) -1);
          writePage(page, true);
        }
      }
      if (bit(i)) {
        setMemoryBits(i, Long.compareUnsigned((i + 1L) << chunkShift, start) >= 0);
      }
    }
    return 0;
  }

  private void setMemoryBits(int chunk, boolean isNeeded) {
    lock.lockIrq();
    if (counters[chunk] == 0) {
      counters[chunk] = 2;
      used[chunk >> PAGE_SHIFT]++;
      setPending(chunk);
    }
    if (isNeeded) {
      counters[chunk] |= NEEDED;
    }
    lock.unlockIrq();
  }

  private void setPending(int chunk) {
    if (used[chunk >> PAGE_SHIFT] > 0) {
      pendingCounters[chunk >> PAGE_SHIFT] = true;
    }
    allClean = false;
  }

  /** Sectors from an offset to the end of its region, or of the page of counters if it has none. */
  private long blocksFrom(long offset) {
    int page = (int) (offset >>> chunkShift) >> PAGE_SHIFT;
    long size = used[page] == 0 ? chunkSectors << PAGE_SHIFT : chunkSectors;
    return size - (offset & size - 1);
  }

  private boolean hasCounter(long offset) {
    int chunk = (int) (offset >>> chunkShift);
    return chunk < chunks && used[chunk >> PAGE_SHIFT] > 0;
  }

  // ---- writes -----------------------------------------------------------------------------------

  /** Before a write; mirrors {@code md_bitmap_startwrite}. */
  @KernelSymbol("md_bitmap_startwrite")
  void startWrite(long offset, long sectors) {
    long end = offset + sectors;
    for (long o = offset; o < end; o = ((o >>> chunkShift) + 1) << chunkShift) {
      int chunk = (int) (o >>> chunkShift);
      lock.lockIrq();
      if (counters[chunk] == 0) {
        setBit(chunk);
        used[chunk >> PAGE_SHIFT]++;
      }
      if (counters[chunk] <= 1) {
        counters[chunk] = 2;
      }
      counters[chunk]++;
      lock.unlockIrq();
    }
  }

  /** After a write; mirrors {@code md_bitmap_endwrite}. Any context. */
  @KernelSymbol("md_bitmap_endwrite")
  void endWrite(long offset, long sectors, boolean success) {
    long end = offset + sectors;
    for (long o = offset; o < end; o = ((o >>> chunkShift) + 1) << chunkShift) {
      int chunk = (int) (o >>> chunkShift);
      boolean irqs = lock.lockIrqsave();
      if (success && set.degraded.get() == 0 && eventsCleared < set.events) {
        eventsCleared = set.events;
        needSync = true;
      }
      if (!success) {
        counters[chunk] |= NEEDED;
      }
      counters[chunk]--;
      if (counters[chunk] <= 2) {
        setPending(chunk);
      }
      lock.unlockIrqrestore(irqs);
    }
  }

  /** Writes bits that were set, before the data; mirrors {@code md_bitmap_unplug}. */
  @KernelSymbol("md_bitmap_unplug")
  void unplug() {
    boolean writing = false;
    for (int i = 0; i < pages.length / Sectors.PAGE_SIZE; i++) {
      boolean is = dirty.get(i) || needWrite.get(i);
      dirty.clear(i);
      needWrite.clear(i);
      if (is) {
        if (!writing) {
          set.superblocks.waitForWrites();
        }
        pending.clear(i);
        writePage(i, false);
        writing = true;
      }
    }
    if (writing) {
      set.superblocks.waitForWrites();
    }
  }

  /** Lets all of it be written; mirrors {@code md_bitmap_write_all}. */
  void writeAll() {
    needWrite.set(0, pages.length / Sectors.PAGE_SIZE);
    allClean = false;
  }

  // ---- the daemon -------------------------------------------------------------------------------

  /** Clears bits whose regions rest; mirrors {@code md_bitmap_daemon_work}. */
  @KernelSymbol("md_bitmap_daemon_work")
  void daemonWork() {
    mutex.lock();
    if (Jiffies.now() >= lastRun + daemonSleep) {
      lastRun = Jiffies.now();
      if (allClean) {
        set.thread.timeout(Sched.FOREVER);
      } else {
        allClean = true;
        clean();
      }
    }
    if (!allClean) {
      set.thread.timeout(daemonSleep * Jiffies.NANOSECONDS);
    }
    mutex.unlock();
  }

  private void clean() {
    needWrite.or(pending);
    pending.clear();
    if (needSync) {
      needSync = false;
      SB_CLEARED.set(at, 0L, eventsCleared);
      needWrite.set(0);
    }
    lock.lockIrq();
    countDown();
    lock.unlockIrq();
    set.superblocks.waitForWrites();
    for (int i = 0; i < pages.length / Sectors.PAGE_SIZE && (flags & STALE) == 0; i++) {
      if (dirty.get(i)) {
        break; // unplug writes the rest
      }
      if (needWrite.get(i)) {
        needWrite.clear(i);
        writePage(i, false);
      }
    }
  }

  private void countDown() {
    for (int page = 0; page < pendingCounters.length; page++) {
      if (!pendingCounters[page]) {
        continue;
      }
      pendingCounters[page] = false;
      int end = Math.min(chunks, page + 1 << PAGE_SHIFT);
      for (int i = page << PAGE_SHIFT; i < end; i++) {
        if (counters[i] == 1 && !needSync) {
          counters[i] = 0;
          used[page]--;
          clearBit(i);
        } else if (counters[i] != 0 && counters[i] <= 2) {
          counters[i] = 1;
          setPending(i);
        }
      }
    }
  }

  /** Runs the daemon until nothing is left; mirrors {@code md_bitmap_flush}. */
  @KernelSymbol("md_bitmap_flush")
  void flush() {
    for (int i = 0; i < 3; i++) {
      lastRun -= 2 * daemonSleep;
      daemonWork();
    }
    updateSuper();
  }

  // ---- resync -----------------------------------------------------------------------------------

  /**
   * Whether a region has to be brought into sync.
   *
   * @param needed whether it has
   * @param blocks sectors for which that holds
   */
  record Answer(boolean needed, long blocks) {}

  /** Mirrors {@code md_bitmap_start_sync}. */
  @KernelSymbol("md_bitmap_start_sync")
  Answer startSync(long offset, boolean degraded) {
    boolean any = false;
    long blocks = 0;
    while (blocks < Sectors.PER_PAGE) {
      lock.lockIrq();
      long o = offset + blocks;
      if (hasCounter(o)) {
        int chunk = (int) (o >>> chunkShift);
        if ((counters[chunk] & RESYNC) != 0) {
          any = true;
        } else if ((counters[chunk] & NEEDED) != 0) {
          any = true;
          if (!degraded) {
            counters[chunk] = counters[chunk] & ~NEEDED | RESYNC;
          }
        }
      }
      blocks += (int) (o >>> chunkShift) < chunks ? blocksFrom(o) : Sectors.PER_PAGE;
      lock.unlockIrq();
    }
    return new Answer(any, blocks);
  }

  /** Mirrors {@code md_bitmap_end_sync}; sectors that it was about. */
  @KernelSymbol("md_bitmap_end_sync")
  long endSync(long offset, boolean aborted) {
    int chunk = (int) (offset >>> chunkShift);
    if (chunk >= chunks) {
      return Sectors.PER_PAGE;
    }
    boolean irqs = lock.lockIrqsave();
    long blocks = blocksFrom(offset);
    if (hasCounter(offset) && (counters[chunk] & RESYNC) != 0) {
      counters[chunk] &= ~RESYNC;
      if ((counters[chunk] & NEEDED) == 0 && aborted) {
        counters[chunk] |= NEEDED;
      } else if (counters[chunk] <= 2) {
        setPending(chunk);
      }
    }
    lock.unlockIrqrestore(irqs);
    return blocks;
  }

  /** Mirrors {@code md_bitmap_close_sync}. */
  @KernelSymbol("md_bitmap_close_sync")
  void closeSync() {
    for (long s = 0; s < set.devSectors; ) {
      s += endSync(s, false);
    }
  }

  /** Mirrors {@code md_bitmap_cond_end_sync}: now and then, what was synced is told. */
  @KernelSymbol("md_bitmap_cond_end_sync")
  void condEndSync(long sector) {
    if (sector == 0) {
      lastEndSync = Jiffies.now();
      return;
    }
    if (Jiffies.now() < lastEndSync + daemonSleep) {
      return;
    }
    set.recovery.waitForActive();
    set.recovery.completed.set(sector);
    set.superblocks.changedClean();
    long end = sector & -chunkSectors;
    for (long s = 0; s < end && s < set.devSectors; ) {
      s += endSync(s, false);
    }
    lastEndSync = Jiffies.now();
  }

  /** Takes regions of another size; mirrors {@code md_bitmap_resize}, of a set that rests. */
  @KernelSymbol("md_bitmap_resize")
  void resize(long newChunkSectors) {
    int[] before = counters;
    int shift = chunkShift;
    mutex.lock();
    lock.lockIrq();
    chunkSectors = newChunkSectors;
    allocate();
    dirty = new BitSet();
    pending = new BitSet();
    needWrite = new BitSet();
    for (int i = 0; i < before.length; i++) {
      if ((before[i] & NEEDED) != 0) {
        markNeeded((long) i << shift, (i + 1L) << shift);
      }
    }
    dirty.set(0, pages.length / Sectors.PAGE_SIZE);
    lock.unlockIrq();
    mutex.unlock();
    unplug();
  }

  private void markNeeded(long from, long end) {
    for (long s = from; s < end && (int) (s >>> chunkShift) < chunks; s += chunkSectors) {
      int chunk = (int) (s >>> chunkShift);
      if (counters[chunk] == 0) {
        setBit(chunk);
        counters[chunk] = 2;
        used[chunk >> PAGE_SHIFT]++;
        setPending(chunk);
      }
      counters[chunk] |= NEEDED;
    }
  }
}
