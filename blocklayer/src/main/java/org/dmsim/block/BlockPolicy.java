package org.dmsim.block;

import org.dmsim.version.Change;
import org.dmsim.version.Fact;
import org.dmsim.version.Part;
import org.dmsim.version.Policy;

/** What differs between kernels in the block layer, its system calls and its disks. */
public enum BlockPolicy implements Policy {
  /** Limits are a value that is checked and completed when a queue takes it over. */
  LIMITS_VALIDATED(
      Part.BLOCK,
      "a queue's new limits are checked and completed as a whole: max_sectors follows from the"
          + " hardware's and the default, discard_granularity is 0 without discard",
      Change.of("8e0ef4128694", "dm: use queue_limits_set", "6.9")),

  /** A write cache, rotation and stable writes below are those of the device above. */
  FEATURES_INHERITED(
      Part.BLOCK,
      "a stacked queue inherits write cache, FUA, rotation and stable writes from any device below,"
          + " whether its targets pass flushes on or not",
      Change.of("1122c0c1cc71", "block: move cache control settings out of queue->flags", "6.11")),

  /** NOWAIT is stacked with the limits. */
  NOWAIT_STACKED(
      Part.BLOCK,
      "a stacked queue takes NOWAIT if all devices below and all targets do; a target need not be"
          + " able to list its devices",
      Change.of("f76af42f8bf1", "block: move the nowait flag to queue_limits", "6.11")),

  /** One complaint a device, not some a second. */
  READ_ONLY_WARNED_ONCE(
      Part.BLOCK,
      "a write to a read-only device is complained of once a device, not at a limited rate",
      Change.of("67d995e06953", "block: warn once for each partition in bio_check_ro()", "6.7")),

  /** A descriptor knows from its open whether RWF_NOWAIT may be used. */
  NOWAIT_AT_OPEN(
      Part.SYSCALL,
      "whether a descriptor takes RWF_NOWAIT is decided when it is opened, before any other check"
          + " of a read or write",
      Change.of(
          "e9833d870102",
          "block: mark bdev files as FMODE_NOWAIT if underlying device supports it",
          "6.5")),

  /** The fix: no sectors is a size like any other. */
  EMPTY_DISK_UNBOUNDED(
      Fact.until(
          Part.BLOCK,
          "a bio is not held against the end of a device that has no sectors",
          Change.of(
              "3eb96946f0be",
              "block: make bio_check_eod work for zero sized devices",
              "6.4-rc4",
              "6.1.192"))),

  /** Brought and mended before the release: the last reference was that of the disk itself. */
  HOLDER_DIR_NOT_COUNTED(
      new Fact(
          Part.BLOCK,
          "a link from a disk to one that holds it does not count the directory that it lies in",
          Change.of(
              "fbd9a39542ec",
              "block: remove the extra kobject reference in bd_link_disk_holder",
              "5.15-rc1"),
          Change.of(
              "759e0fd4b677",
              "block: add back the bd_holder_dir reference in bd_link_disk_holder",
              "5.15-rc1"))),

  /** The fix: a look whether the disk is still there, and a reference first. */
  HOLDER_LINKED_UNSEEN(
      Fact.until(
          Part.BLOCK,
          "a disk that holds another is linked to it without a look whether that is gone meanwhile",
          Change.of("62f535e1f061", "block: fix use after free for bd_holder_dir", "6.2-rc1"))),

  /** The fix: it is initialised when the disk is allocated. */
  QUEUE_REGISTERED_TWICE(
      new Fact(
          Part.BLOCK,
          "the kobject of a queue is initialised each time that its disk is added",
          Change.of(
              "2bd85221a625", "block: untangle request_queue refcounting from sysfs", "6.2-rc1"),
          Change.of(
              "343dc5423bfe", "block: fix kobject double initialization in add_disk", "6.17-rc2"))),

  /** The fix: only a call that says so may not wait. */
  POLLED_IS_NOWAIT(
      Fact.until(
          Part.SYSCALL,
          "a bio that is polled for says REQ_NOWAIT as well, whatever its call said",
          Change.of("2bc057692599", "block: don't make REQ_POLLED imply REQ_NOWAIT", "6.5-rc6"))),

  /** Before, it was taken as any other bio. */
  POLLED_REFUSED(
      Part.BLOCK,
      "a bio that is polled for is refused with EOPNOTSUPP by a queue that cannot be polled (the"
          + " commit moved that check; which release first had one was not found)",
      Change.of(
              "958148a6ac06",
              "block: check BLK_FEAT_POLL under q_usage_count",
              "6.14-rc1",
              "6.12.117")
          .unconfirmed()),

  /** Other errors first, and a plug. */
  DISCARD_CHECKED_IN_IOCTL(
      Part.SYSCALL,
      "BLKDISCARD checks the range itself, by logical blocks, says EOPNOTSUPP before EBADF and"
          + " EPERM, and holds a plug",
      Change.of("30f1e7241422", "block: move discard checks into the ioctl handler", "6.10")),

  /** See {@code BLK_FEAT_NOWAIT}. */
  RAM_DISK_NOWAIT(
      Part.DISK,
      "ram disks take NOWAIT",
      Change.of("67205f80be99", "brd: mark as nowait compatible", "6.3", "6.1.16")),

  /** Whole pages are freed. */
  RAM_DISK_DISCARD(
      Part.DISK,
      "ram disks can discard, by whole pages",
      Change.of("9ead7efc6f3f", "brd: implement discard support", "6.10")),

  /** Requests in place of bios. */
  NULL_DISK_REQUESTS(
      Part.DISK,
      "null disks take requests (blk-mq): plugs, merges, the flush machinery, NOWAIT",
      Change.of("8b631f9cf0b8", "null_blk: remove the bio based I/O path", "6.9")),

  /** The fix: the count is taken again when it was cut. */
  READ_PAST_END_IS_NOTHING(
      new Fact(
          Part.SYSCALL,
          "a direct read that goes on past the end of the device answers 0, not what was read",
          Change.of(
              "ceaa762527f4", "block: move direct_IO into our own read_iter handler", "5.17-rc1"),
          Change.of(
              "3e1f941dd9f3",
              "block: fix DIO handling regressions in blkdev_read_iter()",
              "5.17-rc3"))),

  /** The fix: the status is looked at whatever was submitted. */
  ERRORS_OF_SEVERAL_BIOS_LOST(
      new Fact(
          Part.SYSCALL,
          "a direct read or write of several bios answers its whole length, whatever failed",
          Change.of(
              "6a43074e2f46",
              "block: properly handle IOCB_NOWAIT for async O_DIRECT IO",
              "5.3-rc1"),
          Change.of(
              "e15c2ffa1091", "block: fix O_DIRECT error handling for bio fragments", "5.3"))),

  /** The fix: a call that would need a second bio issues none. */
  SEVERAL_NOWAIT_BIOS(
      Fact.until(
          Part.SYSCALL,
          "a NOWAIT call may need several bios, each of which fails or succeeds by itself",
          Change.of(
              "67d59247d4b5",
              "block: don't allow multiple bios for IOCB_NOWAIT issue",
              "6.2-rc5",
              "6.1.192")));

  private final Fact fact;

  BlockPolicy(Part part, String sentence, Change since) {
    this(new Fact(part, sentence, since));
  }

  BlockPolicy(Fact fact) {
    this.fact = fact;
  }

  @Override
  public Fact fact() {
    return fact;
  }
}
