package org.dmsim.dm.persistent;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;
import org.dmsim.block.Errno;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.splat.KernelBug;

/** A part of an array: header and values. {@code struct array_block} of {@code dm-array.c}, 6.1. */
final class ArrayBlock {

  static final String PREFIX = "array";
  private static final String PLACE = "drivers/md/persistent-data/dm-array.c";
  private static final int CSUM_XOR = 595846735;
  private static final int BLOCKNR = 16;

  private static final StructLayout HEADER =
      MemoryLayout.structLayout(
          Le.LE32.withName("csum"),
          Le.LE32.withName("max_entries"),
          Le.LE32.withName("nr_entries"),
          Le.LE32.withName("value_size"),
          Le.LE64.withName("blocknr"));

  private static final VarHandle MAX = HEADER.varHandle(groupElement("max_entries"));
  private static final VarHandle ENTRIES = HEADER.varHandle(groupElement("nr_entries"));
  private static final VarHandle VALUE_SIZE = HEADER.varHandle(groupElement("value_size"));
  private static final int VALUES = (int) HEADER.byteSize();

  static final BlockValidator VALIDATOR = new Validator();

  private final Block block;
  private final MemorySegment at;
  private final BTreeValue value;

  ArrayBlock(Block block, BTreeValue value) {
    this.block = block;
    this.at = block.memory();
    this.value = value;
  }

  /** Mirrors {@code calc_max_entries} of {@code dm-array.c}. */
  static int maxEntries(int valueSize, int blockSize) {
    return (blockSize - VALUES) / valueSize;
  }

  Block block() {
    return block;
  }

  int max() {
    return (int) MAX.get(at, 0L);
  }

  int entries() {
    return (int) ENTRIES.get(at, 0L);
  }

  void entries(int n) {
    ENTRIES.set(at, 0L, n);
  }

  int valueSize() {
    return (int) VALUE_SIZE.get(at, 0L);
  }

  void init(int max) {
    MAX.set(at, 0L, max);
    ENTRIES.set(at, 0L, 0);
    VALUE_SIZE.set(at, 0L, value.size());
  }

  private long offset(int i) {
    return VALUES + (long) i * value.size();
  }

  byte[] get(int i) {
    byte[] bytes = new byte[value.size()];
    MemorySegment.copy(at, offset(i), MemorySegment.ofArray(bytes), 0, bytes.length);
    return bytes;
  }

  void put(int i, byte[] bytes) {
    MemorySegment.copy(MemorySegment.ofArray(bytes), 0, at, offset(i), bytes.length);
  }

  void inc(int i, int count) {
    value.inc(at, offset(i), count);
  }

  void dec(int i, int count) {
    value.dec(at, offset(i), count);
  }

  /** Writes over a value; mirrors the end of {@code array_set_value}. */
  void replace(int i, byte[] bytes) {
    MemorySegment fresh = MemorySegment.ofArray(bytes);
    if (!value.equal(at, offset(i), fresh)) {
      value.dec(at, offset(i), 1);
      value.inc(fresh, 0, 1);
    }
    put(i, bytes);
  }

  /** Adds the same value at the end until there are {@code n}; mirrors {@code fill_ablock}. */
  void fill(byte[] bytes, int n) {
    int old = entries();
    KernelBug.on(n > max(), PLACE);
    KernelBug.on(n < old, PLACE);
    value.inc(MemorySegment.ofArray(bytes), 0, n - old);
    for (int i = old; i < n; i++) {
      put(i, bytes);
    }
    entries(n);
  }

  /** Forgets the last values; mirrors {@code trim_ablock}. */
  void trim(int n) {
    KernelBug.on(n > max(), PLACE);
    KernelBug.on(n > entries(), PLACE);
    value.dec(at, offset(n - 1), entries() - n);
    entries(n);
  }

  private static final class Validator extends BlockValidator {
    Validator() {
      super("array", BLOCKNR, CSUM_XOR);
    }

    @Override
    protected String logPrefix() {
      return PREFIX;
    }

    @Override
    protected String checkName() {
      return "array_block_check";
    }

    @Override
    public void check(Block b) throws MetadataException {
      super.check(b);
      int max = (int) MAX.get(b.memory(), 0L);
      int size = (int) VALUE_SIZE.get(b.memory(), 0L);
      if (size == 0) {
        throw fail(Errno.EILSEQ, "value_size is zero");
      }
      long most = (b.data().length - VALUES) / Integer.toUnsignedLong(size);
      if (Integer.toUnsignedLong(max) != most) {
        throw fail(
            Errno.EILSEQ,
            ("max_entries " + Integer.toUnsignedString(max))
                + (" invalid for value_size " + Integer.toUnsignedString(size)));
      }
      if (Integer.compareUnsigned((int) ENTRIES.get(b.memory(), 0L), max) > 0) {
        throw fail(Errno.EILSEQ, "too many entries");
      }
    }
  }

  /** Says that a block's values are of another size. */
  static MetadataException wrongSize(String function, ArrayBlock ab) {
    DmLog.say(
        PREFIX,
        (function + " failed: value_size " + Integer.toUnsignedString(ab.valueSize()))
            + (" != wanted " + ab.value.size()));
    return new MetadataException(Errno.EILSEQ);
  }
}
