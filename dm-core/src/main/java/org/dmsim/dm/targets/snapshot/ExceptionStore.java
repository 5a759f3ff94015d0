package org.dmsim.dm.targets.snapshot;

import org.dmsim.block.Errno;
import org.dmsim.block.Sectors;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.targets.Scan;

/**
 * Where exceptions lie on the COW device, and whether they survive: {@code struct
 * dm_exception_store}. Errors are negative errnos.
 */
abstract class ExceptionStore {

  /** Largest chunk, in sectors: {@code INT_MAX >> SECTOR_SHIFT}. */
  private static final long MAX_CHUNK = Integer.MAX_VALUE >> Sectors.SHIFT;

  /** Told of each exception that is found on disk. */
  interface Loader {
    void exception(long oldChunk, long newChunk);
  }

  /** Told that an exception is as safe as the store makes it, or that it was not possible. */
  interface Committed {
    void done(boolean success);
  }

  /** The snapshot that the store belongs to; changes when exceptions are handed over. */
  Snapshot snap;

  /** Sectors of a chunk, a power of two; 0 where it is not known yet. */
  long chunkSize;

  int chunkShift;

  /** A full COW device stops writes to the snapshot and does not make it invalid. */
  boolean userspaceSupportsOverflow;

  ExceptionStore(Snapshot snap) {
    this.snap = snap;
  }

  /**
   * Makes a store as a table line asks for it; mirrors {@code dm_exception_store_create}.
   *
   * @return null if the line makes no sense
   */
  static ExceptionStore create(Snapshot snap, String type, String chunkSize) {
    ExceptionStore store =
        switch (type.charAt(0)) {
          case 'P', 'p' -> new PersistentStore(snap);
          case 'N', 'n' -> new TransientStore(snap);
          default -> null;
        };
    if (store == null) {
      return null;
    }
    long size = Scan.kstrtouint(chunkSize);
    if (size < 0 || (size != 0 && store.setChunkSize(size) != null)) {
      return null;
    }
    return store.construct(type.substring(1)) == 0 ? store : null;
  }

  /**
   * Mirrors {@code dm_exception_store_set_chunk_size}.
   *
   * @return what is wrong with the size; null for nothing
   */
  final String setChunkSize(long size) {
    if (Long.bitCount(size) != 1) {
      return "Chunk size is not a power of 2";
    }
    if (size % blockSectors(snap.cow.bdev()) != 0 || size % blockSectors(snap.origin.bdev()) != 0) {
      return "Chunk size is not a multiple of device blocksize";
    }
    if (size > MAX_CHUNK) {
      return "Chunk size is too high";
    }
    chunkSize = size;
    chunkShift = Long.numberOfTrailingZeros(size);
    return null;
  }

  static int blockSectors(BlockDevice bdev) {
    return bdev.queue().limits().logicalBlockSize >> Sectors.SHIFT;
  }

  final long chunkOf(long sector) {
    return sector >>> chunkShift;
  }

  final long sectorOf(long chunk) {
    return chunk << chunkShift;
  }

  /** Reads what stands behind the letter of the type. */
  int construct(String options) {
    return 0;
  }

  /** Frees what the store holds. */
  void destroy() {}

  /**
   * Reads what is on the COW device; nothing may be read from it before.
   *
   * @return 0, 1 if the snapshot is marked invalid there, or a negative errno
   */
  int readMetadata(Loader loader) {
    return 0;
  }

  /** Finds a chunk for an exception; -ENOSPC, or what it is negative for, where there is none. */
  abstract int prepareException(PendingException e);

  /** Makes an exception safe; {@code valid} is false where its copy failed. */
  abstract void commitException(PendingException e, boolean valid, Committed committed);

  /** Whether {@link #prepareMerge} and {@link #commitMerge} mean anything. */
  boolean supportsMerge() {
    return false;
  }

  /**
   * Looks for the last exceptions that lie side by side.
   *
   * @param last set to the chunk of the origin and that of the COW device of the last of them
   * @return how many; 0 if none is left; a negative errno
   */
  int prepareMerge(long[] last) {
    return -Errno.EINVAL;
  }

  /** Takes the last {@code merged} exceptions off the disk. */
  int commitMerge(int merged) {
    return -Errno.EINVAL;
  }

  /** Marks the snapshot invalid on disk. */
  void dropSnapshot() {}

  /** Type and chunk size, as the table shows them. */
  abstract String describe();

  abstract long sectorsAllocated();

  abstract long metadataSectors();

  final long totalSectors() {
    return snap.cow.bdev().sectors();
  }
}
