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
          Change.of("83d5e5b0af90", "dm: optimize use SRCU and RCU", "3.11"))),

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

  /** The fix: the zone report closes its bracket when it finds no table, too. */
  REPORT_LEAVES_BRACKET_OPEN(
      Fact.until(
          Part.LOOKUP,
          "a zone report that finds no live table returns without closing its lookup",
          Change.of(
              "89478335718c", "dm: fix bug with RCU locking in dm_blk_report_zones", "5.10-rc7"))),

  /** The fix: whether there is a pending table is read once, and what was opened is remembered. */
  PENDING_TABLE_READ_TWICE(
      new Fact(
          Part.LOOKUP,
          "a zone report reads zone_revalidate_map again to know whether to close its lookup",
          Change.of("bb37d77239af", "dm: introduce zone append emulation", "5.14-rc1"),
          Change.of("37f53a2c60d0", "dm: fix dm_blk_report_zones", "6.16-rc1", "6.12.117"))),

  /** The fix: one put, whatever the target. */
  DAX_ZERO_PUTS_TWICE(
      new Fact(
          Part.LOOKUP,
          "zeroing a DAX page closes the lookup twice where the target cannot do it",
          Change.of("cdf6cdcd3b99", "dm,dax: Add dax zero_page_range operation", "5.8-rc1"),
          Change.of(
              "f05c4403db5b",
              "dm: fix double RCU unlock in dm_dax_zero_page_range() error path",
              "5.10-rc7"))),

  /** The fix: suspend_lock first. */
  BRACKET_BEFORE_SUSPEND_LOCK(
      new Fact(
          Part.SUSPEND,
          "the end of a device looks its table up first and takes suspend_lock inside",
          Change.of(
              "ab7c7bb6f4ab",
              "dm: hold suspend_lock while suspending device during device deletion",
              "4.0"),
          Change.of("2a708cff93f1", "dm: fix AB-BA deadlock in __dm_destroy()", "4.3"))),

  /** The fix: an internal resume resumes the targets, since an internal suspend suspended them. */
  INTERNAL_RESUME_SKIPS_TARGETS(
      new Fact(
          Part.SUSPEND,
          "an internal resume lets I/O in again and does not resume the targets",
          Change.of("ffcc39364160", "dm: enhance internal suspend and resume interface", "3.19"),
          Change.of(
              "65e8fbde6452",
              "dm: call the resume method on internal suspend",
              "6.9-rc1",
              "6.1.192"))),

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

  /** The fix: the function is set when the device is made. */
  QUEUE_WITHOUT_FUNCTION(
      Fact.until(
          Part.IO,
          "a queue has no make_request_fn before the first table: a bio that comes calls a null"
              + " pointer, and a flush is refused with ENXIO",
          Change.of(
              "47ace7e012b9", "dm: fix potential for q->make_request_fn NULL pointer", "5.6-rc1"))),

  /** The fix: the pointer is cleared with what it points to. */
  CACHE_POINTER_LEFT(
      new Fact(
          Part.IO,
          "a swap leaves io_bs the pointer to its per-CPU cache, which it has given back; and a"
              + " table without devices counts as one that can be polled, and has such a cache",
          Change.of(
              "cfc97abcbe0b",
              "dm: conditionally enable BIOSET_PERCPU_CACHE for dm_io bioset",
              "5.18-rc1"),
          Change.of(
              "605f7415ecfb",
              "block: make bioset_exit() fully resilient against being called twice",
              "5.19-rc1"))),

  /** Nobody opens a device that has no table. */
  DISK_BEFORE_TABLE(
      Fact.until(
          Part.TABLE,
          "a device's disk is there from its creation on, with no sectors, and can be opened",
          Change.of("89f871af1b26", "dm: delay registering the gendisk", "5.15-rc1"))),

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
