package org.dmsim.dm.persistent;

import java.lang.foreign.MemorySegment;

/** The index of a metadata device's bitmaps: one block, kept in memory. 6.1. */
final class MetadataMap extends LowLevelMap {

  /** {@code MAX_METADATA_BITMAPS}. */
  static final int MAX_BITMAPS = 255;

  /** Checksum, nothing, block number: before the entries. */
  private static final int HEADER = 16;

  private static final int CSUM_XOR = 160478;

  private static final BlockValidator INDEX =
      new BlockValidator("index", 8, CSUM_XOR) {
        @Override
        protected String logPrefix() {
          return PREFIX;
        }

        @Override
        protected String checkName() {
          return "index_check";
        }
      };

  /** {@code struct disk_metadata_index}. */
  private final byte[] index;

  private final MemorySegment at;

  MetadataMap(TransactionManager tm) {
    this(tm, new byte[HEADER + MAX_BITMAPS * IndexEntry.SIZE]);
  }

  private MetadataMap(TransactionManager tm, byte[] index) {
    super(tm);
    this.index = index;
    this.at = MemorySegment.ofArray(index);
  }

  @Override
  LowLevelMap copy() {
    MetadataMap copy = new MetadataMap(tm, index.clone());
    copyTo(copy);
    return copy;
  }

  @Override
  IndexEntry load(long i) {
    return IndexEntry.read(at, HEADER + i * IndexEntry.SIZE);
  }

  @Override
  void save(long i, IndexEntry entry) {
    indexChanged = true;
    entry.write(at, HEADER + i * IndexEntry.SIZE);
  }

  @Override
  void initIndex() throws MetadataException {
    Block b = tm.newBlock(INDEX);
    bitmapRoot = b.location();
    tm.unlock(b);
  }

  @Override
  void openIndex() throws MetadataException {
    Block b = tm.readLock(bitmapRoot, INDEX);
    System.arraycopy(b.data(), 0, index, 0, index.length);
    tm.unlock(b);
  }

  @Override
  long maxEntries() {
    return MAX_BITMAPS;
  }

  @Override
  void writeIndex() throws MetadataException {
    Block b = tm.shadow(bitmapRoot, INDEX).block();
    System.arraycopy(index, 0, b.data(), 0, index.length);
    bitmapRoot = b.location();
    tm.unlock(b);
  }
}
