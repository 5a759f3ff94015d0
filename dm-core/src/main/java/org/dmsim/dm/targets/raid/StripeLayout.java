package org.dmsim.dm.targets.raid;

/**
 * Where the sectors of a set with parity lie: {@code raid5_compute_sector}, 6.1.
 *
 * @param sector on the disk
 * @param data the disk that holds the data
 * @param p the disk that holds the parity
 * @param q the disk that holds the syndrome; -1 for none
 * @param all whether the syndrome counts the places of P and Q too
 */
record StripeLayout(long sector, int data, int p, int q, boolean all) {

  /** Where a sector of the set lies. */
  static StripeLayout of(RaidSet set, long sector) {
    int disks = set.disks.length;
    int dataDisks = disks - set.type.parityDisks();
    long chunk = Long.divideUnsigned(sector, set.chunkSectors);
    long stripe = Long.divideUnsigned(chunk, dataDisks);
    int d = (int) Long.remainderUnsigned(chunk, dataDisks);
    long at = stripe * set.chunkSectors + Long.remainderUnsigned(sector, set.chunkSectors);
    return set.type.level() == 5
        ? five(set.type.algorithm(), disks, stripe, d, at)
        : six(set.type.algorithm(), disks, stripe, d, at);
  }

  /** The stripe that a sector of the disks belongs to; {@code stripe_set_idx}. */
  static StripeLayout ofDisk(RaidSet set, long sector) {
    int dataDisks = set.disks.length - set.type.parityDisks();
    long chunk = Long.divideUnsigned(sector, set.chunkSectors) * dataDisks;
    long offset = Long.remainderUnsigned(sector, set.chunkSectors);
    return of(set, chunk * set.chunkSectors + offset);
  }

  private static StripeLayout five(int algorithm, int disks, long stripe, int d, long at) {
    int turn = (int) Long.remainderUnsigned(stripe, disks);
    int last = disks - 1;
    return switch (algorithm) {
      case RaidType.LEFT_ASYMMETRIC -> beside(at, d, last - turn, -1);
      case RaidType.RIGHT_ASYMMETRIC -> beside(at, d, turn, -1);
      case RaidType.LEFT_SYMMETRIC -> behind(at, d, last - turn, disks, -1);
      case RaidType.RIGHT_SYMMETRIC -> behind(at, d, turn, disks, -1);
      case RaidType.PARITY_0 -> new StripeLayout(at, d + 1, 0, -1, false);
      default -> new StripeLayout(at, d, last, -1, false);
    };
  }

  /** Data in order, P left out. */
  private static StripeLayout beside(long at, int d, int p, int q) {
    return new StripeLayout(at, d >= p ? d + 1 : d, p, q, false);
  }

  /** Data in order from the disk behind P on, around. */
  private static StripeLayout behind(long at, int d, int p, int around, int q) {
    return new StripeLayout(at, (p + 1 + d) % around, p, q, false);
  }

  private static StripeLayout six(int algorithm, int disks, long stripe, int d, long at) {
    int turn = (int) Long.remainderUnsigned(stripe, disks);
    int turn5 = (int) Long.remainderUnsigned(stripe, disks - 1);
    int last = disks - 1;
    return switch (algorithm) {
      case RaidType.ROTATING_ZERO_RESTART -> pair(at, d, turn, disks);
      case RaidType.ROTATING_N_RESTART ->
          pair(at, d, last - (int) Long.remainderUnsigned(stripe + 1, disks), disks);
      case RaidType.ROTATING_N_CONTINUE -> {
        int p = last - turn;
        yield new StripeLayout(at, (p + 1 + d) % disks, p, (p + disks - 1) % disks, true);
      }
      case RaidType.LEFT_ASYMMETRIC_6 -> beside(at, d, last - 1 - turn5, last);
      case RaidType.RIGHT_ASYMMETRIC_6 -> beside(at, d, turn5, last);
      case RaidType.LEFT_SYMMETRIC_6 -> behind(at, d, last - 1 - turn5, disks - 1, last);
      case RaidType.RIGHT_SYMMETRIC_6 -> behind(at, d, turn5, disks - 1, last);
      default -> new StripeLayout(at, d, disks - 2, last, false);
    };
  }

  /** P and Q side by side, or Q first where P is last. */
  private static StripeLayout pair(long at, int d, int p, int disks) {
    return p == disks - 1
        ? new StripeLayout(at, d + 1, p, 0, true)
        : new StripeLayout(at, d >= p ? d + 2 : d, p, p + 1, true);
  }
}
