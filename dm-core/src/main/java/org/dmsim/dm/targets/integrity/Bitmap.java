package org.dmsim.dm.targets.integrity;

/** Bits of sectors, one for so many of them each, in bytes that may lie in the journal's memory. */
final class Bitmap {

  private final byte[] bits;
  private final int shift;

  /**
   * Over the first of these bytes.
   *
   * @param shift sectors of a bit, as a shift
   */
  Bitmap(byte[] bits, int shift) {
    this.bits = bits;
    this.shift = shift;
  }

  private int first(long sector) {
    return (int) (sector >> shift);
  }

  private int last(long sector, long sectors) {
    return (int) (sector + sectors - 1 >> shift);
  }

  boolean allAre(boolean set, long sector, long sectors) {
    if (sectors == 0) {
      return true;
    }
    for (int i = first(sector); i <= last(sector, sectors); i++) {
      if ((bits[i >> 3] >> (i & 7) & 1) != 0 != set) {
        return false;
      }
    }
    return true;
  }

  void set(boolean to, long sector, long sectors) {
    if (sectors == 0) {
      return;
    }
    for (int i = first(sector); i <= last(sector, sectors); i++) {
      int bit = 1 << (i & 7);
      bits[i >> 3] = (byte) (to ? bits[i >> 3] | bit : bits[i >> 3] & ~bit);
    }
  }

  void copyFrom(Bitmap other, int bytes) {
    System.arraycopy(other.bits, 0, bits, 0, bytes);
  }

  /** The sector at which the bit of a sector begins. */
  long roundDown(long sector) {
    return sector >> shift << shift;
  }
}
