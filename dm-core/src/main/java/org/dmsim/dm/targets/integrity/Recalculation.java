package org.dmsim.dm.targets.integrity;

import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.context.MightSleep;
import org.dmsim.dm.dmio.IoRegion;
import org.dmsim.dm.targets.TargetTable;
import org.dmsim.report.KernelSymbol;
import org.dmsim.workqueue.Work;

/** Makes the tags of data that was there before them, chunk by chunk. */
final class Recalculation {

  /** {@code RECALC_SECTORS}. */
  private static final long CHUNK = 32768;

  /** {@code RECALC_WRITE_SUPER}. */
  private static final int CHUNKS_BETWEEN_SUPERS = 16;

  private final Integrity ic;
  private final TargetTable table;
  final Work work = new Work("(work_completion)(&ic->recalc_work)", this::run);

  Recalculation(Integrity ic, TargetTable table) {
    this.ic = ic;
    this.table = table;
  }

  @KernelSymbol("recalc_write_super")
  void writeSuper() {
    ic.flushBuffers(false);
    if (ic.failed() == 0) {
      ic.writeSuperOrFail(0);
    }
  }

  /** Mirrors {@code integrity_recalc}. */
  @KernelSymbol("integrity_recalc")
  private void run() {
    Layout l = ic.layout;
    int chunks = 0;
    ic.lock.lockIrq();
    while (!table.isPostSuspending()) {
      long sector = ic.sb.recalcSector();
      if (Long.compareUnsigned(sector, l.providedDataSectors) >= 0) {
        if (ic.bitmap != null) {
          ic.bitmap.recalculated();
        }
        break;
      }
      long count = Math.min(CHUNK, l.providedDataSectors - sector);
      if (!l.metaDevice) {
        count = Math.min(count, (1L << ic.sb.log2Interleave()) - l.offset(sector));
      }
      Range range = new Range(sector, count);
      ic.ranges.addAndWait(range);
      ic.lock.unlockIrq();
      chunks++;
      if (!chunk(range, chunks)) {
        ic.ranges.remove(range);
        return;
      }
      chunks %= CHUNKS_BETWEEN_SUPERS;
      MightSleep.condResched();
      ic.lock.lockIrq();
      ic.ranges.removeLocked(range);
      ic.sb.recalcSector(range.end());
    }
    ic.lock.unlockIrq();
    writeSuper();
  }

  private boolean chunk(Range range, int chunks) {
    long sector = range.sector;
    long count = range.sectors;
    int block = ic.layout.sectorsPerBlock;
    if (ic.bitmap != null) {
      Bitmap todo = ic.bitmap.recalc;
      if (todo.allAre(false, sector, count)) {
        return true;
      }
      while (todo.allAre(false, sector, block)) {
        sector += block;
        count -= block;
      }
      while (todo.allAre(false, sector + count - block, block)) {
        count -= block;
      }
    }
    if (chunks == CHUNKS_BETWEEN_SUPERS) {
      writeSuper();
      if (ic.bitmap != null) {
        ic.bitmap.queueFlush();
      }
    }
    return ic.failed() == 0 && tags(sector, (int) count) && done(range);
  }

  private boolean tags(long sector, int count) {
    Layout l = ic.layout;
    byte[] data = new byte[count << Sectors.SHIFT];
    long area = l.area(sector);
    long offset = l.offset(sector);
    IoRegion region = new IoRegion(ic.dev.bdev(), l.dataSector(area, offset), count);
    if (ic.io.sync(Opf.REQ_OP_READ, data, 0, region) != 0) {
      ic.ioError("reading data", -Errno.EIO);
      return false;
    }
    byte[] tags = new byte[count / l.sectorsPerBlock * l.tagSize];
    for (int i = 0; i < count / l.sectorsPerBlock; i++) {
      int at = i * l.sectorsPerBlock;
      byte[] tag = ic.checksum(sector + at, data, at << Sectors.SHIFT);
      System.arraycopy(tag, 0, tags, i * l.tagSize, l.tagSize);
    }
    int r = ic.tags.use(tags, tags.length, new Tags.Place(l, area, offset), Tags.Op.WRITE);
    if (r != 0) {
      ic.ioError("writing tags", r);
    }
    return r == 0;
  }

  private boolean done(Range range) {
    if (ic.bitmap != null) {
      Bitmap todo = ic.bitmap.recalc;
      long from = todo.roundDown(range.sector);
      todo.set(false, from, todo.roundDown(range.end()) - from);
    }
    return true;
  }
}
