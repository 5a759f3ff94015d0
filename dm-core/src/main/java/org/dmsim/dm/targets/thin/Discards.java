package org.dmsim.dm.targets.thin;

import org.dmsim.block.BlkStatus;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.bio.Plug;
import org.dmsim.block.core.BlkCore;
import org.dmsim.block.core.BlkLib;
import org.dmsim.dm.persistent.MetadataException;
import org.dmsim.dm.prison.BioPrison;
import org.dmsim.dm.prison.Cell;
import org.dmsim.dm.prison.CellKey;
import org.dmsim.memory.Gfp;
import org.dmsim.report.KernelSymbol;

/**
 * Discards, which take blocks away from a device and, where that is wanted, go on to the data
 * device: {@code process_discard_bio} and what it calls in {@code dm-thin.c}, 6.1.
 */
final class Discards {

  private final Pool pool;

  Discards(Pool pool) {
    this.pool = pool;
  }

  /** Mirrors {@code process_discard_bio}: whole blocks only. */
  @KernelSymbol("process_discard_bio")
  void processBio(Thin tc, Bio bio) {
    long size = pool.sectorsPerBlock;
    long begin = Long.divideUnsigned(bio.sector() + size - 1, size);
    long end = Long.divideUnsigned(bio.endSector(), size);
    if (Long.compareUnsigned(end, begin) <= 0) {
      bio.endio();
      return;
    }
    CellKey key = new CellKey(true, tc.td.id(), begin, end);
    BioPrison.Detained d = pool.prison.detain(key, bio);
    if (!d.occupied()) {
      pool.modes.processDiscardCell.accept(tc, d.cell());
    }
  }

  // ---- without the data device ------------------------------------------------------------------

  /** Mirrors {@code process_discard_cell_no_passdown}. */
  @KernelSymbol("process_discard_cell_no_passdown")
  void processCellNoPassdown(Thin tc, Cell cell) {
    NewMapping m = pool.takeNextMapping();
    m.tc = tc;
    m.virtBegin = cell.key().begin();
    m.virtEnd = cell.key().end();
    m.cell = cell;
    m.bio = cell.holder();
    if (!pool.allIo.addWork(m)) {
      pool.modes.processPreparedDiscard.accept(m);
    }
  }

  private void free(NewMapping m) {
    m.tc.deferNoHolder(m.cell);
    pool.mappingPool.free(m);
  }

  /** Mirrors {@code process_prepared_discard_no_passdown}. */
  @KernelSymbol("process_prepared_discard_no_passdown")
  void preparedNoPassdown(NewMapping m) {
    try {
      m.tc.td.removeRange(m.cell.key().begin(), m.cell.key().end());
      m.bio.endio();
    } catch (MetadataException e) {
      pool.modes.operationFailed("dm_thin_remove_range", e);
      m.bio.ioError();
    }
    free(m);
  }

  /** Mirrors {@code process_prepared_discard_fail}. */
  @KernelSymbol("process_prepared_discard_fail")
  void preparedFail(NewMapping m) {
    m.bio.ioError();
    free(m);
  }

  /** Mirrors {@code process_prepared_discard_success}. */
  @KernelSymbol("process_prepared_discard_success")
  void preparedSuccess(NewMapping m) {
    m.bio.endio();
    free(m);
  }

  // ---- down to the data device ------------------------------------------------------------------

  /** Mirrors {@code process_discard_cell_passdown}. */
  @KernelSymbol("process_discard_cell_passdown")
  void processCellPassdown(Thin tc, Cell cell) {
    Bio bio = cell.holder();
    ThinTarget.hook(bio).cell = cell; // it is given back when the bio ends
    breakUp(tc, cell.key().begin(), cell.key().end(), bio);
    bio.endio();
  }

  /** One mapping for each run of data blocks; mirrors {@code break_up_discard_bio}. */
  @KernelSymbol("break_up_discard_bio")
  private void breakUp(Thin tc, long from, long end, Bio bio) {
    for (long begin = from; begin != end; ) {
      if (!pool.ensureNextMapping()) {
        return;
      }
      ThinDevice.Range range;
      try {
        range = tc.td.findRange(begin, end);
      } catch (MetadataException e) {
        return;
      }
      if (range == null) {
        return;
      }
      begin = range.end();
      long dataEnd = range.data() + (range.end() - range.begin());
      CellKey key = new CellKey(false, tc.td.id(), range.data(), dataEnd);
      BioPrison.Detained d = pool.prison.detain(key, null);
      if (d.occupied()) {
        continue;
      }
      NewMapping m = pool.takeNextMapping();
      m.tc = tc;
      m.maybeShared = range.maybeShared();
      m.virtBegin = range.begin();
      m.virtEnd = range.end();
      m.dataBlock = range.data();
      m.cell = d.cell();
      m.bio = bio;
      bio.incRemaining();
      if (!pool.allIo.addWork(m)) {
        pool.modes.processPreparedDiscard.accept(m);
      }
    }
  }

  private void failed(NewMapping m, String operation, MetadataException e) {
    pool.modes.operationFailed(operation, e);
    m.bio.ioError();
    free(m);
  }

  /** Mirrors {@code process_prepared_discard_passdown_pt1}. */
  @KernelSymbol("process_prepared_discard_passdown_pt1")
  void preparedPassdownPt1(NewMapping m) {
    try {
      m.tc.td.removeRange(m.virtBegin, m.virtEnd);
    } catch (MetadataException e) {
      failed(m, "dm_thin_remove_range", e);
      return;
    }
    try {
      pool.pmd.incData(m.dataBlock, m.dataEnd()); // nobody gets them while they are discarded
    } catch (MetadataException e) {
      failed(m, "dm_pool_inc_data_range", e);
      return;
    }
    Bio parent = BlockLayer.of(pool.dataDev).general().alloc(null, 0, Gfp.NOIO);
    parent.setEndIo(this::passdownEndio);
    parent.setOwner(m);
    Op op = new Op(m.tc, parent);
    op.end(m.maybeShared ? discardUnshared(m, op) : op.issue(m.dataBlock, m.dataEnd()));
  }

  /** A discard of several ranges: {@code struct discard_op}. */
  private final class Op {
    private final Thin tc;
    private final Bio parent;
    private final Bio[] chain = new Bio[1];
    private final boolean plugged = Plug.start();

    Op(Thin tc, Bio parent) {
      this.tc = tc;
      this.parent = parent;
    }

    @KernelSymbol("issue_discard")
    int issue(long b, long e) {
      long size = pool.sectorsPerBlock;
      return BlkLib.queueDiscard(tc.poolBdev(), b * size, (e - b) * size, Gfp.NOIO, chain);
    }

    @KernelSymbol("end_discard")
    void end(int r) {
      if (chain[0] != null) {
        chain[0].chainTo(parent);
        BlkCore.submitBio(chain[0]);
      }
      Plug.finish(plugged);
      if (r != 0 && parent.status() == BlkStatus.OK) {
        parent.setStatus(BlkStatus.ofErrno(r));
      }
      parent.endio();
    }
  }

  /** Only what nobody else has; mirrors {@code passdown_double_checking_shared_status}. */
  @KernelSymbol("passdown_double_checking_shared_status")
  private int discardUnshared(NewMapping m, Op op) {
    long end = m.dataEnd();
    try {
      for (long b = m.dataBlock; b != end; ) {
        while (b < end && pool.pmd.isShared(b)) {
          b++;
        }
        if (b == end) {
          break;
        }
        long e = b + 1;
        while (e != end && !pool.pmd.isShared(e)) {
          e++;
        }
        int r = op.issue(b, e);
        if (r != 0) {
          return r;
        }
        b = e;
      }
      return 0;
    } catch (MetadataException e) {
      return -e.errno();
    }
  }

  /** Whether the device below could discard them does not matter. */
  @KernelSymbol("passdown_endio")
  private void passdownEndio(Bio parent) {
    NewMapping m = (NewMapping) parent.owner();
    boolean flags = pool.lock.lockIrqsave();
    pool.preparedDiscardsPt2.addLast(m);
    pool.lock.unlockIrqrestore(flags);
    pool.wakeWorker();
    parent.put();
  }

  /** Mirrors {@code process_prepared_discard_passdown_pt2}. */
  @KernelSymbol("process_prepared_discard_passdown_pt2")
  void preparedPassdownPt2(NewMapping m) {
    try {
      pool.pmd.decData(m.dataBlock, m.dataEnd());
      m.bio.endio();
    } catch (MetadataException e) {
      pool.modes.operationFailed("dm_pool_dec_data_range", e);
      m.bio.ioError();
    }
    free(m);
  }
}
