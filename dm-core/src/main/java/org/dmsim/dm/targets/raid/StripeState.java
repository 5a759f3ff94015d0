package org.dmsim.dm.targets.raid;

/** What one look at a stripe found: {@code struct stripe_head_state}, 6.1. */
final class StripeState {

  /** Disks whose failure one look names. */
  private static final int NAMED = 2;

  final int[] failedDisks = {-1, -1};
  int failed;
  int locked;
  int upToDate;
  int toRead;
  int toWrite;
  int toFill;
  int written;
  int nonOverwrite;
  boolean syncing;
  boolean writeErrors;
  boolean qFailed;
  boolean pFailed;

  // What is to be computed before anything is read or written.
  int target = -1;
  int secondTarget = -1;
  boolean compareP;
  boolean compareQ;
  boolean drain;

  /** Whether P and Q are changed by the difference of old and new data, in {@link #drain}. */
  boolean byOld;

  void fails(int disk) {
    if (failed < NAMED) {
      failedDisks[failed] = disk;
    }
    failed++;
  }

  boolean isFailed(int disk) {
    return disk == failedDisks[0] || disk == failedDisks[1];
  }

  /** Whether that page is there, or will be once it is computed. */
  boolean isComputed(int disk) {
    return disk == target || disk == secondTarget;
  }

  boolean computes() {
    return target >= 0;
  }
}
