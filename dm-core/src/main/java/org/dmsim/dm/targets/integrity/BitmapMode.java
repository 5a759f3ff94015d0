package org.dmsim.dm.targets.integrity;

import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioList;
import org.dmsim.locking.SpinLock;
import org.dmsim.report.KernelSymbol;
import org.dmsim.workqueue.DelayedWork;
import org.dmsim.workqueue.Work;

/**
 * Mode B: a bit on the disk says before a write that its tags may be wrong, and is cleared now and
 * then. The bits on the disk lie where the journal would.
 */
final class BitmapMode {

  /** {@code BITMAP_BLOCK_SIZE}. */
  static final int BLOCK = 4096;

  private static final int BLOCK_SECTORS = BLOCK >> 9;
  private static final long MS = 1_000_000L;

  private final Integrity ic;
  private final int blocks;
  private final Block[] waiters;

  /** As it is on the disk. */
  final Bitmap onDisk;

  final Bitmap recalc;
  final Bitmap mayWrite;
  private final DelayedWork flushWork =
      new DelayedWork("(work_completion)(&(&ic->bitmap_flush_work)->work)", this::flush);

  /** One block of bits, and who waits for it to be written: {@code struct bitmap_block_status}. */
  private final class Block {
    private final int index;
    private final SpinLock lock = new SpinLock("&bbs->bio_queue_lock");
    private final BioList queue = new BioList();
    private final Work work = new Work("(work_completion)(&bbs->work)", this::run);

    Block(int index) {
      this.index = index;
    }

    /** Mirrors {@code bitmap_block_work}. */
    @KernelSymbol("bitmap_block_work")
    private void run() {
      BioList taken = new BioList();
      BioList waiting = new BioList();
      lock.lock();
      taken.merge(queue);
      lock.unlock();
      for (Bio b = taken.pop(); b != null; b = taken.pop()) {
        IntegrityIo io = IntegrityIo.of(b);
        if (mayWrite.allAre(true, io.range.sector, io.range.sectors)) {
          goOn(io);
        } else {
          onDisk.set(true, io.range.sector, io.range.sectors);
          waiting.add(b);
        }
      }
      if (waiting.isEmpty()) {
        return;
      }
      ic.journal.rwSectors(
          Opf.REQ_OP_WRITE | Opf.REQ_FUA | Opf.REQ_SYNC, index * BLOCK_SECTORS, BLOCK_SECTORS);
      for (Bio b = waiting.pop(); b != null; b = waiting.pop()) {
        IntegrityIo io = IntegrityIo.of(b);
        mayWrite.set(true, io.range.sector, io.range.sectors);
        goOn(io);
      }
      queueFlush();
    }

    private void goOn(IntegrityIo io) {
      ic.ranges.remove(io.range);
      io.offload();
    }
  }

  /**
   * Without bits.
   *
   * @param shift sectors of a bit, as a shift
   * @param blocks of bits
   */
  BitmapMode(Integrity ic, int shift, int blocks) {
    this.ic = ic;
    this.blocks = blocks;
    onDisk = new Bitmap(ic.journal.journal.memory, shift);
    recalc = new Bitmap(new byte[blocks * BLOCK], shift);
    mayWrite = new Bitmap(new byte[blocks * BLOCK], shift);
    this.shift = shift;
    waiters = new Block[blocks];
    for (int i = 0; i < blocks; i++) {
      waiters[i] = new Block(i);
    }
  }

  private final int shift;

  void cancel() {
    flushWork.cancelSync();
  }

  void queueFlush() {
    ic.commitWq.queueDelayed(flushWork, ic.options.bitmapFlushInterval * MS);
  }

  /** All tags are right again; the lock is held. */
  void recalculated() {
    recalc.set(false, 0, ic.layout.providedDataSectors);
    ic.commitWq.queueDelayed(flushWork, 0);
  }

  /** Whether a bio has to wait until its bits are on the disk; it is kept then. */
  boolean keep(IntegrityIo io, Bio bio) {
    if (mayWrite.allAre(true, io.range.sector, io.range.sectors)) {
      return false;
    }
    Block b = waiters[(int) ((io.range.sector >> shift) / (BLOCK * Byte.SIZE))];
    b.lock.lock();
    b.queue.add(bio);
    b.lock.unlock();
    ic.writerWq.queue(b.work);
    return true;
  }

  private int allSectors() {
    return blocks * BLOCK_SECTORS;
  }

  void write() {
    ic.journal.rwSectors(Opf.REQ_OP_WRITE | Opf.REQ_FUA | Opf.REQ_SYNC, 0, allSectors());
  }

  void read() {
    ic.journal.rwSectors(Opf.REQ_OP_READ, 0, allSectors());
  }

  /** Sets or clears all three from a sector on. */
  void setAll(boolean to, long from, long sectors) {
    onDisk.set(to, from, sectors);
    recalc.set(to, from, sectors);
    mayWrite.set(to, from, sectors);
  }

  /** What is on the disk is what is to be recalculated. */
  void takeUp() {
    recalc.copyFrom(onDisk, blocks * BLOCK);
    mayWrite.copyFrom(onDisk, blocks * BLOCK);
  }

  /** Mirrors {@code bitmap_flush_work}. */
  @KernelSymbol("bitmap_flush_work")
  private void flush() {
    Layout l = ic.layout;
    ic.flushBuffers(false);
    Range all = new Range(0, l.providedDataSectors);
    ic.lock.lockIrq();
    ic.ranges.addAndWait(all);
    ic.lock.unlockIrq();
    ic.flushBuffers(true);
    long limit = l.providedDataSectors;
    if (ic.sb.has(Superblock.RECALCULATING)) {
      limit = onDisk.roundDown(ic.sb.recalcSector());
    }
    onDisk.set(false, 0, limit);
    mayWrite.set(false, 0, limit);
    write();
    ic.lock.lockIrq();
    ic.ranges.removeLocked(all);
    ic.lock.unlockIrq();
  }
}
