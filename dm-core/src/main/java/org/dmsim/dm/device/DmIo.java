package org.dmsim.dm.device;

import java.lang.invoke.MethodHandles;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.bio.Bio;
import org.dmsim.cell.IntField;
import org.dmsim.cell.RefField;
import org.dmsim.dm.table.DmTable;
import org.dmsim.locking.SpinLock;

/**
 * What becomes of one bio on its way through a mapped device: {@code struct dm_io}, with the first
 * clone embedded and with what the kernel keeps in {@code struct clone_info} while it submits. The
 * submission holds a reference until it is over, so its part lives as long as it is needed.
 */
final class DmIo extends DmTargetIo {

  private static final IntField COUNT = IntField.of(MethodHandles.lookup(), "ioCount");
  private static final RefField<SpinLock> LOCK =
      RefField.of(MethodHandles.lookup(), "lock", SpinLock.class);

  private int ioCount;

  /** {@code io->status}. */
  BlkStatus ioStatus;

  Bio origBio;
  MappedDevice md;
  private SpinLock lock;

  /** Virtual nanoseconds at which it started. */
  long startTime;

  /** {@code DM_IO_ACCOUNTED}. */
  boolean accounted;

  /** {@code DM_IO_WAS_SPLIT}: it stands for a part of {@link #origBio} only. */
  boolean wasSplit;

  /** Sectors of the part; if it was split. */
  long partSectors;

  /** Sectors from the part's begin to the end of {@link #origBio}. */
  long sectorOffset;

  /** Next on {@code md->requeue_list} or on the list of polled ios. */
  DmIo nextIo;

  // ---- clone_info -----------------------------------------------------------------------------

  DmTable map;

  /** The bio that clones are made of: the original one, or an empty flush. */
  Bio source;

  long at;
  long left;

  /** What the clone in the making covers; a target may take less. */
  long mapped;

  boolean abnormal;
  boolean submitAsPolled;

  /** {@code bi_private} of a polled original, which lists its ios meanwhile. */
  Object polledOwner;

  /** {@code io->lock}; made when first needed, which is when a clone fails. */
  SpinLock lock() {
    return LOCK.orMake(this, () -> new SpinLock("&io->lock"));
  }

  /** {@code atomic_set(&io->io_count, n)}, before anybody else sees it. */
  void setCount(int n) {
    COUNT.storeReleaseInStep(this, n);
  }

  /** {@code atomic_add}. */
  void addCount(int n) {
    COUNT.add(this, n);
  }

  /** {@code atomic_dec_and_test}. */
  boolean decCountAndTest() {
    return COUNT.decAndTest(this);
  }

  /** {@code atomic_read}. */
  int readCount() {
    return COUNT.loadAcquire(this);
  }

  @Override
  public String label() {
    return "dm_io";
  }
}
