package org.dmsim.dm.targets.clone;

import java.util.List;
import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioList;
import org.dmsim.block.bio.Plug;
import org.dmsim.block.core.BlkCore;
import org.dmsim.block.core.BlkLib;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.persistent.MetadataException;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.TargetTable;
import org.dmsim.locking.Mutex;
import org.dmsim.locking.SpinLock;
import org.dmsim.memory.SharedBits;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;
import org.dmsim.timer.Jiffies;
import org.dmsim.workqueue.DelayedWork;
import org.dmsim.workqueue.Work;
import org.dmsim.workqueue.Workqueue;

/**
 * What the bios of one target share: {@code struct clone}, 6.1, with its worker, which submits what
 * had to wait, commits metadata and hydrates regions.
 */
final class Clone {

  // Bits of clone->flags; their names stand in the same order below.
  static final int DISCARD_PASSDOWN = 0;
  static final int HYDRATION_ENABLED = 1;
  static final int HYDRATION_SUSPENDED = 2;

  /** {@code enum clone_metadata_mode}. */
  static final int WRITE = 0;

  static final int READ_ONLY = 1;
  static final int FAIL = 2;
  private static final List<String> MODES = List.of("read-write", "read-only", "fail");

  final CloneOptions options;
  final TargetTable table;
  final CloneMetadata metadata;
  final BlockDevice source;
  final BlockDevice destination;
  final long regions;
  final int regionShift;
  final SharedBits flags =
      new SharedBits(
          "clone->flags",
          "DM_CLONE_DISCARD_PASSDOWN",
          "DM_CLONE_HYDRATION_ENABLED",
          "DM_CLONE_HYDRATION_SUSPENDED");
  final SharedInt iosInFlight = new SharedInt("clone->ios_in_flight", 0);
  final Hydrator hydrator;

  private final SharedInt mode = new SharedInt("clone->mode", WRITE);
  private final Mutex commitLock = new Mutex("&clone->commit_lock");
  private final SpinLock lock = new SpinLock("&clone->lock");
  private final BioList deferredBios = new BioList();
  private final BioList deferredDiscards = new BioList();
  private final BioList deferredFlushes = new BioList();
  private final BioList deferredCompletions = new BioList();
  private final Workqueue wq = Workqueue.alloc("dm-clone", Workqueue.MEM_RECLAIM);
  private final Work worker = new Work("(work_completion)(&clone->worker)", this::work);
  private final DelayedWork waker =
      new DelayedWork("(work_completion)(&(&clone->waker)->work)", this::wake, true);
  private long lastCommit = Jiffies.now();

  Clone(CloneOptions options, TargetTable table, CloneMetadata metadata, long length) {
    this.options = options;
    this.table = table;
    this.metadata = metadata;
    source = options.source.bdev();
    destination = options.destination.bdev();
    regions = options.regions();
    regionShift = Integer.numberOfTrailingZeros(options.regionSize);
    if (options.discardPassdown) {
      flags.set(DISCARD_PASSDOWN);
    }
    if (options.hydration) {
      flags.set(HYDRATION_ENABLED);
    }
    flags.set(HYDRATION_SUSPENDED);
    hydrator = new Hydrator(this, length);
  }

  /** A line of the log that begins with the mapped device. */
  void say(String text) {
    DmLog.say("clone", table.deviceName() + ": " + text);
  }

  /** Mirrors {@code clone_dtr}. */
  @KernelSymbol("clone_dtr")
  void destroy() {
    hydrator.destroy();
    waker.cancelSync();
    wq.destroy();
    metadata.close();
  }

  // ---- modes ------------------------------------------------------------------------------------

  /** {@code get_clone_mode}. */
  int mode() {
    return mode.readOnce();
  }

  @KernelSymbol("__set_clone_mode")
  void setMode(int wanted) {
    int old = mode();
    int next = old == FAIL ? FAIL : wanted;
    metadata.setReadOnly(next != WRITE);
    mode.writeOnce(next);
    if (next != old) {
      table.event();
      say("Switching to " + MODES.get(next) + " mode");
    }
  }

  @KernelSymbol("__metadata_operation_failed")
  private void failed(String operation, int r) {
    say("Metadata operation `" + operation + "' failed: error = " + r);
    abort();
    setMode(READ_ONLY);
    if (mode() == FAIL) {
      return;
    }
    say("Reloading on-disk bitmap");
    try {
      metadata.reload();
    } catch (MetadataException e) {
      say("Failed to reload on-disk bitmap");
      setMode(FAIL);
    }
  }

  @KernelSymbol("__abort_transaction")
  private void abort() {
    if (mode() >= READ_ONLY) {
      return;
    }
    say("Aborting current metadata transaction");
    try {
      metadata.abort();
    } catch (MetadataException e) {
      say("Failed to abort metadata transaction");
      setMode(FAIL);
    }
  }

  // ---- bios -------------------------------------------------------------------------------------

  long regionOf(Bio bio) {
    return bio.sector() >>> regionShift;
  }

  long toSector(long region) {
    return region << regionShift;
  }

  private boolean triggersCommit(Bio bio) {
    return Opf.isFlush(bio.opf()) && metadata.hasChanged();
  }

  /** Submits a bio, after a commit if it asks for one; mirrors {@code issue_bio}. */
  @KernelSymbol("issue_bio")
  void issue(Bio bio) {
    if (!triggersCommit(bio)) {
      BlkCore.submitBioNoacct(bio);
    } else if (mode() >= READ_ONLY) {
      bio.ioError();
    } else {
      defer(deferredFlushes, bio);
    }
  }

  /** Leaves a bio to the worker; any context. */
  private void defer(BioList list, Bio bio) {
    boolean irqs = lock.lockIrqsave();
    list.add(bio);
    lock.unlockIrqrestore(irqs);
    wakeWorker();
  }

  /** Mirrors {@code issue_deferred_bios}; any context. */
  @KernelSymbol("issue_deferred_bios")
  void issueDeferred(BioList bios) {
    if (bios.isEmpty()) {
      return;
    }
    BioList flushes = new BioList();
    BioList others = new BioList();
    for (Bio bio = bios.pop(); bio != null; bio = bios.pop()) {
      (triggersCommit(bio) ? flushes : others).add(bio);
    }
    boolean irqs = lock.lockIrqsave();
    deferredBios.merge(others);
    deferredFlushes.merge(flushes);
    lock.unlockIrqrestore(irqs);
    wakeWorker();
  }

  /** Mirrors {@code complete_overwrite_bio}; any context. */
  @KernelSymbol("complete_overwrite_bio")
  void completeOverwrite(Bio bio) {
    if (!bio.hasOpf(Opf.REQ_FUA)) {
      bio.endio();
    } else if (mode() >= READ_ONLY) {
      bio.ioError();
    } else {
      defer(deferredCompletions, bio);
    }
  }

  /**
   * The whole regions of a discard.
   *
   * @param first the first of them
   * @param count 0 if there is none
   */
  private record Range(long first, long count) {}

  private Range range(Bio bio) {
    long first = (bio.sector() + options.regionSize - 1) >>> regionShift;
    return new Range(first, Math.max(0, (bio.endSector() >>> regionShift) - first));
  }

  @KernelSymbol("complete_discard_bio")
  private void completeDiscard(Bio bio, boolean success) {
    if (!flags.test(DISCARD_PASSDOWN) || !success) {
      bio.endio();
      return;
    }
    bio.setDev(destination);
    Range r = range(bio);
    bio.setSector(toSector(r.first));
    bio.setSize(toSector(r.count) << 9);
    BlkCore.submitBioNoacct(bio);
  }

  /** Mirrors {@code process_discard_bio}. */
  @KernelSymbol("process_discard_bio")
  void discard(Bio bio) {
    Range r = range(bio);
    if (r.count == 0) {
      bio.endio();
    } else if (metadata.isHydrated(r.first, r.count)) {
      completeDiscard(bio, true);
    } else if (mode() >= READ_ONLY) {
      bio.endio();
    } else {
      defer(deferredDiscards, bio);
    }
  }

  // ---- the worker -------------------------------------------------------------------------------

  /** {@code wake_worker}; any context. */
  void wakeWorker() {
    wq.queue(worker);
  }

  @KernelSymbol("do_waker")
  private void wake() {
    wakeWorker();
    wq.queueDelayed(waker, Jiffies.HZ * Jiffies.NANOSECONDS);
  }

  @KernelSymbol("do_worker")
  private void work() {
    submitDeferred();
    discardDeferred();
    flushDeferred();
    hydrator.hydrate();
  }

  private BioList take(BioList from) {
    BioList taken = new BioList();
    lock.lockIrq();
    taken.merge(from);
    from.clear();
    lock.unlockIrq();
    return taken;
  }

  @KernelSymbol("process_deferred_bios")
  private void submitDeferred() {
    BioList bios = take(deferredBios);
    if (bios.isEmpty()) {
      return;
    }
    boolean plugged = Plug.start();
    for (Bio bio = bios.pop(); bio != null; bio = bios.pop()) {
      BlkCore.submitBioNoacct(bio);
    }
    Plug.finish(plugged);
  }

  @KernelSymbol("process_deferred_discards")
  private void discardDeferred() {
    BioList bios = take(deferredDiscards);
    if (bios.isEmpty()) {
      return;
    }
    boolean success = mode() < READ_ONLY && markDiscarded(bios);
    boolean plugged = Plug.start();
    for (Bio bio = bios.pop(); bio != null; bio = bios.pop()) {
      completeDiscard(bio, success);
    }
    Plug.finish(plugged);
  }

  /** What is discarded has not to be copied; false once the metadata is read only. */
  private boolean markDiscarded(BioList bios) {
    BioList done = new BioList();
    boolean success = true;
    for (Bio bio = bios.pop(); bio != null; bio = bios.pop()) {
      done.add(bio);
      Range r = range(bio);
      try {
        if (success) {
          metadata.setRange(r.first, r.count);
        }
      } catch (MetadataException e) {
        success = false;
      }
    }
    bios.merge(done);
    return success;
  }

  @KernelSymbol("process_deferred_flush_bios")
  private void flushDeferred() {
    lock.lockIrq();
    BioList bios = new BioList();
    bios.merge(deferredFlushes);
    deferredFlushes.clear();
    BioList completions = new BioList();
    completions.merge(deferredCompletions);
    deferredCompletions.clear();
    lock.unlockIrq();
    if (bios.isEmpty() && completions.isEmpty() && !(metadata.hasChanged() && isLate())) {
      return;
    }
    boolean flushed;
    try {
      flushed = commit();
    } catch (MetadataException e) {
      bios.merge(completions);
      for (Bio bio = bios.pop(); bio != null; bio = bios.pop()) {
        bio.ioError();
      }
      return;
    }
    lastCommit = Jiffies.now();
    for (Bio bio = completions.pop(); bio != null; bio = completions.pop()) {
      bio.endio();
    }
    for (Bio bio = bios.pop(); bio != null; bio = bios.pop()) {
      if (bio.hasOpf(Opf.REQ_PREFLUSH) && flushed) {
        bio.endio();
      } else {
        BlkCore.submitBioNoacct(bio);
      }
    }
  }

  /** {@code need_commit_due_to_time}. */
  private boolean isLate() {
    return Jiffies.now() > lastCommit + Jiffies.HZ;
  }

  /**
   * Mirrors {@code commit_metadata}.
   *
   * @return whether the destination was flushed on the way
   */
  @KernelSymbol("commit_metadata")
  boolean commit() throws MetadataException {
    commitLock.lock();
    try {
      if (!metadata.hasChanged()) {
        return false;
      }
      if (mode() >= READ_ONLY) {
        throw new MetadataException(Errno.EPERM);
      }
      attempt("dm_clone_metadata_pre_commit", metadata::preCommit);
      attempt(
          "flush destination device",
          () -> {
            int r = BlkLib.issueFlush(destination);
            if (r != 0) {
              throw new MetadataException(-r);
            }
          });
      attempt("dm_clone_metadata_commit", metadata::commit);
      if (metadata.isHydrationDone()) {
        table.event();
      }
      return true;
    } finally {
      commitLock.unlock();
    }
  }

  /** A part of a commit. */
  private interface Operation {
    void run() throws MetadataException;
  }

  private void attempt(String name, Operation operation) throws MetadataException {
    try {
      operation.run();
    } catch (MetadataException e) {
      failed(name, -e.errno());
      throw e;
    }
  }

  // ---- suspend and resume -----------------------------------------------------------------------

  /** Mirrors {@code clone_postsuspend}. */
  @KernelSymbol("clone_postsuspend")
  void suspend() {
    waker.cancelSync();
    flags.set(HYDRATION_SUSPENDED);
    hydrator.waitUntilStopped();
    wq.flush();
    commitQuietly();
  }

  /** Commits; whoever asks does not look at what comes of it. */
  void commitQuietly() {
    try {
      commit();
    } catch (MetadataException e) {
      return; // it stands in the log
    }
  }

  /** Mirrors {@code clone_resume}. */
  @KernelSymbol("clone_resume")
  void resume() {
    flags.clear(HYDRATION_SUSPENDED);
    wake();
  }
}
