package org.dmsim.dm.targets.thin;

import java.util.LinkedList;
import java.util.List;
import org.dmsim.block.Errno;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.targets.MappedDeviceHandle;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.locking.Mutex;
import org.dmsim.report.KernelSymbol;

/** The pools of a machine, by their mapped devices: {@code dm_thin_pool_table}, 6.1. */
final class PoolTable {

  final Mutex mutex = new Mutex("&dm_thin_pool_table.mutex");
  private final List<Pool> pools = new LinkedList<>();

  /** That of the machine that a device belongs to. */
  static PoolTable of(BlockDevice bdev) {
    return bdev.disk().disks().part(PoolTable.class, PoolTable::new);
  }

  private PoolTable() {}

  /** {@code __pool_table_insert}. */
  void insert(Pool pool) {
    pools.addFirst(pool);
  }

  /** {@code __pool_table_remove}. */
  void remove(Pool pool) {
    pools.remove(pool);
  }

  /** {@code __pool_table_lookup}; null if there is none. */
  Pool lookup(MappedDeviceHandle md) {
    return pools.stream().filter(p -> p.md == md).findFirst().orElse(null);
  }

  private Pool lookupMetadata(BlockDevice bdev) {
    return pools.stream().filter(p -> p.mdDev == bdev).findFirst().orElse(null);
  }

  /**
   * The pool for a table, counted once more, or a new one; mirrors {@code __pool_find}.
   *
   * @param created its first element becomes true for a new one
   */
  @KernelSymbol("__pool_find")
  Pool find(
      MappedDeviceHandle md,
      BlockDevice metadata,
      BlockDevice data,
      long blockSize,
      boolean readOnly,
      boolean[] created)
      throws TargetError {
    Pool pool = lookupMetadata(metadata);
    if (pool != null) {
      if (pool.md != md) {
        throw new TargetError(Errno.EBUSY, "metadata device already in use by a pool");
      }
      if (pool.dataDev != data) {
        throw new TargetError(Errno.EBUSY, "data device already in use by a pool");
      }
      pool.inc();
      return pool;
    }
    pool = lookup(md);
    if (pool != null) {
      if (pool.mdDev != metadata || pool.dataDev != data) {
        throw new TargetError(Errno.EINVAL, "different pool cannot replace a pool");
      }
      pool.inc();
      return pool;
    }
    created[0] = true;
    return Pool.create(this, md, metadata, data, blockSize, readOnly);
  }
}
