package org.dmsim.dm.targets.thin;

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

/** Block 0 of a pool's metadata: {@code struct thin_disk_superblock}, 6.1. */
final class ThinSuperblock {

  static final long LOCATION = 0;
  static final long MAGIC = 27022010;
  static final int VERSION = 2;

  /** {@code THIN_METADATA_NEEDS_CHECK_FLAG}. */
  static final int NEEDS_CHECK = 1;

  private static final int CSUM_XOR = 160774;
  private static final int ROOT = 128;

  private static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
          Le.LE32.withName("csum"),
          Le.LE32.withName("flags"),
          Le.LE64.withName("blocknr"),
          MemoryLayout.sequenceLayout(16, ValueLayout.JAVA_BYTE).withName("uuid"),
          Le.LE64.withName("magic"),
          Le.LE32.withName("version"),
          Le.LE32.withName("time"),
          Le.LE64.withName("trans_id"),
          Le.LE64.withName("held_root"),
          MemoryLayout.sequenceLayout(ROOT, ValueLayout.JAVA_BYTE).withName("data_sm_root"),
          MemoryLayout.sequenceLayout(ROOT, ValueLayout.JAVA_BYTE).withName("metadata_sm_root"),
          Le.LE64.withName("data_mapping_root"),
          Le.LE64.withName("device_details_root"),
          Le.LE32.withName("data_block_size"),
          Le.LE32.withName("metadata_block_size"),
          Le.LE64.withName("metadata_nr_blocks"),
          Le.LE32.withName("compat_flags"),
          Le.LE32.withName("compat_ro_flags"),
          Le.LE32.withName("incompat_flags"));

  private static VarHandle field(String name) {
    return LAYOUT.varHandle(groupElement(name));
  }

  private static long offset(String name) {
    return LAYOUT.byteOffset(groupElement(name));
  }

  private static final long DATA_SM_ROOT = offset("data_sm_root");
  private static final long METADATA_SM_ROOT = offset("metadata_sm_root");

  private static final VarHandle FLAGS = field("flags");
  private static final VarHandle MAGIC_FIELD = field("magic");
  private static final VarHandle VERSION_FIELD = field("version");
  private static final VarHandle TIME = field("time");
  private static final VarHandle TRANS_ID = field("trans_id");
  private static final VarHandle HELD_ROOT = field("held_root");
  private static final VarHandle MAPPING_ROOT = field("data_mapping_root");
  private static final VarHandle DETAILS_ROOT = field("device_details_root");
  private static final VarHandle DATA_BLOCK_SIZE = field("data_block_size");
  private static final VarHandle METADATA_BLOCK_SIZE = field("metadata_block_size");
  private static final VarHandle METADATA_BLOCKS = field("metadata_nr_blocks");
  private static final VarHandle COMPAT_RO = field("compat_ro_flags");
  private static final VarHandle INCOMPAT = field("incompat_flags");

  static final BlockValidator VALIDATOR =
      new SuperblockValidator(
          PoolMetadata.PREFIX,
          new SuperblockValidator.Numbers(MAGIC, CSUM_XOR),
          SuperblockValidator.Versions.ANY,
          SuperblockValidator.Words.WANTED);

  private final MemorySegment at;

  /** That in a locked block. */
  ThinSuperblock(Block b) {
    at = b.memory();
  }

  /** Fills in what never changes. */
  void init(int dataBlockSize, int metadataBlockSize, long metadataBlocks) {
    MAGIC_FIELD.set(at, 0L, MAGIC);
    VERSION_FIELD.set(at, 0L, VERSION);
    DATA_BLOCK_SIZE.set(at, 0L, dataBlockSize);
    METADATA_BLOCK_SIZE.set(at, 0L, metadataBlockSize);
    METADATA_BLOCKS.set(at, 0L, metadataBlocks);
  }

  int flags() {
    return (int) FLAGS.get(at, 0L);
  }

  void flags(int flags) {
    FLAGS.set(at, 0L, flags);
  }

  int time() {
    return (int) TIME.get(at, 0L);
  }

  void time(int time) {
    TIME.set(at, 0L, time);
  }

  long transactionId() {
    return (long) TRANS_ID.get(at, 0L);
  }

  void transactionId(long id) {
    TRANS_ID.set(at, 0L, id);
  }

  long heldRoot() {
    return (long) HELD_ROOT.get(at, 0L);
  }

  void heldRoot(long root) {
    HELD_ROOT.set(at, 0L, root);
  }

  long mappingRoot() {
    return (long) MAPPING_ROOT.get(at, 0L);
  }

  void mappingRoot(long root) {
    MAPPING_ROOT.set(at, 0L, root);
  }

  long detailsRoot() {
    return (long) DETAILS_ROOT.get(at, 0L);
  }

  void detailsRoot(long root) {
    DETAILS_ROOT.set(at, 0L, root);
  }

  /** Sectors. */
  int dataBlockSize() {
    return (int) DATA_BLOCK_SIZE.get(at, 0L);
  }

  int compatRoFlags() {
    return (int) COMPAT_RO.get(at, 0L);
  }

  int incompatFlags() {
    return (int) INCOMPAT.get(at, 0L);
  }

  byte[] dataRoot() {
    return root(DATA_SM_ROOT);
  }

  byte[] metadataRoot() {
    return root(METADATA_SM_ROOT);
  }

  private byte[] root(long offset) {
    return at.asSlice(offset, SpaceMap.ROOT_SIZE).toArray(ValueLayout.JAVA_BYTE);
  }

  /** Mirrors {@code copy_sm_roots}. */
  void roots(byte[] data, byte[] metadata) {
    MemorySegment.copy(MemorySegment.ofArray(data), 0, at, DATA_SM_ROOT, data.length);
    MemorySegment.copy(MemorySegment.ofArray(metadata), 0, at, METADATA_SM_ROOT, metadata.length);
  }

  /** Wipes the roots of the space maps: who reads a copy is not to change anything. */
  void wipeRoots() {
    at.asSlice(DATA_SM_ROOT, ROOT).fill((byte) 0);
    at.asSlice(METADATA_SM_ROOT, ROOT).fill((byte) 0);
  }
}
