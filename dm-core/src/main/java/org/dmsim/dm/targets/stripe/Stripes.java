package org.dmsim.dm.targets.stripe;

/**
 * The arithmetic of striping: a range is cut into chunks, which are dealt out to the stripes in
 * turn. Sectors are counted from the target's begin; chunk and stripe counts are unsigned ints of
 * the kernel.
 */
final class Stripes {

  private final long stripes;
  private final long chunkSize;
  private final int stripesShift;
  private final int chunkShift;

  /** Both at least 1. */
  Stripes(long stripes, long chunkSize) {
    this.stripes = stripes;
    this.chunkSize = chunkSize;
    stripesShift = shiftOf(stripes);
    chunkShift = shiftOf(chunkSize);
  }

  private static int shiftOf(long n) {
    return Long.bitCount(n) == 1 ? Long.numberOfTrailingZeros(n) : -1;
  }

  private long chunk(long offset) {
    return chunkShift >= 0 ? offset >>> chunkShift : Long.divideUnsigned(offset, chunkSize);
  }

  private long intoChunk(long offset) {
    return chunkShift >= 0 ? offset & (chunkSize - 1) : Long.remainderUnsigned(offset, chunkSize);
  }

  private long row(long offset) {
    long chunk = chunk(offset);
    return stripesShift >= 0 ? chunk >>> stripesShift : Long.divideUnsigned(chunk, stripes);
  }

  /** The stripe that a sector lies in. */
  int stripe(long offset) {
    long chunk = chunk(offset);
    return (int)
        (stripesShift >= 0 ? chunk & (stripes - 1) : Long.remainderUnsigned(chunk, stripes));
  }

  /** The sector's place in its stripe. */
  long sector(long offset) {
    return row(offset) * chunkSize + intoChunk(offset);
  }

  /**
   * The first place in {@code stripe} that lies at or behind a sector of the whole range. Between
   * the bounds of a range it gives those of the stripe's own part of it.
   */
  long bound(long offset, int stripe) {
    int own = stripe(offset);
    if (own == stripe) {
      return sector(offset);
    }
    long row = row(offset);
    return (stripe < own ? row + 1 : row) * chunkSize;
  }
}
