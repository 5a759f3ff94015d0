package org.dmsim.dm.targets.writecache;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;

/**
 * What lies in front of the blocks of a cache: a superblock, and for each block whose it is and how
 * new. {@code struct wc_memory_superblock} and {@code struct wc_memory_entry} of {@code
 * dm-writecache.c}, with the bitmap of what has to be written.
 */
final class MemoryMap {

  static final int MAGIC = 0x23489321;
  static final int VERSION = 1;

  /** Bytes of the superblock. */
  static final int HEADER = 64;

  /** Bytes of an entry. */
  static final int ENTRY = 16;

  /** Bytes that one bit of the bitmap stands for: {@code BITMAP_GRANULARITY}. */
  static final int GRANULARITY = 65536;

  private static final byte ALL_ONES = -1;

  private static final ValueLayout.OfInt LE32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LE64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final StructLayout SUPERBLOCK =
      MemoryLayout.structLayout(
          LE32.withName("magic"),
          LE32.withName("version"),
          LE32.withName("block_size"),
          MemoryLayout.paddingLayout(4),
          LE64.withName("n_blocks"),
          LE64.withName("seq_count"),
          MemoryLayout.paddingLayout(32));

  private static final StructLayout MEMORY_ENTRY =
      MemoryLayout.structLayout(LE64.withName("original_sector"), LE64.withName("seq_count"));

  private static final VarHandle SB_MAGIC = SUPERBLOCK.varHandle(groupElement("magic"));
  private static final VarHandle SB_VERSION = SUPERBLOCK.varHandle(groupElement("version"));
  private static final VarHandle SB_BLOCK_SIZE = SUPERBLOCK.varHandle(groupElement("block_size"));
  private static final VarHandle SB_BLOCKS = SUPERBLOCK.varHandle(groupElement("n_blocks"));
  private static final VarHandle SB_SEQ = SUPERBLOCK.varHandle(groupElement("seq_count"));
  private static final VarHandle SECTOR = MEMORY_ENTRY.varHandle(groupElement("original_sector"));
  private static final VarHandle SEQ = MEMORY_ENTRY.varHandle(groupElement("seq_count"));

  private final byte[] bytes;
  private final MemorySegment at;
  private final int regions;
  private final BitSet dirty = new BitSet();

  /** Memory for so many bytes of metadata. */
  MemoryMap(int size) {
    bytes = new byte[size];
    at = MemorySegment.ofArray(bytes);
    // whole longs of bits, as the bitmap is allocated
    regions = (size + GRANULARITY - 1) / GRANULARITY + 63 & -64;
  }

  /** Blocks that a device holds, and what their metadata takes. */
  record Size(long blocks, long metadataBytes) {

    /**
     * {@code calculate_memory_size}.
     *
     * @return null if there is no room for one block
     */
    static Size of(long deviceBytes, int blockSize) {
      for (long n = deviceBytes / (blockSize + ENTRY); n > 0; n--) {
        long metadata = HEADER + n * ENTRY + blockSize - 1 & -blockSize;
        if (metadata + n * blockSize <= deviceBytes) {
          return new Size(n, metadata);
        }
      }
      return null;
    }
  }

  /** What is read and written. */
  byte[] bytes() {
    return bytes;
  }

  // ---- the superblock ---------------------------------------------------------------------------

  /** Begins a new superblock, without its magic. */
  void clearSuper() {
    Arrays.fill(bytes, 0, HEADER, (byte) 0);
  }

  int magic() {
    return (int) SB_MAGIC.get(at, 0L);
  }

  void magic(int value) {
    SB_MAGIC.set(at, 0L, value);
  }

  int version() {
    return (int) SB_VERSION.get(at, 0L);
  }

  void version(int value) {
    SB_VERSION.set(at, 0L, value);
  }

  int blockSize() {
    return (int) SB_BLOCK_SIZE.get(at, 0L);
  }

  void blockSize(int value) {
    SB_BLOCK_SIZE.set(at, 0L, value);
  }

  long blocks() {
    return (long) SB_BLOCKS.get(at, 0L);
  }

  void blocks(long value) {
    SB_BLOCKS.set(at, 0L, value);
  }

  long seqCount() {
    return (long) SB_SEQ.get(at, 0L);
  }

  void seqCount(long value) {
    SB_SEQ.set(at, 0L, value);
  }

  // ---- entries ----------------------------------------------------------------------------------

  private static long offset(int index) {
    return HEADER + (long) index * ENTRY;
  }

  /** The sector of the origin that a block holds. */
  long sector(int index) {
    return (long) SECTOR.get(at, offset(index));
  }

  /** When it was written; all bits if it is free. */
  long seqCount(int index) {
    return (long) SEQ.get(at, offset(index));
  }

  void set(int index, long sector, long seq) {
    SECTOR.set(at, offset(index), sector);
    SEQ.set(at, offset(index), seq);
  }

  /** {@code clear_seq_count}. */
  void free(int index) {
    SEQ.set(at, offset(index), -1L);
  }

  /** Forgets all entries; they could not be read. */
  void forgetEntries() {
    Arrays.fill(bytes, HEADER, bytes.length, ALL_ONES);
  }

  // ---- what is to be written --------------------------------------------------------------------

  /** {@code writecache_flush_region}, of an entry. */
  void touched(int index) {
    dirty.set((int) (offset(index) / GRANULARITY));
  }

  /** {@code writecache_flush_region}, of the superblock. */
  void superTouched() {
    dirty.set(0);
  }

  /** {@code writecache_flush_all_metadata}. */
  void allTouched() {
    dirty.set(0, regions);
  }

  void clean() {
    dirty.clear();
  }

  /** The first region from {@code from} on that is to be written; -1 if there is none. */
  int nextDirty(int from) {
    return dirty.nextSetBit(from);
  }

  /** The first region from {@code from} on that is not. */
  int nextClean(int from) {
    return Math.min(dirty.nextClearBit(from), regions);
  }
}
