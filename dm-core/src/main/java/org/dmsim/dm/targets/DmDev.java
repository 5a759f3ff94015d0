package org.dmsim.dm.targets;

import org.dmsim.block.device.BlockDevice;
import org.dmsim.memory.SlabObject;

/** A device that a table has open: {@code struct dm_dev}, as a part of {@code table_device}. */
public final class DmDev extends SlabObject {

  private final BlockDevice bdev;
  private final String name;
  private final boolean writable;
  private final boolean forgetsName;

  /**
   * A device that was opened.
   *
   * @param bdev the block device
   * @param name as a table line shows it: {@code MAJOR:MINOR}
   * @param writable whether it is open for writing too
   * @param forgetsName whether its name is gone once it is freed
   */
  public DmDev(BlockDevice bdev, String name, boolean writable, boolean forgetsName) {
    super("kmalloc-64");
    this.bdev = bdev;
    this.name = name;
    this.writable = writable;
    this.forgetsName = forgetsName;
  }

  /** The block device; whoever follows a pointer to a {@code dm_dev} that is freed is reported. */
  public BlockDevice bdev() {
    touchOwned();
    return bdev;
  }

  /**
   * As a table line shows it. Once it is freed, its memory says what it said before, or, where the
   * allocator's list of free memory lies over it, nothing: 6.1 and 6.12 were asked.
   */
  public String name() {
    return isFreed() && forgetsName ? "" : name;
  }

  /** Whether it is open for writing too. */
  public boolean writable() {
    return writable;
  }

  /** What a table does not give back it complains of by itself. */
  @Override
  protected boolean isReachable() {
    return true;
  }

  @Override
  public String label() {
    return "dm_dev";
  }
}
