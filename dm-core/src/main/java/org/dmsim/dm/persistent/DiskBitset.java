package org.dmsim.dm.persistent;

import java.lang.foreign.MemorySegment;
import org.dmsim.report.KernelSymbol;

/**
 * Arrays of bits, 64 to a word of an array: {@code dm-bitset.c}, 6.1. The word that was asked for
 * last is kept, and written when another one is or {@link #flush} asks for it.
 */
public final class DiskBitset {

  private static final int PER_WORD = 64;

  private final DiskArray array;
  private boolean known;
  private boolean dirty;
  private int currentIndex;
  private long currentBits;

  /** {@code dm_disk_bitset_init}. */
  public DiskBitset(TransactionManager tm) {
    array = new DiskArray(tm, () -> Long.BYTES);
  }

  /** Whether a bit is set. */
  @FunctionalInterface
  public interface BitFn {

    /** Of this index. */
    boolean bit(int index) throws MetadataException;
  }

  private static byte[] word(long bits) {
    byte[] word = new byte[Long.BYTES];
    MemorySegment.ofArray(word).set(Le.LE64, 0, bits);
    return word;
  }

  private static int words(int bits) {
    return (bits + PER_WORD - 1) / PER_WORD;
  }

  /** A new one without bits; {@code dm_bitset_empty}. */
  @KernelSymbol("dm_bitset_empty")
  public long empty() throws MetadataException {
    return array.empty();
  }

  /** A new one of {@code size} bits; {@code dm_bitset_new}. */
  @KernelSymbol("dm_bitset_new")
  public long create(int size, BitFn fn) throws MetadataException {
    return array.create(
        words(size),
        index -> {
          long bits = 0;
          int n = Math.min(PER_WORD, size - index * PER_WORD);
          for (int i = 0; i < n; i++) {
            bits |= fn.bit(index * PER_WORD + i) ? 1L << i : 0;
          }
          return word(bits);
        });
  }

  /** Makes it longer or shorter; {@code dm_bitset_resize}. */
  @KernelSymbol("dm_bitset_resize")
  public long resize(long root, int oldSize, int newSize, boolean set) throws MetadataException {
    return array.resize(root, words(oldSize), words(newSize), word(set ? -1 : 0));
  }

  /** Takes it away; {@code dm_bitset_del}. */
  @KernelSymbol("dm_bitset_del")
  public void delete(long root) throws MetadataException {
    array.delete(root);
  }

  /** Writes the word that is kept; the new root. {@code dm_bitset_flush}. */
  @KernelSymbol("dm_bitset_flush")
  public long flush(long root) throws MetadataException {
    if (!known || !dirty) {
      return root;
    }
    long r = array.set(root, currentIndex, word(currentBits));
    known = false;
    dirty = false;
    return r;
  }

  /** Mirrors {@code get_array_entry}: the word of a bit is kept; the new root. */
  private long keep(long root, int index) throws MetadataException {
    int wanted = index / PER_WORD;
    long r = root;
    if (known) {
      if (currentIndex == wanted) {
        return root;
      }
      r = flush(root);
    }
    currentBits = MemorySegment.ofArray(array.get(root, wanted)).get(Le.LE64, 0);
    known = true;
    currentIndex = wanted;
    dirty = false;
    return r;
  }

  /** Sets a bit; the new root. {@code dm_bitset_set_bit}. */
  @KernelSymbol("dm_bitset_set_bit")
  public long set(long root, int index) throws MetadataException {
    long r = keep(root, index);
    currentBits |= 1L << index % PER_WORD;
    dirty = true;
    return r;
  }

  /** Clears a bit; the new root. {@code dm_bitset_clear_bit}. */
  @KernelSymbol("dm_bitset_clear_bit")
  public long clear(long root, int index) throws MetadataException {
    long r = keep(root, index);
    currentBits &= ~(1L << index % PER_WORD);
    dirty = true;
    return r;
  }

  /**
   * What a bit is.
   *
   * @param root the new root
   * @param set whether it is set
   */
  public record Bit(long root, boolean set) {}

  /** Looks at a bit; {@code dm_bitset_test_bit}. */
  @KernelSymbol("dm_bitset_test_bit")
  public Bit test(long root, int index) throws MetadataException {
    long r = keep(root, index);
    return new Bit(r, (currentBits >>> index % PER_WORD & 1) != 0);
  }

  /** A place in it, at the first of {@code size} bits; {@code dm_bitset_cursor_begin}. */
  @KernelSymbol("dm_bitset_cursor_begin")
  public BitsetCursor cursor(long root, int size) throws MetadataException {
    return new BitsetCursor(array, root, size);
  }
}
