package org.dmsim.dm.device;

import org.dmsim.version.Change;
import org.dmsim.version.Fact;
import org.dmsim.version.Part;
import org.dmsim.version.Policy;

/** What differs between kernels in a mapped device and in the way of a bio through it. */
public enum DmPolicy implements Policy {
  /** SRCU for I/O in place of a reference count under a rwlock. */
  SRCU_FOR_IO(
      new Fact(
          Part.LOOKUP,
          "SRCU holds the live table for I/O, and RCU for callers that never block",
          Change.of("83d5e5b0af90", "dm: optimize use SRCU and RCU", "3.13"))),

  /** The bug: plain RCU where a bio says REQ_NOWAIT; and the fix, SRCU for every bio. */
  RCU_FOR_NOWAIT(
      new Fact(
          Part.LOOKUP,
          "RCU alone holds the live table for a bio that says REQ_NOWAIT: the bug",
          Change.of(
              "563a225c9fd2",
              "dm: introduce dm_{get,put}_live_table_bio called from dm_submit_bio",
              "5.19-rc1"),
          Change.of(
              "a9ce385344f9",
              "dm: don't attempt to queue IO under RCU protection",
              "6.6-rc2",
              "6.1.192"))),

  /** The close no longer asks the bio, which may be gone, how the open was made. */
  FLAGS_COPIED(
      new Fact(
          Part.LOOKUP,
          "the lookup's end uses a copy of the bio's flags, since the bio may be gone",
          Change.of(
              "5d7362d0d56d", "dm: fix use-after-free in dm_put_live_table_bio", "5.19-rc3"))),

  /** The fix: the dm_io goes back into its pool before anybody is told that no bio is in flight. */
  UNCOUNTED_BEFORE_FREED(
      Fact.until(
          Part.IO,
          "a bio that ends counts as gone, and wakes who waits for that, before its dm_io is freed",
          Change.of(
              "d208b89401e0", "dm: fix mempool NULL pointer race when completing IO", "5.15-rc6"))),

  /** A target that does not support NOWAIT refuses, whatever the queue said before. */
  NOWAIT_PER_TARGET(
      new Fact(
          Part.IO,
          "each target is asked again for NOWAIT once its table is held",
          Change.of(
              "1ee88de395c3",
              "dm: fix narrow race for REQ_NOWAIT bios being issued despite no support",
              "5.19-rc3"))),

  /** NOWAIT reaches the allocations. */
  NOWAIT_ALLOCATIONS(
      new Fact(
          Part.IO,
          "a NOWAIT bio's dm_io and clone are allocated without waiting; -EAGAIN if that fails",
          Change.of(
              "6f25dd1c57b8", "dm: respect REQ_NOWAIT flag in normal bios issued to DM", "6.7"))),

  /** A bio that comes before the first table waits for it; until it fails again. */
  PARK_WITHOUT_TABLE(
      new Fact(
          Part.IO,
          "a bio that comes before the first table waits for it, as for a resume",
          Change.of("fa247089de99", "dm: requeue IO if mapping table not yet available", "5.18"),
          Change.of(
              "c8691cd0fc11",
              "Revert \"dm: requeue IO if mapping table not yet available\"",
              "6.12",
              "6.1.192"))),

  /** A device cannot be loaded with a table that maps to the device itself. */
  NOT_ITS_OWN_HOLDER(
      new Fact(
          Part.TABLE,
          "a device whose disk is there is refused as a part of its own table, with EINVAL",
          Change.of("077a4033541f", "block: don't allow a disk link holder to itself", "6.2")));

  private final Fact fact;

  DmPolicy(Fact fact) {
    this.fact = fact;
  }

  @Override
  public Fact fact() {
    return fact;
  }
}
