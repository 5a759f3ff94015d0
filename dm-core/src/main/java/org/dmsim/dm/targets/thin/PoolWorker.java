package org.dmsim.dm.targets.thin;

import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioList;
import org.dmsim.block.bio.Plug;
import org.dmsim.context.MightSleep;
import org.dmsim.dm.prison.Cell;
import org.dmsim.report.KernelSymbol;
import org.dmsim.timer.Jiffies;

/** The one worker of a pool: {@code do_worker} of {@code dm-thin.c}, 6.1. */
final class PoolWorker {

  /** {@code COMMIT_PERIOD}: nanoseconds. */
  private static final long COMMIT_PERIOD = Jiffies.HZ * Jiffies.NANOSECONDS;

  /** {@code CELL_SORT_ARRAY_SIZE}. */
  private static final int CELL_SORT_ARRAY_SIZE = 8192;

  private final Pool pool;
  private long lastCommit;

  PoolWorker(Pool pool) {
    this.pool = pool;
  }

  void committedNow() {
    lastCommit = Jiffies.now();
  }

  /** Mirrors {@code need_commit_due_to_time}. */
  private boolean needsCommit() {
    return Jiffies.now() > lastCommit + Jiffies.HZ;
  }

  /** Wakes the worker, each second again. */
  @KernelSymbol("do_waker")
  void doWaker() {
    pool.wakeWorker();
    pool.wq.queueDelayed(pool.waker, COMMIT_PERIOD);
  }

  @KernelSymbol("do_worker")
  void doWorker() {
    Throttle t = pool.throttle;
    PoolModes modes = pool.modes;
    t.workStart();
    pool.pmd.issuePrefetches();
    t.workUpdate();
    processPrepared(pool.preparedMappings, m -> modes.processPreparedMapping.accept(m));
    t.workUpdate();
    processPrepared(pool.preparedDiscards, m -> modes.processPreparedDiscard.accept(m));
    t.workUpdate();
    processPrepared(pool.preparedDiscardsPt2, m -> modes.processPreparedDiscardPt2.accept(m));
    t.workUpdate();
    processDeferred();
    t.workComplete();
  }

  @KernelSymbol("process_prepared")
  private void processPrepared(Deque<NewMapping> list, Consumer<NewMapping> fn) {
    pool.lock.lockIrq();
    List<NewMapping> maps = new ArrayList<>(list);
    list.clear();
    pool.lock.unlockIrq();
    maps.forEach(fn);
  }

  @KernelSymbol("process_deferred_bios")
  private void processDeferred() {
    for (Thin tc = pool.activeThins.getFirst(); tc != null; tc = pool.activeThins.getNext(tc)) {
      processCells(tc);
      processBios(tc);
    }
    BioList bios = new BioList();
    BioList completions = new BioList();
    pool.lock.lockIrq();
    bios.merge(pool.deferredFlushBios);
    completions.merge(pool.deferredFlushCompletions);
    pool.lock.unlockIrq();
    if (bios.isEmpty()
        && completions.isEmpty()
        && !(pool.pmd.changedThisTransaction() && needsCommit())) {
      return;
    }
    if (!pool.modes.commit()) {
      bios.merge(completions);
      for (Bio b = bios.pop(); b != null; b = bios.pop()) {
        b.ioError();
      }
      return;
    }
    committedNow();
    for (Bio b = completions.pop(); b != null; b = completions.pop()) {
      b.endio();
    }
    for (Bio b = bios.pop(); b != null; b = bios.pop()) {
      if (b.hasOpf(Opf.REQ_PREFLUSH)) {
        b.endio(); // the commit has flushed the data device
      } else {
        ThinTarget.submit(b);
      }
    }
  }

  @KernelSymbol("process_thin_deferred_cells")
  private void processCells(Thin tc) {
    List<Cell> cells = tc.takeCells();
    while (!cells.isEmpty()) {
      int count = Math.min(cells.size(), CELL_SORT_ARRAY_SIZE);
      List<Cell> sorted = new ArrayList<>(cells.subList(0, count));
      cells = cells.subList(count, cells.size());
      Thin.sortBySector(sorted);
      for (int i = 0; i < count; i++) {
        Cell cell = sorted.get(i);
        if (!pool.ensureNextMapping()) {
          List<Cell> rest = new ArrayList<>(sorted.subList(i, count).reversed());
          rest.addAll(cells);
          tc.giveBack(rest);
          return;
        }
        if (Pool.isDiscard(cell.holder())) {
          pool.modes.processDiscardCell.accept(tc, cell);
        } else {
          pool.modes.processCell.accept(tc, cell);
        }
      }
      MightSleep.condResched();
    }
  }

  @KernelSymbol("process_thin_deferred_bios")
  private void processBios(Thin tc) {
    if (tc.requeueMode.readOnce() != 0) {
      tc.errorList(tc.deferredBios, BlkStatus.DM_REQUEUE);
      return;
    }
    BioList bios = tc.takeBios();
    if (bios.isEmpty()) {
      return;
    }
    boolean plugged = Plug.start();
    int count = 0;
    for (Bio b = bios.pop(); b != null; b = bios.pop()) {
      if (!pool.ensureNextMapping()) {
        tc.lock.lockIrq();
        tc.deferredBios.add(b);
        tc.deferredBios.merge(bios);
        tc.lock.unlockIrq();
        break;
      }
      if (Pool.isDiscard(b)) {
        pool.modes.processDiscard.accept(tc, b);
      } else {
        pool.modes.processBio.accept(tc, b);
      }
      if ((count++ & 127) == 0) {
        pool.throttle.workUpdate();
        pool.pmd.issuePrefetches();
      }
      MightSleep.condResched();
    }
    Plug.finish(plugged);
  }
}
