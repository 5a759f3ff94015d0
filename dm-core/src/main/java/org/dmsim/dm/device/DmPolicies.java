package org.dmsim.dm.device;

import org.dmsim.version.KernelPolicies;

/**
 * The policies that the path of a bio asks for, found once for a machine's kernel.
 *
 * @param lookup how the live table is found and held for a bio
 * @param checksEachTarget whether a NOWAIT bio is held against each target again once the table is
 *     pinned
 * @param allocatesNowait whether a NOWAIT bio's dm_io and clone are allocated without waiting
 * @param uncountsFirst whether a bio counts as gone before its dm_io is freed
 * @param parksWithoutTable whether a bio that finds no table waits for one as for a resume; else it
 *     fails
 */
public record DmPolicies(
    LiveTableLookup lookup,
    boolean checksEachTarget,
    boolean allocatesNowait,
    boolean uncountsFirst,
    boolean parksWithoutTable) {

  /** Those of a kernel. */
  public static DmPolicies of(KernelPolicies kernel) {
    return new DmPolicies(
        lookup(kernel),
        kernel.has(DmPolicy.NOWAIT_PER_TARGET),
        kernel.has(DmPolicy.NOWAIT_ALLOCATIONS),
        kernel.has(DmPolicy.UNCOUNTED_BEFORE_FREED),
        kernel.has(DmPolicy.PARK_WITHOUT_TABLE));
  }

  private static LiveTableLookup lookup(KernelPolicies kernel) {
    if (!kernel.has(DmPolicy.RCU_FOR_NOWAIT)) {
      return LiveTableLookup.SRCU;
    }
    return kernel.has(DmPolicy.FLAGS_COPIED)
        ? LiveTableLookup.RCU_IF_NOWAIT
        : LiveTableLookup.RCU_IF_BIO_SAYS_NOWAIT;
  }

  /** This, with another lookup: what a rule about lookups is tried with. */
  public DmPolicies withLookup(LiveTableLookup other) {
    return new DmPolicies(
        other, checksEachTarget, allocatesNowait, uncountsFirst, parksWithoutTable);
  }
}
