package org.dmsim.dm.targets.raid;

import org.dmsim.block.Errno;
import org.dmsim.block.bio.Plug;
import org.dmsim.context.MightSleep;
import org.dmsim.context.Sleep;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.locking.WaitQueue;
import org.dmsim.memory.PlainLong;
import org.dmsim.memory.SharedBits;
import org.dmsim.memory.SharedInt;
import org.dmsim.memory.SharedRef;
import org.dmsim.report.KernelSymbol;
import org.dmsim.timer.Jiffies;
import org.dmsim.workqueue.Work;

/**
 * Brings a set into sync, rebuilds disks, checks and repairs: decides in the set's thread what is
 * to be done, and does it in one of its own. Mirrors {@code md_check_recovery}, {@code md_do_sync}
 * and {@code md_reap_sync_thread}, 6.1, without reshape, clusters and a limit of speed.
 */
final class Recovery {

  // Bits of mddev->recovery; their names stand in the same order below.
  static final int RUNNING = 0;
  static final int SYNC = 1;
  static final int RECOVER = 2;
  static final int INTR = 3;
  static final int DONE = 4;
  static final int NEEDED = 5;
  static final int REQUESTED = 6;
  static final int CHECK = 7;
  static final int FROZEN = 8;
  static final int ERROR = 9;

  /** {@code UPDATE_FREQUENCY}: jiffies. */
  private static final long UPDATE_FREQUENCY = 10 * 60L * Jiffies.HZ;

  /**
   * What a part of a resync takes, so that one can be seen, and be interrupted: 8 MiB a second, as
   * on the machine whose answers were recorded, and two thirds of that where all disks are read;
   * what is skipped takes a jiffy.
   */
  private static final int JIFFIES_OF_RESYNC = 2;

  private static final int JIFFIES_OF_CHECK = 3;

  /** Sectors of such a part. */
  private static final int PART = 128;

  final SharedBits bits =
      new SharedBits(
          "mddev->recovery",
          "MD_RECOVERY_RUNNING",
          "MD_RECOVERY_SYNC",
          "MD_RECOVERY_RECOVER",
          "MD_RECOVERY_INTR",
          "MD_RECOVERY_DONE",
          "MD_RECOVERY_NEEDED",
          "MD_RECOVERY_REQUESTED",
          "MD_RECOVERY_CHECK",
          "MD_RECOVERY_FROZEN",
          "MD_RECOVERY_ERROR");

  /** {@code mddev->curr_resync_completed}. */
  final PlainLong completed = new PlainLong("mddev->curr_resync_completed", 0);

  /** {@code mddev->curr_resync}; 0 for none. */
  final PlainLong current = new PlainLong("mddev->curr_resync", 0);

  /** {@code mddev->resync_mismatches}: sectors. */
  final PlainLong mismatches = new PlainLong("mddev->resync_mismatches", 0);

  /** Where a resync that was asked for begins. */
  long resyncMin;

  String lastAction = "none";

  private final RaidSet set;
  private final WaitQueue recoveryWait = new WaitQueue("&mddev->recovery_wait");
  private final SharedInt active = new SharedInt("mddev->recovery_active", 0);
  private final Work startSync = new Work("(work_completion)(&mddev->del_work)", this::start);
  private final SharedRef<MdThread> syncThread = new SharedRef<>("mddev->sync_thread", null);

  Recovery(RaidSet set) {
    this.set = set;
  }

  /** {@code MD_RECOVERY_NEEDED}. */
  void needed() {
    bits.set(NEEDED);
  }

  // ---- what the set's thread decides ------------------------------------------------------------

  /** Mirrors {@code md_check_recovery}. */
  @KernelSymbol("md_check_recovery")
  void check() {
    if (set.mayUpdate.get() && set.superblocks.isAnySet()) {
      set.superblocks.update(false);
    }
    if (set.suspended.get() != 0) {
      return;
    }
    if (set.bitmap != null && set.isLoaded.get()) {
      set.bitmap.daemonWork();
    }
    if (set.readOnly.get() && !bits.test(NEEDED)) {
      return;
    }
    boolean something =
        set.superblocks.hasChanged()
            || bits.test(NEEDED)
            || bits.test(DONE)
            || set.safemode.readOnce() == 1;
    if (!something || !set.reconfig.tryLock()) {
      return;
    }
    decide();
    set.sbWait.wakeUp();
    set.unlock();
  }

  private void decide() {
    boolean tryInSync = set.safemode.readOnce() != 0;
    if (tryInSync) {
      set.safemode.writeOnce(0);
    }
    if (set.readOnly.get()) {
      bits.clear(NEEDED); // it is so before the first resume only
      return;
    }
    if (tryInSync) {
      set.setInSync();
    }
    if (set.superblocks.isAnySet()) {
      set.superblocks.update(false);
    }
    if (bits.test(RUNNING) && !bits.test(DONE)) {
      bits.clear(NEEDED);
      return;
    }
    if (syncThread.readOnce() != null) {
      stopThread();
      reap();
      return;
    }
    completed.set(0);
    bits.set(RUNNING);
    bits.clear(INTR);
    bits.clear(DONE);
    boolean wanted = bits.test(NEEDED);
    bits.clear(NEEDED);
    if (!wanted || bits.test(FROZEN) || !choose()) {
      if (syncThread.readOnce() == null) {
        bits.clear(RUNNING);
        bits.clear(RECOVER);
      }
      return;
    }
    set.miscWq.queue(startSync);
  }

  /** What to do; false for nothing. */
  private boolean choose() {
    int spares = removeAndAddSpares();
    if (spares != 0) {
      bits.clear(SYNC);
      bits.clear(CHECK);
      bits.clear(REQUESTED);
      bits.set(RECOVER);
    } else if (set.recoveryCp.get() != RaidSet.MAX_SECTOR) {
      bits.set(SYNC);
      bits.clear(RECOVER);
    } else if (!bits.test(SYNC)) {
      return false;
    }
    if (spares != 0 && set.bitmap != null) {
      set.bitmap.writeAll();
    }
    return true;
  }

  /** Takes disks that failed out; how many have to be rebuilt. */
  @KernelSymbol("remove_and_add_spares")
  private int removeAndAddSpares() {
    boolean removed = false;
    for (RaidDisk d : set.disks) {
      boolean gone = d.isThere() && d.position.get() >= 0 && !d.blocked.get();
      if (gone && (d.faulty.get() || !d.inSync.get()) && d.pending.readOnce() == 0) {
        if (set.personality.hotRemove(d)) {
          d.savedPosition.set(d.position.get());
          d.position.set(-1);
          removed = true;
        }
      }
    }
    int spares = 0;
    for (RaidDisk d : set.disks) {
      if (!d.isThere() || d.faulty.get()) {
        continue;
      }
      if (d.position.get() >= 0) {
        spares += d.inSync.get() ? 0 : 1;
        continue;
      }
      d.recoveryOffset.set(0);
      if (set.personality.hotAdd(d)) {
        spares++;
        set.superblocks.changedDevices();
      }
    }
    if (removed) {
      set.superblocks.changedDevices();
    }
    return spares;
  }

  @KernelSymbol("md_start_sync")
  private void start() {
    MdThread t = new MdThread("mdX_resync", this::sync);
    syncThread.writeOnce(t);
    t.wake();
  }

  /** {@code md_unregister_thread} of the sync thread. */
  private void stopThread() {
    MdThread t = syncThread.readOnce();
    syncThread.writeOnce(null); // two that want its end do not both wait for it
    if (t != null) {
      t.stop();
    }
  }

  /** Mirrors {@code md_reap_sync_thread}. */
  @KernelSymbol("md_reap_sync_thread")
  private void reap() {
    boolean success = !bits.test(INTR) && !bits.test(REQUESTED);
    if (success && set.degraded.get() != set.disks.length && set.personality.spareActive()) {
      set.superblocks.changedDevices();
    }
    if (set.degraded.get() == 0) {
      for (RaidDisk d : set.disks) {
        d.savedPosition.set(-1);
      }
    }
    set.superblocks.update(true);
    bits.clear(RUNNING);
    bits.clear(DONE);
    bits.clear(SYNC);
    bits.clear(REQUESTED);
    bits.clear(CHECK);
    bits.set(NEEDED);
    set.event();
  }

  /** Ends what runs, if something does; the caller holds the set's lock. */
  void interrupt() {
    startSync.flush();
    if (syncThread.readOnce() != null) {
      bits.set(INTR);
      wakeWaiters();
      stopThread();
      reap();
    }
  }

  void wakeSyncThread() {
    MdThread t = syncThread.readOnce();
    if (t != null) {
      t.wake();
    }
  }

  private void wakeWaiters() {
    recoveryWait.wakeUp();
  }

  /** How far disks that are being rebuilt are, for their superblocks. */
  void noteOffsets() {
    if (!bits.test(RUNNING) || !bits.test(RECOVER)) {
      return;
    }
    for (RaidDisk d : set.disks) {
      if (d.isThere()
          && d.position.get() >= 0
          && !d.inSync.get()
          && Long.compareUnsigned(completed.get(), d.recoveryOffset.get()) > 0) {
        d.recoveryOffset.set(completed.get());
      }
    }
  }

  // ---- the sync thread --------------------------------------------------------------------------

  /** {@code md_done_sync}: sectors are done, or given up; any context. */
  @KernelSymbol("md_done_sync")
  void done(long sectors, boolean ok) {
    active.add(-(int) sectors);
    recoveryWait.wakeUp();
    if (!ok) {
      bits.set(INTR);
      bits.set(ERROR);
      set.thread.wake();
    }
  }

  /** Waits until nothing is under way. */
  void waitForActive() {
    recoveryWait.waitEvent(() -> active.readOnce() == 0);
  }

  private String describe() {
    if (!bits.test(SYNC)) {
      lastAction = "recovery";
      return lastAction;
    }
    if (bits.test(CHECK)) {
      lastAction = "check";
      return "data-check";
    }
    if (bits.test(REQUESTED)) {
      lastAction = "repair";
      return "requested-resync";
    }
    lastAction = "resync";
    return lastAction;
  }

  private long begin() {
    if (bits.test(SYNC)) {
      mismatches.set(0);
      return bits.test(REQUESTED) ? resyncMin : set.bitmap == null ? set.recoveryCp.get() : 0;
    }
    long from = RaidSet.MAX_SECTOR;
    for (RaidDisk d : set.disks) {
      if (d.isThere()
          && d.position.get() >= 0
          && !d.faulty.get()
          && !d.inSync.get()
          && Long.compareUnsigned(d.recoveryOffset.get(), from) < 0) {
        from = d.recoveryOffset.get();
      }
    }
    if (set.bitmap != null) {
      set.personality.quiesce(true);
      set.personality.quiesce(false);
    }
    return from;
  }

  /** Mirrors {@code md_do_sync}. */
  @KernelSymbol("md_do_sync")
  private void sync() {
    if (bits.test(DONE)) {
      return;
    }
    if (set.readOnly.get()) {
      bits.set(INTR);
      return;
    }
    String what = describe();
    current.set(2);
    if (!bits.test(INTR)) {
      long most = set.devSectors;
      long at = begin();
      DmLog.print("md: " + what + " of RAID array mdX");
      active.writeOnce(0);
      current.set(Long.compareUnsigned(at, 2) > 0 ? at : 3);
      completed.set(at);
      boolean plugged = Plug.start();
      run(at, most);
      DmLog.print("md: mdX: " + what + (bits.test(INTR) ? " interrupted." : " done."));
      Plug.finish(plugged);
      waitForActive();
      if (!bits.test(INTR) && current.get() >= 3) {
        completed.set(current.get());
      }
      set.personality.sync(most, new boolean[1]);
      if (!bits.test(CHECK) && current.get() > 3) {
        conclude();
      }
    }
    set.superblocks.mustBeWritten();
    set.superblocks.changedDevices();
    set.lock.lock();
    if (bits.test(REQUESTED)) {
      resyncMin = bits.test(INTR) ? completed.get() : 0;
    }
    bits.set(DONE);
    current.set(0);
    set.lock.unlock();
    set.thread.wake();
  }

  private void run(long from, long most) {
    long at = from;
    long updated = Jiffies.now();
    boolean[] skipped = new boolean[1];
    while (Long.compareUnsigned(at, most) < 0) {
      skipped[0] = false;
      boolean late = Jiffies.now() >= updated + UPDATE_FREQUENCY;
      if (late || current.get() > completed.get() && current.get() - completed.get() > most >> 4) {
        waitForActive();
        completed.set(at);
        if (bits.test(SYNC) && Long.compareUnsigned(at, set.recoveryCp.get()) > 0) {
          set.recoveryCp.set(at);
        }
        updated = Jiffies.now();
        set.superblocks.changedClean();
      }
      if (bits.test(INTR)) {
        return;
      }
      long sectors = set.personality.sync(at, skipped);
      if (sectors == 0) {
        bits.set(INTR);
        return;
      }
      int jiffies = 1;
      if (!skipped[0]) {
        active.add((int) sectors);
        jiffies = bits.test(REQUESTED) ? JIFFIES_OF_CHECK : JIFFIES_OF_RESYNC;
      }
      boolean rests = !set.type.hasStripes() || skipped[0] || (at + sectors) % PART == 0;
      if (rests) {
        Sleep.timeoutUninterruptible(jiffies * Jiffies.NANOSECONDS);
      }
      if (bits.test(INTR)) {
        return;
      }
      at = Math.min(at + sectors, most);
      if (at > 2) {
        current.set(at);
      }
      MightSleep.condResched();
    }
  }

  private void conclude() {
    boolean cut = bits.test(INTR);
    if (bits.test(SYNC)) {
      if (!cut) {
        set.recoveryCp.set(RaidSet.MAX_SECTOR);
      } else if (Long.compareUnsigned(current.get(), set.recoveryCp.get()) >= 0) {
        set.recoveryCp.set(bits.test(ERROR) ? completed.get() : current.get());
      }
      return;
    }
    if (!cut) {
      current.set(RaidSet.MAX_SECTOR);
    }
    for (RaidDisk d : set.disks) {
      if (d.isThere()
          && d.position.get() >= 0
          && !d.faulty.get()
          && !d.inSync.get()
          && Long.compareUnsigned(d.recoveryOffset.get(), current.get()) < 0) {
        d.recoveryOffset.set(current.get());
      }
    }
  }

  // ---- status and messages ----------------------------------------------------------------------

  /** {@code decipher_sync_action}. */
  String action() {
    if (bits.test(FROZEN)) {
      return "frozen";
    }
    boolean busy = bits.test(RUNNING) || !set.readOnly.get() && bits.test(NEEDED);
    if (!bits.test(DONE) && busy) {
      if (bits.test(SYNC)) {
        return !bits.test(REQUESTED) ? "resync" : bits.test(CHECK) ? "check" : "repair";
      }
      if (bits.test(RECOVER)) {
        return "recover";
      }
    }
    return "idle";
  }

  /** A message; mirrors {@code raid_message}. */
  @KernelSymbol("raid_message")
  int message(String word) {
    if (word.equals("frozen")) {
      bits.set(FROZEN);
    } else {
      bits.clear(FROZEN);
    }
    if (word.equals("idle") || word.equals("frozen")) {
      if (syncThread.readOnce() != null) {
        bits.set(INTR);
        wakeWaiters();
        stopThread();
        reap();
      }
    } else if (!action().equals("idle")) {
      return -Errno.EBUSY;
    } else if (word.equals("recover")) {
      bits.set(RECOVER);
    } else if (word.equals("check") || word.equals("repair")) {
      if (word.equals("check")) {
        bits.set(CHECK);
      }
      bits.set(REQUESTED);
      bits.set(SYNC);
    } else if (!word.equals("resync")) {
      return -Errno.EINVAL;
    }
    bits.set(NEEDED);
    if (set.suspended.get() == 0) {
      set.thread.wake();
    }
    return 0;
  }
}
