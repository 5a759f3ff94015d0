package org.dmsim.dm.targets.cache;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.dmsim.dm.persistent.Block;
import org.dmsim.dm.persistent.BlockValidator;
import org.dmsim.dm.persistent.Le;
import org.dmsim.dm.persistent.SpaceMap;
import org.dmsim.dm.persistent.SuperblockValidator;

/** Block 0 of a cache's metadata: {@code struct cache_disk_superblock}, 6.1. */
final class CacheSuperblock {

  static final long LOCATION = 0;

  /** {@code CLEAN_SHUTDOWN}: what stands in the metadata is all there is to know. */
  static final int CLEAN_SHUTDOWN = 1;

  /** {@code NEEDS_CHECK}. */
  static final int NEEDS_CHECK = 1 << 1;

  /** {@code 06142003}, which is octal. */
  private static final long MAGIC = 1623043;

  private static final int MIN_VERSION = 1;
  private static final int MAX_VERSION = 2;
  private static final int CSUM_XOR = 9031977;
  private static final int NAME = 16;
  private static final int VERSIONS = 3;

  private static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
          Le.LE32.withName("csum"),
          Le.LE32.withName("flags"),
          Le.LE64.withName("blocknr"),
          MemoryLayout.sequenceLayout(16, ValueLayout.JAVA_BYTE).withName("uuid"),
          Le.LE64.withName("magic"),
          Le.LE32.withName("version"),
          MemoryLayout.sequenceLayout(NAME, ValueLayout.JAVA_BYTE).withName("policy_name"),
          Le.LE32.withName("policy_hint_size"),
          MemoryLayout.sequenceLayout(128, ValueLayout.JAVA_BYTE).withName("sm_root"),
          Le.LE64.withName("mapping_root"),
          Le.LE64.withName("hint_root"),
          Le.LE64.withName("discard_root"),
          Le.LE64.withName("discard_block_size"),
          Le.LE64.withName("discard_nr_blocks"),
          Le.LE32.withName("data_block_size"),
          Le.LE32.withName("metadata_block_size"),
          Le.LE32.withName("cache_blocks"),
          Le.LE32.withName("compat_flags"),
          Le.LE32.withName("compat_ro_flags"),
          Le.LE32.withName("incompat_flags"),
          Le.LE32.withName("read_hits"),
          Le.LE32.withName("read_misses"),
          Le.LE32.withName("write_hits"),
          Le.LE32.withName("write_misses"),
          MemoryLayout.sequenceLayout(VERSIONS, Le.LE32).withName("policy_version"),
          Le.LE64.withName("dirty_root"));

  private static VarHandle field(String name) {
    return LAYOUT.varHandle(groupElement(name));
  }

  private static long offset(String name) {
    return LAYOUT.byteOffset(groupElement(name));
  }

  private static final long SM_ROOT = offset("sm_root");
  private static final long POLICY_NAME = offset("policy_name");
  private static final long POLICY_VERSION = offset("policy_version");

  private static final VarHandle FLAGS = field("flags");
  private static final VarHandle MAGIC_FIELD = field("magic");
  private static final VarHandle VERSION = field("version");
  private static final VarHandle HINT_SIZE = field("policy_hint_size");
  private static final VarHandle MAPPING_ROOT = field("mapping_root");
  private static final VarHandle HINT_ROOT = field("hint_root");
  private static final VarHandle DISCARD_ROOT = field("discard_root");
  private static final VarHandle DISCARD_BLOCK_SIZE = field("discard_block_size");
  private static final VarHandle DISCARD_BLOCKS = field("discard_nr_blocks");
  private static final VarHandle DATA_BLOCK_SIZE = field("data_block_size");
  private static final VarHandle METADATA_BLOCK_SIZE = field("metadata_block_size");
  private static final VarHandle CACHE_BLOCKS = field("cache_blocks");
  private static final VarHandle COMPAT_RO = field("compat_ro_flags");
  private static final VarHandle INCOMPAT = field("incompat_flags");
  private static final VarHandle READ_HITS = field("read_hits");
  private static final VarHandle READ_MISSES = field("read_misses");
  private static final VarHandle WRITE_HITS = field("write_hits");
  private static final VarHandle WRITE_MISSES = field("write_misses");
  private static final VarHandle DIRTY_ROOT = field("dirty_root");

  static final BlockValidator VALIDATOR =
      new SuperblockValidator(
          CacheMetadata.PREFIX,
          new SuperblockValidator.Numbers(MAGIC, CSUM_XOR),
          new SuperblockValidator.Versions("Cache", MIN_VERSION, MAX_VERSION),
          SuperblockValidator.Words.WANTED);

  /**
   * How often something was asked for: {@code struct dm_cache_statistics}.
   *
   * @param readHits reads of what was cached
   * @param readMisses reads of what was not
   * @param writeHits writes to what was cached
   * @param writeMisses writes to what was not
   */
  record Stats(int readHits, int readMisses, int writeHits, int writeMisses) {}

  private final MemorySegment at;

  /** That in a locked block. */
  CacheSuperblock(Block b) {
    at = b.memory();
  }

  /** Fills in what never changes. */
  void init(int version, int dataBlockSize, int metadataBlockSize) {
    MAGIC_FIELD.set(at, 0L, MAGIC);
    VERSION.set(at, 0L, version);
    DATA_BLOCK_SIZE.set(at, 0L, dataBlockSize);
    METADATA_BLOCK_SIZE.set(at, 0L, metadataBlockSize);
  }

  int flags() {
    return (int) FLAGS.get(at, 0L);
  }

  void flags(int flags) {
    FLAGS.set(at, 0L, flags);
  }

  int version() {
    return (int) VERSION.get(at, 0L);
  }

  byte[] spaceMapRoot() {
    return at.asSlice(SM_ROOT, SpaceMap.ROOT_SIZE).toArray(ValueLayout.JAVA_BYTE);
  }

  void spaceMapRoot(byte[] root) {
    MemorySegment.copy(MemorySegment.ofArray(root), 0, at, SM_ROOT, root.length);
  }

  String policyName() {
    byte[] name = at.asSlice(POLICY_NAME, NAME).toArray(ValueLayout.JAVA_BYTE);
    int end = 0;
    while (end < NAME && name[end] != 0) {
      end++;
    }
    return new String(name, 0, end, StandardCharsets.ISO_8859_1);
  }

  int policyVersion(int i) {
    return at.get(Le.LE32, POLICY_VERSION + (long) i * Integer.BYTES);
  }

  void policy(String name, int[] version, int hintSize) {
    byte[] bytes = Arrays.copyOf(name.getBytes(StandardCharsets.ISO_8859_1), NAME);
    MemorySegment.copy(MemorySegment.ofArray(bytes), 0, at, POLICY_NAME, NAME);
    for (int i = 0; i < VERSIONS; i++) {
      at.set(Le.LE32, POLICY_VERSION + (long) i * Integer.BYTES, version[i]);
    }
    HINT_SIZE.set(at, 0L, hintSize);
  }

  int hintSize() {
    return (int) HINT_SIZE.get(at, 0L);
  }

  long mappingRoot() {
    return (long) MAPPING_ROOT.get(at, 0L);
  }

  void mappingRoot(long root) {
    MAPPING_ROOT.set(at, 0L, root);
  }

  long hintRoot() {
    return (long) HINT_ROOT.get(at, 0L);
  }

  void hintRoot(long root) {
    HINT_ROOT.set(at, 0L, root);
  }

  long discardRoot() {
    return (long) DISCARD_ROOT.get(at, 0L);
  }

  long discardBlockSize() {
    return (long) DISCARD_BLOCK_SIZE.get(at, 0L);
  }

  long discardBlocks() {
    return (long) DISCARD_BLOCKS.get(at, 0L);
  }

  void discards(long root, long blockSize, long blocks) {
    DISCARD_ROOT.set(at, 0L, root);
    DISCARD_BLOCK_SIZE.set(at, 0L, blockSize);
    DISCARD_BLOCKS.set(at, 0L, blocks);
  }

  /** Sectors. */
  int dataBlockSize() {
    return (int) DATA_BLOCK_SIZE.get(at, 0L);
  }

  int cacheBlocks() {
    return (int) CACHE_BLOCKS.get(at, 0L);
  }

  void cacheBlocks(int n) {
    CACHE_BLOCKS.set(at, 0L, n);
  }

  int compatRoFlags() {
    return (int) COMPAT_RO.get(at, 0L);
  }

  int incompatFlags() {
    return (int) INCOMPAT.get(at, 0L);
  }

  Stats stats() {
    return new Stats(
        (int) READ_HITS.get(at, 0L),
        (int) READ_MISSES.get(at, 0L),
        (int) WRITE_HITS.get(at, 0L),
        (int) WRITE_MISSES.get(at, 0L));
  }

  void stats(Stats s) {
    READ_HITS.set(at, 0L, s.readHits());
    READ_MISSES.set(at, 0L, s.readMisses());
    WRITE_HITS.set(at, 0L, s.writeHits());
    WRITE_MISSES.set(at, 0L, s.writeMisses());
  }

  long dirtyRoot() {
    return (long) DIRTY_ROOT.get(at, 0L);
  }

  void dirtyRoot(long root) {
    DIRTY_ROOT.set(at, 0L, root);
  }
}
