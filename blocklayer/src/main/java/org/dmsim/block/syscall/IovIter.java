package org.dmsim.block.syscall;

import org.dmsim.block.Sectors;

/**
 * {@code struct iov_iter} over several runs of a user's memory: where they lie counts for the
 * alignment of direct I/O and for the number of pages, their bytes lie one behind the other in one
 * array.
 *
 * <p>Bios are built as if that array were the user's memory, from {@code at} on. They are those of
 * the kernel where each run but the last is whole pages.
 *
 * @param memory the bytes
 * @param at index of the first one: the offset of the first run in its page
 * @param base address of each run
 * @param length bytes of each run
 */
public record IovIter(byte[] memory, int at, long[] base, long[] length) {

  /** An iterator over {@code base} and {@code length}, with room for {@code total} bytes. */
  public static IovIter of(long[] base, long[] length, int total) {
    int at = base.length == 0 ? 0 : (int) (base[0] & (Sectors.PAGE_SIZE - 1));
    return new IovIter(new byte[at + total], at, base, length);
  }

  /**
   * Mirrors {@code iov_iter_is_aligned}, 6.1: whether every run of the first {@code count} bytes
   * begins and ends where the device can take it.
   */
  boolean isAligned(long count, int addressMask, int lengthMask) {
    long left = count;
    for (int i = 0; i < base.length && left > 0; i++) {
      long n = Math.min(left, length[i]);
      if ((n & lengthMask) != 0 || (n > 0 && (base[i] & addressMask) != 0)) {
        return false;
      }
      left -= n;
    }
    return true;
  }

  /** How many pages the first {@code count} bytes lie in; {@code iov_iter_npages}. */
  long pages(long count) {
    long pages = 0;
    long left = count;
    for (int i = 0; i < base.length && left > 0; i++) {
      long n = Math.min(left, length[i]);
      long into = base[i] & (Sectors.PAGE_SIZE - 1);
      pages += (into + n + Sectors.PAGE_SIZE - 1) >> Sectors.PAGE_SHIFT;
      left -= n;
    }
    return pages;
  }
}
