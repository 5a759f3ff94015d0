package org.dmsim.dm.targets.era;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.dmsim.dm.persistent.Block;
import org.dmsim.dm.persistent.BlockValidator;
import org.dmsim.dm.persistent.Le;
import org.dmsim.dm.persistent.SpaceMap;
import org.dmsim.dm.persistent.SuperblockValidator;

/** Block 0 of an era device's metadata: {@code struct superblock_disk}, 6.1. */
final class EraSuperblock {

  static final long LOCATION = 0;
  private static final long MAGIC = 2126579579L;
  private static final int VERSION = 1;
  private static final int CSUM_XOR = 146538381;

  private static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
          Le.LE32.withName("csum"),
          Le.LE32.withName("flags"),
          Le.LE64.withName("blocknr"),
          MemoryLayout.sequenceLayout(16, ValueLayout.JAVA_BYTE).withName("uuid"),
          Le.LE64.withName("magic"),
          Le.LE32.withName("version"),
          MemoryLayout.sequenceLayout(128, ValueLayout.JAVA_BYTE).withName("sm_root"),
          Le.LE32.withName("data_block_size"),
          Le.LE32.withName("metadata_block_size"),
          Le.LE32.withName("nr_blocks"),
          Le.LE32.withName("current_era"),
          Le.LE32.withName("writeset_nr_bits"),
          Le.LE64.withName("writeset_root"),
          Le.LE64.withName("writeset_tree_root"),
          Le.LE64.withName("era_array_root"),
          Le.LE64.withName("metadata_snap"));

  private static VarHandle field(String name) {
    return LAYOUT.varHandle(groupElement(name));
  }

  private static final int BLOCKNR_OFFSET = (int) LAYOUT.byteOffset(groupElement("blocknr"));
  private static final long SM_ROOT = LAYOUT.byteOffset(groupElement("sm_root"));

  private static final VarHandle MAGIC_FIELD = field("magic");
  private static final VarHandle VERSION_FIELD = field("version");
  private static final VarHandle DATA_BLOCK_SIZE = field("data_block_size");
  private static final VarHandle METADATA_BLOCK_SIZE = field("metadata_block_size");
  private static final VarHandle BLOCKS = field("nr_blocks");
  private static final VarHandle ERA = field("current_era");
  private static final VarHandle WRITESET_BITS = field("writeset_nr_bits");
  private static final VarHandle WRITESET_ROOT = field("writeset_root");
  private static final VarHandle TREE_ROOT = field("writeset_tree_root");
  private static final VarHandle ARRAY_ROOT = field("era_array_root");
  private static final VarHandle SNAP = field("metadata_snap");

  static final BlockValidator VALIDATOR =
      new SuperblockValidator(
          EraMetadata.PREFIX,
          new SuperblockValidator.Numbers(MAGIC, CSUM_XOR),
          new SuperblockValidator.Versions("Era", VERSION, VERSION),
          SuperblockValidator.Words.WANTED);

  private final MemorySegment at;

  /** That in a locked block. */
  EraSuperblock(Block b) {
    at = b.memory();
  }

  /** Fills in what is the same always. */
  void init(int dataBlockSize, int metadataBlockSize) {
    at.asSlice(4, 4).fill((byte) 0);
    at.asSlice(BLOCKNR_OFFSET + Long.BYTES, 16).fill((byte) 0);
    MAGIC_FIELD.set(at, 0L, MAGIC);
    VERSION_FIELD.set(at, 0L, VERSION);
    DATA_BLOCK_SIZE.set(at, 0L, dataBlockSize);
    METADATA_BLOCK_SIZE.set(at, 0L, metadataBlockSize);
  }

  /** Sectors. */
  int dataBlockSize() {
    return (int) DATA_BLOCK_SIZE.get(at, 0L);
  }

  byte[] spaceMapRoot() {
    return at.asSlice(SM_ROOT, SpaceMap.ROOT_SIZE).toArray(ValueLayout.JAVA_BYTE);
  }

  void spaceMapRoot(byte[] root) {
    MemorySegment.copy(MemorySegment.ofArray(root), 0, at, SM_ROOT, root.length);
  }

  int blocks() {
    return (int) BLOCKS.get(at, 0L);
  }

  void blocks(int n) {
    BLOCKS.set(at, 0L, n);
  }

  int era() {
    return (int) ERA.get(at, 0L);
  }

  void era(int era) {
    ERA.set(at, 0L, era);
  }

  int writesetBits() {
    return (int) WRITESET_BITS.get(at, 0L);
  }

  long writesetRoot() {
    return (long) WRITESET_ROOT.get(at, 0L);
  }

  void writeset(int bits, long root) {
    WRITESET_BITS.set(at, 0L, bits);
    WRITESET_ROOT.set(at, 0L, root);
  }

  long treeRoot() {
    return (long) TREE_ROOT.get(at, 0L);
  }

  void treeRoot(long root) {
    TREE_ROOT.set(at, 0L, root);
  }

  long arrayRoot() {
    return (long) ARRAY_ROOT.get(at, 0L);
  }

  void arrayRoot(long root) {
    ARRAY_ROOT.set(at, 0L, root);
  }

  long snap() {
    return (long) SNAP.get(at, 0L);
  }

  void snap(long root) {
    SNAP.set(at, 0L, root);
  }
}
