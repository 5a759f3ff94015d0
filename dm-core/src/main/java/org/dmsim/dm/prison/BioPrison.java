package org.dmsim.dm.prison;

import java.util.TreeMap;
import java.util.function.Consumer;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioList;
import org.dmsim.locking.SpinLock;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.Mempool;
import org.dmsim.report.KernelSymbol;

/** The cells that are in use: {@code struct dm_bio_prison}, 6.1. */
public final class BioPrison {

  /** {@code MIN_CELLS}. */
  private static final int MIN_CELLS = 1024;

  private final SpinLock lock = new SpinLock("&prison->lock");
  private final TreeMap<CellKey, Cell> cells = new TreeMap<>();
  private final Mempool<Cell> pool =
      new Mempool<>("dm_bio_prison_cell", null, MIN_CELLS, Cell::new, c -> {});

  /** {@code dm_bio_prison_create}. */
  public BioPrison() {}

  /** {@code dm_bio_prison_destroy}. */
  @KernelSymbol("dm_bio_prison_destroy")
  public void destroy() {
    pool.exit();
  }

  /**
   * Where a cell for a bio was looked for.
   *
   * @param cell of that key
   * @param occupied whether somebody had it before, so that the bio waits in it
   */
  public record Detained(Cell cell, boolean occupied) {}

  /** Takes a cell, or waits in it; mirrors {@code dm_bio_detain}. */
  @KernelSymbol("dm_bio_detain")
  public Detained detain(CellKey key, Bio inmate) {
    Cell fresh = pool.alloc(Gfp.NOIO);
    lock.lockIrq();
    Cell cell = cells.get(key);
    boolean occupied = cell != null;
    if (occupied) {
      if (inmate != null) {
        cell.bios().add(inmate);
      }
    } else {
      cell = fresh;
      cell.begin(key, inmate);
      cells.put(key, cell);
    }
    lock.unlockIrq();
    if (occupied) {
      pool.free(fresh);
    }
    return new Detained(cell, occupied);
  }

  /** Gives a cell back; all its bios, the holder first, go to a list. */
  @KernelSymbol("dm_cell_release")
  public void release(Cell cell, BioList inmates) {
    lock.lockIrq();
    cells.remove(cell.key());
    if (cell.holder() != null) {
      inmates.add(cell.holder());
    }
    inmates.merge(cell.bios());
    lock.unlockIrq();
    pool.free(cell);
  }

  /** As {@link #release}, without the holder. Any context. */
  @KernelSymbol("dm_cell_release_no_holder")
  public void releaseNoHolder(Cell cell, BioList inmates) {
    boolean flags = lock.lockIrqsave();
    cells.remove(cell.key());
    inmates.merge(cell.bios());
    lock.unlockIrqrestore(flags);
    pool.free(cell);
  }

  /** Gives a cell back; all its bios end. */
  @KernelSymbol("dm_cell_error")
  public void error(Cell cell, BlkStatus status) {
    BioList bios = new BioList();
    release(cell, bios);
    for (Bio b = bios.pop(); b != null; b = bios.pop()) {
      b.endio(status);
    }
  }

  /** Gives a cell back, after {@code visitor} has seen it with the lock held. */
  @KernelSymbol("dm_cell_visit_release")
  public void visitRelease(Consumer<Cell> visitor, Cell cell) {
    lock.lockIrq();
    visitor.accept(cell);
    cells.remove(cell.key());
    lock.unlockIrq();
    pool.free(cell);
  }
}
