package org.dmsim.dm.persistent;

import java.lang.foreign.MemorySegment;
import org.dmsim.dm.bufio.DmBuffer;

/**
 * A metadata block that somebody has locked: {@code struct dm_block} with its {@code struct
 * buffer_aux}. The kernel is built without the debugging of its locks, so a lock only keeps the
 * block in the cache, and one for writing makes it dirty in the end.
 */
public final class Block {

  private DmBuffer buffer;
  private MemorySegment memory;
  private BlockValidator validator;
  private boolean writeLocked;

  Block() {}

  /** {@code dm_block_location}: its number. */
  public long location() {
    return buffer.block();
  }

  /** {@code dm_block_data}: its bytes. */
  public byte[] data() {
    return buffer.data();
  }

  /** Its bytes, to be read by layouts. */
  public MemorySegment memory() {
    return memory;
  }

  DmBuffer buffer() {
    return buffer;
  }

  static Block of(DmBuffer buffer) {
    Block b = (Block) buffer.aux();
    if (b.buffer == null) {
      b.buffer = buffer;
      b.memory = MemorySegment.ofArray(buffer.data());
    }
    return b;
  }

  BlockValidator validator() {
    return validator;
  }

  void validator(BlockValidator v) {
    validator = v;
  }

  boolean writeLocked() {
    return writeLocked;
  }

  void writeLocked(boolean locked) {
    writeLocked = locked;
  }

  @Override
  public String toString() {
    return "block " + location();
  }
}
