package org.dmsim.dm.targets.snapshot;

import org.dmsim.version.Change;
import org.dmsim.version.Fact;
import org.dmsim.version.Part;
import org.dmsim.version.Policy;

/** What differs between kernels in snapshots and their origins. */
public enum SnapshotPolicy implements Policy {
  /** The fix: the largest power of two. */
  NO_BOUNDARY_IS_ZERO(
      Fact.until(
          Part.TARGET,
          "writes to an origin without snapshots are cut at multiples of 0",
          Change.of(
              "7e768532b239",
              "dm snapshot: properly fix a crash when an origin has no snapshots",
              "5.13-rc4"))),

  /** The fix: the errno is set. */
  ZERO_CHUNK_SUCCEEDS(
      Fact.until(
          Part.TARGET,
          "a snapshot without a chunk size is torn down by its constructor, which then says"
              + " success",
          Change.of(
              "c699a0db2d62",
              "dm snapshot: fix crash with transient storage and zero chunk size",
              "5.13-rc3"))),

  /** The fix: what failed is committed too, as a failure. */
  FAILED_COPY_NOT_COMMITTED(
      Fact.until(
          Part.TARGET,
          "a copy that failed is not committed, so that exceptions behind it wait for ever",
          Change.of("385277bfb57f", "dm snapshot: fix hung bios when copy error occurs", "4.5"))),

  /** The fix: reads that went to the origin are counted by chunk, and waited for. */
  READS_OVERTAKEN(
      Fact.until(
          Part.TARGET,
          "a copied chunk of the origin is written to while a snapshot's read of it is on its way",
          Change.of("a8d41b59f3f5", "dm snapshot: fix race during exception creation", "2.6.27")
              .unconfirmed())),

  /** The fix: the origin's device is suspended meanwhile. */
  HANDOVER_BESIDE_ORIGIN(
      Fact.until(
          Part.TARGET,
          "exceptions are handed over while the origin's device goes on with its writes",
          Change.of(
              "b735fede8d95", "dm snapshot: suspend origin when doing exception handover", "4.0"))),

  /** The fix: the merging device is suspended meanwhile. */
  HANDOVER_BESIDE_MERGE(
      Fact.until(
          Part.TARGET,
          "exceptions are handed over while a merging snapshot goes on with the origin's writes",
          Change.of(
              "09ee96b21456",
              "dm snapshot: suspend merging snapshot when doing exception handover",
              "4.0")));

  private final Fact fact;

  SnapshotPolicy(Fact fact) {
    this.fact = fact;
  }

  @Override
  public Fact fact() {
    return fact;
  }
}
