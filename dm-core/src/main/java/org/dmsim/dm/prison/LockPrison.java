package org.dmsim.dm.prison;

import java.util.TreeMap;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioList;
import org.dmsim.locking.SpinLock;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.Mempool;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.KernelBug;
import org.dmsim.workqueue.Work;
import org.dmsim.workqueue.Workqueue;

/**
 * Locks of blocks, shared by bios and exclusive for who moves them: {@code struct
 * dm_bio_prison_v2}, 6.1. An exclusive lock has a level; bios of a higher level get in still.
 */
public final class LockPrison {

  /** {@code MIN_CELLS}. */
  private static final int MIN_CELLS = 1024;

  private static final String PLACE = "drivers/md/dm-bio-prison-v2.c";

  private final Workqueue wq;
  private final SpinLock lock = new SpinLock("&prison->lock");
  private final TreeMap<CellKey, LockCell> cells = new TreeMap<>();
  private final Mempool<LockCell> pool =
      new Mempool<>("dm_bio_prison_cell_v2", null, MIN_CELLS, LockCell::new, c -> {});

  /**
   * {@code dm_bio_prison_create_v2}.
   *
   * @param wq where work goes on that waited for shared locks to end
   */
  public LockPrison(Workqueue wq) {
    this.wq = wq;
  }

  /** {@code dm_bio_prison_destroy_v2}. */
  @KernelSymbol("dm_bio_prison_destroy_v2")
  public void destroy() {
    pool.exit();
  }

  private LockCell findOrInsert(CellKey key, LockCell fresh) {
    LockCell cell = cells.get(key);
    if (cell == null) {
      fresh.begin(key);
      cells.put(key, fresh);
      return fresh;
    }
    return cell;
  }

  /** Takes a shared lock; null where the bio waits for an exclusive one. */
  @KernelSymbol("dm_cell_get_v2")
  public LockCell get(CellKey key, int level, Bio inmate) {
    LockCell fresh = pool.alloc(Gfp.NOIO);
    lock.lockIrq();
    LockCell cell = findOrInsert(key, fresh);
    boolean waits = cell.exclusive && level <= cell.exclusiveLevel;
    if (waits) {
      cell.bios.add(inmate);
    } else {
      cell.shared++;
    }
    lock.unlockIrq();
    if (cell != fresh) {
      pool.free(fresh);
    }
    return waits ? null : cell;
  }

  /** Gives a shared lock back. Any context. */
  @KernelSymbol("dm_cell_put_v2")
  public void put(LockCell cell) {
    boolean flags = lock.lockIrqsave();
    KernelBug.on(cell.shared == 0, PLACE);
    boolean gone = false;
    if (--cell.shared == 0) {
      if (!cell.exclusive) {
        cells.remove(cell.key);
        gone = true;
      } else if (cell.quiesceContinuation != null) {
        wq.queue(cell.quiesceContinuation);
        cell.quiesceContinuation = null;
      }
    }
    lock.unlockIrqrestore(flags);
    if (gone) {
      pool.free(cell);
    }
  }

  /**
   * An exclusive lock.
   *
   * @param cell null if another has it
   * @param busy whether shared locks are to be waited for
   */
  public record Locked(LockCell cell, boolean busy) {}

  /** Takes an exclusive lock. */
  @KernelSymbol("dm_cell_lock_v2")
  public Locked lock(CellKey key, int level) {
    LockCell fresh = pool.alloc(Gfp.NOIO);
    lock.lockIrq();
    LockCell cell = findOrInsert(key, fresh);
    boolean taken = cell.exclusive;
    if (!taken) {
      cell.exclusive = true;
      cell.exclusiveLevel = level;
    }
    boolean busy = cell.shared > 0;
    lock.unlockIrq();
    if (cell != fresh) {
      pool.free(fresh);
    }
    return taken ? new Locked(null, false) : new Locked(cell, busy);
  }

  /** Queues work once nobody has a shared lock. */
  @KernelSymbol("dm_cell_quiesce_v2")
  public void quiesce(LockCell cell, Work continuation) {
    lock.lockIrq();
    if (cell.shared == 0) {
      wq.queue(continuation);
    } else {
      cell.quiesceContinuation = continuation;
    }
    lock.unlockIrq();
  }

  /** Gives an exclusive lock another level; whether shared locks are to be waited for. */
  @KernelSymbol("dm_cell_lock_promote_v2")
  public boolean promote(LockCell cell, int level) {
    lock.lockIrq();
    cell.exclusiveLevel = level;
    boolean busy = cell.shared > 0;
    lock.unlockIrq();
    return busy;
  }

  /** Gives an exclusive lock back; who waited for it is put on a list. */
  @KernelSymbol("dm_cell_unlock_v2")
  public void unlock(LockCell cell, BioList bios) {
    lock.lockIrq();
    KernelBug.on(!cell.exclusive, PLACE);
    bios.merge(cell.bios);
    boolean gone = cell.shared == 0;
    if (gone) {
      cells.remove(cell.key);
    } else {
      cell.exclusive = false;
    }
    lock.unlockIrq();
    if (gone) {
      pool.free(cell);
    }
  }
}
