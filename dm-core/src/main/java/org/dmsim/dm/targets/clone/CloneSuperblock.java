package org.dmsim.dm.targets.clone;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.dmsim.dm.persistent.Block;
import org.dmsim.dm.persistent.BlockValidator;
import org.dmsim.dm.persistent.Le;
import org.dmsim.dm.persistent.SpaceMap;
import org.dmsim.dm.persistent.SuperblockValidator;

/** Block 0 of the metadata: {@code struct superblock_disk} of {@code dm-clone-metadata.c}. */
final class CloneSuperblock {

  static final long LOCATION = 0;

  private static final int MAGIC = 0x8af27f64;
  private static final int CSUM_XOR = 257649492;
  private static final int VERSION = 1;
  private static final int ROOT_SIZE = 128;

  private static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
          Le.LE32.withName("csum"),
          Le.LE32.withName("flags"),
          Le.LE64.withName("blocknr"),
          MemoryLayout.sequenceLayout(16, ValueLayout.JAVA_BYTE).withName("uuid"),
          Le.LE64.withName("magic"),
          Le.LE32.withName("version"),
          MemoryLayout.sequenceLayout(ROOT_SIZE, ValueLayout.JAVA_BYTE)
              .withName("metadata_space_map_root"),
          Le.LE64.withName("region_size"),
          Le.LE64.withName("target_size"),
          Le.LE64.withName("bitset_root"));

  private static final long ROOT = offset("metadata_space_map_root");
  private static final VarHandle SB_MAGIC = LAYOUT.varHandle(groupElement("magic"));
  private static final VarHandle SB_VERSION = LAYOUT.varHandle(groupElement("version"));
  private static final VarHandle REGION_SIZE = LAYOUT.varHandle(groupElement("region_size"));
  private static final VarHandle TARGET_SIZE = LAYOUT.varHandle(groupElement("target_size"));
  private static final VarHandle BITSET_ROOT = LAYOUT.varHandle(groupElement("bitset_root"));

  private static long offset(String field) {
    return LAYOUT.byteOffset(groupElement(field));
  }

  /** What it must look like; {@code sb_check}. */
  static final BlockValidator VALIDATOR =
      new SuperblockValidator(
          CloneMetadata.PREFIX,
          new SuperblockValidator.Numbers(Integer.toUnsignedLong(MAGIC), CSUM_XOR),
          new SuperblockValidator.Versions("Clone", VERSION, VERSION),
          SuperblockValidator.Words.EXPECTED);

  private CloneSuperblock() {}

  static long regionSize(Block b) {
    return (long) REGION_SIZE.get(b.memory(), 0L);
  }

  static long targetSize(Block b) {
    return (long) TARGET_SIZE.get(b.memory(), 0L);
  }

  static long bitsetRoot(Block b) {
    return (long) BITSET_ROOT.get(b.memory(), 0L);
  }

  static byte[] spaceMapRoot(Block b) {
    return Arrays.copyOfRange(b.data(), (int) ROOT, (int) ROOT + SpaceMap.ROOT_SIZE);
  }

  /** Mirrors {@code __prepare_superblock}; the block is one of zeroes. */
  static void fill(Block b, byte[] spaceMapRoot, long regionSize, long targetSize, long bitset) {
    MemorySegment at = b.memory();
    SB_MAGIC.set(at, 0L, Integer.toUnsignedLong(MAGIC));
    SB_VERSION.set(at, 0L, VERSION);
    System.arraycopy(spaceMapRoot, 0, b.data(), (int) ROOT, spaceMapRoot.length);
    REGION_SIZE.set(at, 0L, regionSize);
    TARGET_SIZE.set(at, 0L, targetSize);
    BITSET_ROOT.set(at, 0L, bitset);
  }
}
