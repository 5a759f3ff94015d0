package org.dmsim.dm.targets.integrity;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The first 4096 bytes of the metadata: {@code struct superblock} of {@code dm-integrity.c}. */
final class Superblock {

  /** {@code SB_SECTORS}. */
  static final int SECTORS = 8;

  static final int HAVE_JOURNAL_MAC = 1;
  static final int RECALCULATING = 1 << 1;
  static final int DIRTY_BITMAP = 1 << 2;
  static final int FIXED_PADDING = 1 << 3;
  static final int FIXED_HMAC = 1 << 4;

  /** {@code SB_VERSION_5}, the newest. */
  static final int NEWEST = 5;

  private static final byte ZERO = 0;
  private static final String MAGIC = "integrt\0";
  private static final int SALT = 48;
  private static final int SALT_SIZE = 16;

  private static final ValueLayout.OfShort LE16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt LE32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LE64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
          MemoryLayout.sequenceLayout(8, ValueLayout.JAVA_BYTE).withName("magic"),
          ValueLayout.JAVA_BYTE.withName("version"),
          ValueLayout.JAVA_BYTE.withName("log2_interleave_sectors"),
          LE16.withName("integrity_tag_size"),
          LE32.withName("journal_sections"),
          LE64.withName("provided_data_sectors"),
          LE32.withName("flags"),
          ValueLayout.JAVA_BYTE.withName("log2_sectors_per_block"),
          ValueLayout.JAVA_BYTE.withName("log2_blocks_per_bitmap_bit"),
          MemoryLayout.paddingLayout(2),
          LE64.withName("recalc_sector"),
          MemoryLayout.paddingLayout(8),
          MemoryLayout.sequenceLayout(SALT_SIZE, ValueLayout.JAVA_BYTE).withName("salt"));

  private static VarHandle field(String name) {
    return LAYOUT.varHandle(groupElement(name));
  }

  private static final VarHandle VERSION = field("version");
  private static final VarHandle INTERLEAVE = field("log2_interleave_sectors");
  private static final VarHandle TAG_SIZE = field("integrity_tag_size");
  private static final VarHandle SECTIONS = field("journal_sections");
  private static final VarHandle PROVIDED = field("provided_data_sectors");
  private static final VarHandle FLAGS = field("flags");
  private static final VarHandle PER_BLOCK = field("log2_sectors_per_block");
  private static final VarHandle PER_BIT = field("log2_blocks_per_bitmap_bit");
  private static final VarHandle RECALC = field("recalc_sector");

  private final byte[] bytes = new byte[SECTORS << 9];
  private final MemorySegment at = MemorySegment.ofArray(bytes);

  /** What is read and written. */
  byte[] bytes() {
    return bytes;
  }

  boolean hasMagic() {
    return new String(bytes, 0, MAGIC.length(), StandardCharsets.ISO_8859_1).equals(MAGIC);
  }

  boolean isZero() {
    return Arrays.equals(bytes, new byte[bytes.length]);
  }

  /** Begins a new one. */
  void clear() {
    Arrays.fill(bytes, ZERO);
    byte[] magic = MAGIC.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(magic, 0, bytes, 0, magic.length);
  }

  int version() {
    return (byte) VERSION.get(at, 0L) & 0xff;
  }

  void version(int v) {
    VERSION.set(at, 0L, (byte) v);
  }

  int log2Interleave() {
    return (byte) INTERLEAVE.get(at, 0L);
  }

  void log2Interleave(int log2) {
    INTERLEAVE.set(at, 0L, (byte) log2);
  }

  int tagSize() {
    return (short) TAG_SIZE.get(at, 0L) & 0xffff;
  }

  void tagSize(int size) {
    TAG_SIZE.set(at, 0L, (short) size);
  }

  int journalSections() {
    return (int) SECTIONS.get(at, 0L);
  }

  void journalSections(int n) {
    SECTIONS.set(at, 0L, n);
  }

  long providedDataSectors() {
    return (long) PROVIDED.get(at, 0L);
  }

  void providedDataSectors(long n) {
    PROVIDED.set(at, 0L, n);
  }

  int log2SectorsPerBlock() {
    return (byte) PER_BLOCK.get(at, 0L);
  }

  void log2SectorsPerBlock(int log2) {
    PER_BLOCK.set(at, 0L, (byte) log2);
  }

  int log2BlocksPerBit() {
    return (byte) PER_BIT.get(at, 0L);
  }

  void log2BlocksPerBit(int log2) {
    PER_BIT.set(at, 0L, (byte) log2);
  }

  long recalcSector() {
    return (long) RECALC.get(at, 0L);
  }

  void recalcSector(long sector) {
    RECALC.set(at, 0L, sector);
  }

  int flags() {
    return (int) FLAGS.get(at, 0L);
  }

  boolean has(int flag) {
    return (flags() & flag) != 0;
  }

  void add(int flags) {
    FLAGS.set(at, 0L, flags() | flags);
  }

  void remove(int flags) {
    FLAGS.set(at, 0L, flags() & ~flags);
  }

  /** Chance has always the same to say here: a run can be repeated. */
  void randomSalt() {
    long word = 0;
    for (int i = 0; i < SALT_SIZE; i++) {
      word = word * 0x5851f42d4c957f2dL + 0x14057b7ef767814fL;
      bytes[SALT + i] = (byte) (word >>> 56);
    }
  }

  /** The salt of {@code fix_hmac}. */
  byte[] salt() {
    return Arrays.copyOfRange(bytes, SALT, SALT + SALT_SIZE);
  }
}
