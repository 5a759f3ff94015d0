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
              "5.13-rc4")));

  private final Fact fact;

  SnapshotPolicy(Fact fact) {
    this.fact = fact;
  }

  @Override
  public Fact fact() {
    return fact;
  }
}
