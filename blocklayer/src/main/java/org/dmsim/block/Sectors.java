package org.dmsim.block;

/** Units. A sector is 512 bytes whatever the device's block size. */
public final class Sectors {

  private Sectors() {}

  /** Bytes of a sector, as a shift. */
  public static final int SHIFT = 9;

  /** Bytes of a sector. */
  public static final int SIZE = 1 << SHIFT;

  /** Bytes of a page of memory. */
  public static final int PAGE_SIZE = 4096;

  /** Bytes of a page of memory, as a shift. */
  public static final int PAGE_SHIFT = 12;

  /** Sectors of a page of memory. */
  public static final int PER_PAGE = PAGE_SIZE / SIZE;

  /** Pages that one bio can carry at most where no two of them lie side by side. */
  public static final int BIO_MAX_VECS = 256;

  /** {@code UINT_MAX}: the limit of {@code bi_size}, and "no limit" of a queue. */
  public static final long UINT_MAX = 0xffff_ffffL;

  /** {@code round_down}, for a power of two. */
  public static long roundDown(long value, long powerOfTwo) {
    return value & -powerOfTwo;
  }

  /** {@code round_up}, for a power of two. */
  public static long roundUp(long value, long powerOfTwo) {
    return (value + powerOfTwo - 1) & -powerOfTwo;
  }

  /** The smaller of two where 0 means that there is none: {@code min_not_zero}. */
  public static long minNotZero(long a, long b) {
    return a == 0 ? b : b == 0 ? a : Math.min(a, b);
  }

  /** The smaller of two as {@code sector_t} is compared, where below 0 is very large. */
  public static long min(long a, long b) {
    return Long.compareUnsigned(a, b) < 0 ? a : b;
  }
}
