package org.dmsim.dm.table;

import java.util.function.Predicate;
import java.util.function.Supplier;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioSet;
import org.dmsim.memory.SlabObject;
import org.dmsim.report.KernelSymbol;

/**
 * The pools from which a mapped device's clones come: {@code struct dm_md_mempools}. Made with a
 * table, because what a clone carries depends on its targets; handed to the mapped device when the
 * table goes live, and freed when the next one does.
 */
public final class DmMempools extends SlabObject {

  /** {@code io_bs}: clones with the {@code dm_io} of their bio in front. */
  public final BioSet ioSet;

  /** {@code bs}: all further clones of a bio. */
  public final BioSet cloneSet;

  private final Predicate<DmMempools> reachable;

  /**
   * Mirrors {@code dm_table_alloc_md_mempools}, 6.1.
   *
   * @param poolSize how many clones of each kind are kept ready
   * @param reachable whether somebody still points at them, asked when a run ends
   */
  @KernelSymbol("dm_table_alloc_md_mempools")
  public DmMempools(
      int poolSize, Supplier<Bio> dmIo, Supplier<Bio> dmTargetIo, Predicate<DmMempools> reachable) {
    super("kmalloc-2k", "dm_md_mempools");
    this.reachable = reachable;
    ioSet = new BioSet("io_bs", this, poolSize, dmIo);
    cloneSet = new BioSet("bs", this, poolSize, dmTargetIo);
  }

  /** Frees the pools and the struct; mirrors {@code dm_free_md_mempools}, 6.1. */
  @KernelSymbol("dm_free_md_mempools")
  public void release() {
    cloneSet.exit();
    ioSet.exit();
    free();
  }

  @Override
  protected boolean isReachable() {
    return reachable.test(this);
  }
}
