package org.dmsim.dm.targets;

import org.dmsim.version.Change;
import org.dmsim.version.Fact;
import org.dmsim.version.Part;
import org.dmsim.version.Policy;

/** What differs between kernels in target types. */
public enum TargetPolicy implements Policy {
  /** Limits of targets that have no devices. */
  HINTS_WITHOUT_DEVICES(
      "targets without devices set limits too",
      Change.of(
          "85c938e8914f", "dm table: allow targets without devices to set ->io_hints", "6.4")),

  ZERO_DISCARDS(
      "zero drops discards", Change.of("00065f925efb", "dm zero: add discard support", "6.4")),

  ERROR_DISCARDS(
      "error takes discards, and fails them",
      Change.of("b6bcb8444681", "dm error: add discard support", "6.4")),

  ERROR_HOLDS_DEVICE(
      "error takes a device and a start, and has the device's limits",
      Change.of("a951104333bd", "dm error: Add support for zoned block devices", "6.7")),

  STRIPED_CHUNK_SECTORS(
      "striped bounds I/O to its chunk by chunk_sectors",
      Change.of(
          "5fb9d4341b78", "dm-stripe: limit chunk_sectors to the stripe size", "6.17", "6.12.117")),

  LINEAR_FLUSH_BYPASSES_MAP(
      "a flush of a table of linear and striped targets goes once to each device, past the targets",
      Change.of("aaa53168cbcc", "dm: optimize flushes", "6.11")),

  FLAKEY_CHECKS_ARGUMENTS(
      "flakey refuses corrupt_bio_byte without its arguments, where it followed a null pointer",
      Change.of(
          "98dba02d9a93", "dm flakey: fix a crash with invalid table line", "6.4", "6.1.192")),

  FLAKEY_ERROR_READS(
      "flakey has error_reads, and says its table line without a blank at the end",
      Change.of("aa7d7bc99fed", "dm flakey: add an \"error_reads\" option", "6.4")),

  FLAKEY_ERRORS_WITHOUT_COUNT(
      "flakey without any feature argument errors all I/O while down, as with a count of 0",
      Change.of(
          "40ed054f39bc",
          "dm-flakey: error all IOs when num_features is absent",
          "6.16",
          "6.12.117")),

  FLAKEY_RANDOM(
      "flakey has random_read_corrupt and random_write_corrupt",
      Change.of(
          "4c2c845bdc9a",
          "dm flakey: introduce random_read_corrupt and random_write_corrupt options",
          "6.5")),

  FLAKEY_CLONES_WRITES(
      "flakey damages a copy of what is written, not the caller's memory",
      Change.of(
          "1d9a94389853", "dm flakey: clone pages on write bio before corrupting them", "6.5")),

  /** The fix: they are cleared to the boundary to which they are counted. */
  MIRROR_LOG_COUNTS_OLD_BITS(
      new Fact(
          Part.TARGET,
          "a mirror's log clears bits behind its last region to 32, and counts bits to 64",
          Change.of(
              "85e123c27d5c",
              "dm mirror log: round up region bitmap size to BITS_PER_LONG",
              "5.19-rc3"),
          Change.of(
              "90736eb3232d",
              "dm mirror log: clear log bits up to BITS_PER_LONG boundary",
              "5.19-rc4"))),

  /** The fix: it is shut down before the workqueue. */
  DELAY_TIMER_OUTLIVES(
      Fact.until(
          Part.TARGET,
          "the timer of a delay target may go off when the target is gone",
          Change.of("8d24790ed08a", "dm-delay: fix workqueue delay_timer race", "6.10-rc1"))),

  /** The fix: the bio first, so that whoever waits for the last write may free the bio set. */
  RAID_TELLS_BEFORE_PUT(
      Fact.until(
          Part.TARGET,
          "a raid set's write of a superblock, and its flush, count as done before their bio is"
              + " given back to the set's pool",
          Change.of("341097ee5357", "md: fix a crash in mempool_free", "6.2-rc1", "6.1.192"))),

  RAID_WRITES_AT_STOP(
      "a raid set that ends writes its bitmap and superblocks once more, also one that never ran",
      Change.of("0dd84b319352", "md: call __md_stop_writes in md_stop", "6.0-rc3").unconfirmed()),

  FLAKEY_SPARES_ZERO_PAGE(
      "flakey does not damage the kernel's page of zeroes",
      Change.of("f50714b57aec", "dm flakey: don't corrupt the zero page", "6.3", "6.1.192")),

  /** Until then, what a device below had cut off or used up of the bio was not seen any more. */
  FLAKEY_KEEPS_RANGE(
      "flakey damages a read by where its data lay when it came, and not by what is left of the bio"
          + " when it ends",
      Change.of("13e79076c89f", "dm-flakey: make corrupting read bios work", "6.16", "6.12.117")),

  DELAY_THREAD(
      "delay has a thread of its own where all delays are below 50 ms (here still a timer)",
      Change.of(
          "70bbeb29fab0",
          "dm delay: for short delays, use kthread instead of timers and wq",
          "6.7")),

  /** With PREEMPT_RT, what is called under a bit spinlock may not take any other spinlock. */
  EXCEPTION_SPINLOCKS(
      "snapshot guards each slot of its exception tables by a spinlock, and no longer by a bit",
      Change.of(
          "8581b19eb2c5",
          "dm-snapshot: fix 'scheduling while atomic' on real-time kernels",
          "6.19",
          "6.12.117")),

  COW_OPENED_FIRST(
      "snapshot opens its COW before it looks whether that is its origin: the origin's dm_dev is"
          + " replaced by the COW's and freed, and used again",
      Change.of(
          "26110d5afe81",
          "dm-snap: simplify the origin_dev == cow_dev check in snapshot_ctr",
          "6.5"));

  private final Fact fact;

  TargetPolicy(String sentence, Change since) {
    this(new Fact(Part.TARGET, sentence, since));
  }

  TargetPolicy(Fact fact) {
    this.fact = fact;
  }

  @Override
  public Fact fact() {
    return fact;
  }
}
