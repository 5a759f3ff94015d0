package org.dmsim.dm.persistent;

import java.util.Arrays;
import org.dmsim.block.Errno;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.bufio.BufioClient;
import org.dmsim.dm.bufio.BufioException;
import org.dmsim.dm.bufio.DmBuffer;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.report.KernelSymbol;

/**
 * The blocks of a metadata device, checked when they are read and signed when they are written:
 * {@code struct dm_block_manager}, 6.1, on dm-bufio.
 */
public final class BlockManager {

  private static final String PREFIX = "block manager";
  private static final byte ZERO = 0;

  private final BufioClient bufio;
  private boolean readOnly;

  /**
   * {@code dm_block_manager_create}.
   *
   * @param blockSize bytes of a block
   * @param maxHeld how many one task holds at once at most
   */
  @KernelSymbol("dm_block_manager_create")
  public BlockManager(BlockDevice bdev, int blockSize, int maxHeld) {
    bufio =
        new BufioClient(bdev, blockSize, maxHeld, Block::new, BlockManager::writeCallback, false);
  }

  @KernelSymbol("dm_block_manager_write_callback")
  private static void writeCallback(DmBuffer buffer) {
    Block b = Block.of(buffer);
    if (b.validator() != null) {
      b.validator().prepareForWrite(b);
    }
  }

  /** {@code dm_block_manager_destroy}: what is dirty is written. */
  @KernelSymbol("dm_block_manager_destroy")
  public void destroy() {
    bufio.destroy();
  }

  /** {@code dm_block_manager_reset}: forgets all blocks. */
  @KernelSymbol("dm_block_manager_reset")
  public void reset() {
    bufio.reset();
  }

  /** {@code dm_bm_block_size}: bytes. */
  public int blockSize() {
    return bufio.blockSize();
  }

  /** {@code dm_bm_nr_blocks}: whole blocks of the device. */
  public long blocks() {
    return bufio.deviceSize();
  }

  // ---- locks ------------------------------------------------------------------------------------

  /**
   * {@code dm_bm_read_lock}: reads the block if it is not cached.
   *
   * @param v what it must look like; null for anything
   * @throws MetadataException if it cannot be read, or looks otherwise
   */
  @KernelSymbol("dm_bm_read_lock")
  public Block readLock(long b, BlockValidator v) throws MetadataException {
    return locked(read(b), v, false);
  }

  /**
   * {@code dm_bm_write_lock}.
   *
   * @throws MetadataException as {@link #readLock}; EPERM when read only
   */
  @KernelSymbol("dm_bm_write_lock")
  public Block writeLock(long b, BlockValidator v) throws MetadataException {
    refuseWhenReadOnly();
    return locked(read(b), v, true);
  }

  /**
   * {@code dm_bm_read_try_lock}: as {@link #readLock}, if the block is cached.
   *
   * @throws MetadataException EAGAIN (EWOULDBLOCK) if it is not
   */
  @KernelSymbol("dm_bm_read_try_lock")
  public Block readTryLock(long b, BlockValidator v) throws MetadataException {
    DmBuffer buffer;
    try {
      buffer = bufio.get(b);
    } catch (BufioException e) {
      throw new MetadataException(e.errno());
    }
    if (buffer == null) {
      throw new MetadataException(Errno.EAGAIN);
    }
    return locked(buffer, v, false);
  }

  /** {@code dm_bm_write_lock_zero}: a block of zeroes, whatever lies on the device. */
  @KernelSymbol("dm_bm_write_lock_zero")
  public Block writeLockZero(long b, BlockValidator v) throws MetadataException {
    refuseWhenReadOnly();
    DmBuffer buffer;
    try {
      buffer = bufio.fresh(b);
    } catch (BufioException e) {
      throw new MetadataException(e.errno());
    }
    Arrays.fill(buffer.data(), ZERO);
    Block block = Block.of(buffer);
    block.writeLocked(true);
    block.validator(v);
    return block;
  }

  /** {@code dm_bm_unlock}: one that was locked for writing is dirty now. */
  @KernelSymbol("dm_bm_unlock")
  public void unlock(Block b) {
    if (b.writeLocked()) {
      bufio.markDirty(b.buffer());
    }
    bufio.release(b.buffer());
  }

  private DmBuffer read(long b) throws MetadataException {
    try {
      return bufio.read(b);
    } catch (BufioException e) {
      throw new MetadataException(e.errno());
    }
  }

  private Block locked(DmBuffer buffer, BlockValidator v, boolean write) throws MetadataException {
    Block b = Block.of(buffer);
    b.writeLocked(write);
    try {
      validate(b, v);
    } catch (MetadataException e) {
      bufio.release(buffer);
      throw e;
    }
    return b;
  }

  @KernelSymbol("dm_bm_validate_buffer")
  private static void validate(Block b, BlockValidator v) throws MetadataException {
    BlockValidator known = b.validator();
    if (known == null) {
      if (v == null) {
        return;
      }
      try {
        v.check(b);
      } catch (MetadataException e) {
        DmLog.say(PREFIX, v.name() + " validator check failed for " + b);
        throw e;
      }
      b.validator(v);
    } else if (known != v) {
      String wanted = v == null ? "NULL" : v.name();
      DmLog.say(
          PREFIX, "validator mismatch (old=" + known.name() + " vs new=" + wanted + ") for " + b);
      throw new MetadataException(Errno.EINVAL);
    }
  }

  private void refuseWhenReadOnly() throws MetadataException {
    if (readOnly) {
      throw new MetadataException(Errno.EPERM);
    }
  }

  // ---- the device -------------------------------------------------------------------------------

  /** {@code dm_bm_flush}: writes what is dirty, and flushes the device. */
  @KernelSymbol("dm_bm_flush")
  public void flush() throws MetadataException {
    refuseWhenReadOnly();
    int r = bufio.writeDirtyBuffers();
    if (r != 0) {
      throw new MetadataException(-r);
    }
  }

  /** {@code dm_bm_prefetch}: begins to read a block. */
  @KernelSymbol("dm_bm_prefetch")
  public void prefetch(long b) {
    bufio.prefetch(b, 1);
  }

  /** {@code dm_bm_is_read_only}. */
  public boolean readOnly() {
    return readOnly;
  }

  /** {@code dm_bm_set_read_only} and {@code dm_bm_set_read_write}. */
  public void readOnly(boolean only) {
    readOnly = only;
  }
}
