package org.dmsim.dm.device;

import java.util.Set;
import org.dmsim.version.Change;
import org.dmsim.version.KernelVersion;

/**
 * What differs between kernels in the path of a bio, each by the commit that made the difference.
 *
 * @param lookup how the live table is found and held for a bio
 * @param checksEachTarget whether a NOWAIT bio is held against each target again once the table is
 *     pinned
 * @param allocatesNowait whether a NOWAIT bio's dm_io and clone are allocated without waiting
 * @param parksWithoutTable whether a bio that finds no table waits for one as for a resume; else it
 *     fails
 */
public record DmPolicies(
    LiveTableLookup lookup,
    boolean checksEachTarget,
    boolean allocatesNowait,
    boolean parksWithoutTable) {

  /** SRCU for I/O in place of a reference count under a rwlock. */
  public static final Change SRCU =
      new Change("83d5e5b0af90", "dm: optimize use SRCU and RCU", KernelVersion.mainline(3, 13));

  /** The bug: plain RCU where a bio says REQ_NOWAIT. */
  public static final Change RCU_FOR_NOWAIT =
      new Change(
          "563a225c9fd2",
          "dm: introduce dm_{get,put}_live_table_bio called from dm_submit_bio",
          KernelVersion.mainline(5, 19));

  /** The close no longer asks the bio, which may be gone, how the open was made. */
  public static final Change FLAGS_COPIED =
      new Change(
          "5d7362d0d56d",
          "dm: fix use-after-free in dm_put_live_table_bio",
          new KernelVersion(5, 19, 0, 3));

  /** A target that does not support NOWAIT refuses, whatever the queue said before. */
  public static final Change NOWAIT_PER_TARGET =
      new Change(
          "1ee88de395c3",
          "dm: fix narrow race for REQ_NOWAIT bios being issued despite no support",
          new KernelVersion(5, 19, 0, 3));

  /** The fix: SRCU for every bio. */
  public static final Change SRCU_ALWAYS =
      new Change(
          "a9ce385344f9",
          "dm: don't attempt to queue IO under RCU protection",
          new KernelVersion(6, 6, 0, 2),
          Set.of(KernelVersion.RECORDED));

  /** NOWAIT reaches the allocations. */
  public static final Change NOWAIT_ALLOCATIONS =
      new Change(
          "6f25dd1c57b8",
          "dm: respect REQ_NOWAIT flag in normal bios issued to DM",
          KernelVersion.mainline(6, 7));

  /** A bio that comes before the first table waits for it. */
  public static final Change PARK_WITHOUT_TABLE =
      new Change(
          "fa247089de99",
          "dm: requeue IO if mapping table not yet available",
          KernelVersion.mainline(5, 18));

  /** It fails again. */
  public static final Change FAIL_WITHOUT_TABLE =
      new Change(
          "c8691cd0fc11",
          "Revert \"dm: requeue IO if mapping table not yet available\"",
          KernelVersion.mainline(6, 12),
          Set.of(KernelVersion.RECORDED));

  /** Those of a kernel. */
  public static DmPolicies of(KernelVersion kernel) {
    return new DmPolicies(
        lookup(kernel),
        NOWAIT_PER_TARGET.isIn(kernel),
        NOWAIT_ALLOCATIONS.isIn(kernel),
        PARK_WITHOUT_TABLE.isIn(kernel) && !FAIL_WITHOUT_TABLE.isIn(kernel));
  }

  private static LiveTableLookup lookup(KernelVersion kernel) {
    if (!RCU_FOR_NOWAIT.isIn(kernel) || SRCU_ALWAYS.isIn(kernel)) {
      return LiveTableLookup.SRCU;
    }
    return FLAGS_COPIED.isIn(kernel)
        ? LiveTableLookup.RCU_IF_NOWAIT
        : LiveTableLookup.RCU_IF_BIO_SAYS_NOWAIT;
  }

  /** This, with another lookup: what a rule about lookups is tried with. */
  public DmPolicies withLookup(LiveTableLookup other) {
    return new DmPolicies(other, checksEachTarget, allocatesNowait, parksWithoutTable);
  }
}
