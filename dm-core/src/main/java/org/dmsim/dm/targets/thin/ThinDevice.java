package org.dmsim.dm.targets.thin;

import java.lang.foreign.MemorySegment;
import org.dmsim.block.Errno;
import org.dmsim.dm.persistent.BTree;
import org.dmsim.dm.persistent.Le;
import org.dmsim.dm.persistent.MetadataException;
import org.dmsim.report.KernelSymbol;

/**
 * A device of the pool, as its metadata know it: {@code struct dm_thin_device}, 6.1. Guarded by the
 * metadata's lock.
 */
final class ThinDevice {

  private final PoolMetadata pmd;
  private final long id;
  int openCount = 1;
  boolean changed;
  boolean abortedWithChanges;
  private long mappedBlocks;
  private long transactionId;
  private int creationTime;
  private int snapshottedTime;

  private ThinDevice(PoolMetadata pmd, long id, boolean changed, DeviceDetails d) {
    this.pmd = pmd;
    this.id = id;
    this.changed = changed;
    this.mappedBlocks = d.mappedBlocks();
    this.transactionId = d.transactionId();
    this.creationTime = d.creationTime();
    this.snapshottedTime = d.snapshottedTime();
  }

  long id() {
    return id;
  }

  DeviceDetails details() {
    return new DeviceDetails(mappedBlocks, transactionId, creationTime, snapshottedTime);
  }

  // ---- devices come and go ----------------------------------------------------------------------

  /** Mirrors {@code __open_device}; the lock is held. */
  private static ThinDevice openLocked(PoolMetadata pmd, long id, boolean create)
      throws MetadataException {
    for (ThinDevice td : pmd.devices) {
      if (td.id == id) {
        if (create) {
          throw new MetadataException(Errno.EEXIST);
        }
        td.openCount++;
        return td;
      }
    }
    byte[] found = pmd.details.lookup(pmd.detailsRoot, id);
    if (found == null && !create) {
      throw new MetadataException(Errno.ENODATA);
    }
    DeviceDetails d =
        found == null
            ? new DeviceDetails(0, pmd.transactionId, pmd.time, pmd.time)
            : DeviceDetails.read(found);
    ThinDevice td = new ThinDevice(pmd, id, found == null, d);
    pmd.devices.addFirst(td);
    return td;
  }

  /** {@code dm_pool_open_thin_device}. */
  @KernelSymbol("dm_pool_open_thin_device")
  static ThinDevice open(PoolMetadata pmd, long id) throws MetadataException {
    return pmd.writingInCore(() -> openLocked(pmd, id, false));
  }

  /** {@code dm_pool_close_thin_device}. */
  @KernelSymbol("dm_pool_close_thin_device")
  void close() {
    pmd.inCore(() -> openCount--);
  }

  private static void refuseKnown(PoolMetadata pmd, long id) throws MetadataException {
    byte[] found;
    try {
      found = pmd.details.lookup(pmd.detailsRoot, id);
    } catch (MetadataException e) {
      return; // as the kernel takes every failure for an unknown device
    }
    if (found != null) {
      throw new MetadataException(Errno.EEXIST);
    }
  }

  private static byte[] word(long w) {
    byte[] b = new byte[Long.BYTES];
    MemorySegment.ofArray(b).set(Le.LE64, 0, w);
    return b;
  }

  /** {@code dm_pool_create_thin}. */
  @KernelSymbol("dm_pool_create_thin")
  static void create(PoolMetadata pmd, long id) throws MetadataException {
    pmd.changing(
        () -> {
          refuseKnown(pmd, id);
          long tree = pmd.oneTree.empty();
          try {
            pmd.root = pmd.trees.insert(pmd.root, word(tree), id);
          } catch (MetadataException e) {
            PoolMetadata.deleteQuietly(pmd.oneTree, tree);
            throw e;
          }
          try {
            openLocked(pmd, id, true).openCount--;
          } catch (MetadataException e) {
            forgetTree(pmd, id);
            PoolMetadata.deleteQuietly(pmd.oneTree, tree);
            throw e;
          }
        });
  }

  private static void forgetTree(PoolMetadata pmd, long id) {
    try {
      pmd.root = pmd.trees.remove(pmd.root, id);
    } catch (MetadataException e) {
      return; // as the kernel ignores it
    }
  }

  /** {@code dm_pool_create_snap}: the two devices share one tree from now on. */
  @KernelSymbol("dm_pool_create_snap")
  static void createSnapshot(PoolMetadata pmd, long id, long origin) throws MetadataException {
    pmd.changing(
        () -> {
          refuseKnown(pmd, id);
          long tree = treeOf(pmd, origin);
          pmd.tm.inc(tree);
          try {
            pmd.root = pmd.trees.insert(pmd.root, word(tree), id);
          } catch (MetadataException e) {
            pmd.tm.dec(tree);
            throw e;
          }
          pmd.time++;
          try {
            ThinDevice td = openLocked(pmd, id, true);
            try {
              setSnapshotDetails(pmd, td, origin);
            } finally {
              td.openCount--;
            }
          } catch (MetadataException e) {
            forgetTree(pmd, id);
            try {
              pmd.detailsRoot = pmd.details.remove(pmd.detailsRoot, id);
            } catch (MetadataException ignored) {
              throw e; // as the kernel ignores the second
            }
            throw e;
          }
        });
  }

  private static void setSnapshotDetails(PoolMetadata pmd, ThinDevice snap, long origin)
      throws MetadataException {
    ThinDevice td = openLocked(pmd, origin, false);
    td.changed = true;
    td.snapshottedTime = pmd.time;
    snap.mappedBlocks = td.mappedBlocks;
    snap.snapshottedTime = pmd.time;
    td.openCount--;
  }

  /** {@code dm_pool_delete_thin_device}. */
  @KernelSymbol("dm_pool_delete_thin_device")
  static void delete(PoolMetadata pmd, long id) throws MetadataException {
    pmd.changing(
        () -> {
          ThinDevice td = openLocked(pmd, id, false);
          if (td.openCount > 1) {
            td.openCount--;
            throw new MetadataException(Errno.EBUSY);
          }
          pmd.devices.remove(td);
          pmd.detailsRoot = pmd.details.remove(pmd.detailsRoot, id);
          pmd.root = pmd.trees.remove(pmd.root, id);
        });
  }

  private static long treeOf(PoolMetadata pmd, long id) throws MetadataException {
    byte[] tree = pmd.trees.lookup(pmd.root, id);
    if (tree == null) {
      throw new MetadataException(Errno.ENODATA);
    }
    return MemorySegment.ofArray(tree).get(Le.LE64, 0);
  }

  // ---- looking up -------------------------------------------------------------------------------

  /**
   * Where a block lies: {@code struct dm_thin_lookup_result}.
   *
   * @param block of the data device
   * @param shared whether a snapshot may have it too
   */
  record Found(long block, boolean shared) {}

  private Found unpack(byte[] value) {
    int time = BlockTime.time(value);
    return new Found(BlockTime.block(value), Integer.compareUnsigned(snapshottedTime, time) > 0);
  }

  /** Mirrors {@code __find_block}; null if there is none. The lock is held. */
  private Found findLocked(long block, boolean waits) throws MetadataException {
    BTree tree = waits ? pmd.mappings : pmd.cachedMappings;
    byte[] value = tree.lookup(pmd.root, id, block);
    return value == null ? null : unpack(value);
  }

  /**
   * {@code dm_thin_find_block}; null if there is none.
   *
   * @param waits whether it may read; else EAGAIN where it would have to
   */
  @KernelSymbol("dm_thin_find_block")
  Found find(long block, boolean waits) throws MetadataException {
    return pmd.reading(() -> findLocked(block, waits));
  }

  /**
   * Blocks that lie one after another.
   *
   * @param begin first block of the device
   * @param end after the last
   * @param data the first one's data block
   * @param maybeShared whether snapshots may have them too
   */
  record Range(long begin, long end, long data, boolean maybeShared) {}

  /** {@code dm_thin_find_mapped_range}: the first of a range; null if there is none. */
  @KernelSymbol("dm_thin_find_mapped_range")
  Range findRange(long begin, long end) throws MetadataException {
    return pmd.reading(() -> findRangeLocked(begin, end));
  }

  private Range findRangeLocked(long from, long end) throws MetadataException {
    if (Long.compareUnsigned(end, from) < 0) {
      return null;
    }
    BTree.Entry next = pmd.mappings.lookupNext(pmd.root, id, from);
    if (next == null || Long.compareUnsigned(next.key(), end) >= 0) {
      return null;
    }
    Found first = unpack(next.value());
    long at = next.key() + 1;
    for (long data = first.block() + 1; at != end; at++, data++) {
      Found f = findLocked(at, true);
      if (f == null || f.block() != data || f.shared() != first.shared()) {
        break;
      }
    }
    return new Range(next.key(), at, first.block(), first.shared());
  }

  // ---- changing ---------------------------------------------------------------------------------

  /** {@code dm_thin_insert_block}. */
  @KernelSymbol("dm_thin_insert_block")
  void insert(long block, long data) throws MetadataException {
    pmd.changing(
        () -> {
          byte[] value = BlockTime.pack(data, pmd.time);
          BTree.Inserted in = pmd.mappings.insertNotify(pmd.root, value, id, block);
          pmd.root = in.root();
          changed = true;
          if (in.inserted()) {
            mappedBlocks++;
          }
        });
  }

  /** {@code dm_thin_remove_range}. */
  @KernelSymbol("dm_thin_remove_range")
  void removeRange(long begin, long end) throws MetadataException {
    pmd.changing(
        () -> {
          long tree = treeOf(pmd, id);
          pmd.tm.inc(tree); // so that it is not deleted with its entry
          pmd.root = pmd.trees.remove(pmd.root, id);
          long total = 0;
          long at = begin;
          while (Long.compareUnsigned(at, end) < 0) {
            BTree.Entry next = pmd.oneTree.lookupNext(tree, at);
            if (next == null || Long.compareUnsigned(next.key(), end) >= 0) {
              break;
            }
            BTree.Removed gone = pmd.oneTree.removeLeaves(tree, end, next.key());
            tree = gone.root();
            total += gone.count();
            at = gone.next();
          }
          mappedBlocks -= total;
          changed = true;
          pmd.root = pmd.trees.insert(pmd.root, word(tree), id);
        });
  }

  /** {@code dm_thin_changed_this_transaction}. */
  boolean changedThisTransaction() {
    return pmd.lookingInCore(() -> changed);
  }

  /** {@code dm_thin_aborted_changes}. */
  boolean abortedChanges() {
    return pmd.lookingInCore(() -> abortedWithChanges);
  }

  /** {@code dm_thin_get_mapped_count}. */
  long mappedCount() throws MetadataException {
    return pmd.reading(() -> mappedBlocks);
  }

  /** {@code dm_thin_get_highest_mapped_block}; -1 if it has none. */
  @KernelSymbol("dm_thin_get_highest_mapped_block")
  long highestMapped() throws MetadataException {
    return pmd.reading(
        () -> {
          long[] key = pmd.oneTree.highestKey(treeOf(pmd, id));
          return key.length == 0 ? -1 : key[0];
        });
  }
}
