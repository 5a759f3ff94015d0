package org.dmsim.dm.targets.multipath;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioList;
import org.dmsim.block.bio.Plug;
import org.dmsim.block.core.BlkCore;
import org.dmsim.dm.targets.BioDetails;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.locking.SpinLock;
import org.dmsim.machine.MachineKey;
import org.dmsim.machine.Task;
import org.dmsim.memory.SharedBits;
import org.dmsim.memory.SharedInt;
import org.dmsim.memory.SharedRef;
import org.dmsim.report.KernelSymbol;
import org.dmsim.workqueue.Work;
import org.dmsim.workqueue.Workqueue;

/**
 * What a multipath target knows of its groups and paths, and the bios that it holds back: {@code
 * struct multipath}. Mirrors {@code dm-mpath.c}, 6.1, for bios: there are no hardware handlers, so
 * that no group has to be initialised before it is used.
 */
final class Multipath {

  // Bits of m->flags, by number; their names stand in the same order below.
  static final int QUEUE_IO = 0;
  static final int QUEUE_IF_NO_PATH = 1;
  static final int SAVED_QUEUE_IF_NO_PATH = 2;
  static final int RETAIN_ATTACHED_HW_HANDLER = 3;

  private static final MachineKey<Workqueue> KMPATHD =
      new MachineKey<>("kmpathd", m -> Workqueue.alloc("kmpathd", Workqueue.MEM_RECLAIM));

  /** What is kept with a clone: {@code struct dm_mpath_io}. */
  static final class Io {
    Path path;
    long bytes;
    long startTime;
    final BioDetails details = new BioDetails();

    /** As the clone comes in. */
    void begin(Bio clone) {
      path = null;
      bytes = clone.size();
      startTime = 0;
      details.record(clone);
    }
  }

  private final DmTarget ti;
  private final Workqueue kmpathd;
  final SpinLock lock = new SpinLock("&m->lock");
  final SharedBits flags =
      new SharedBits(
          "m->flags",
          "MPATHF_QUEUE_IO",
          "MPATHF_QUEUE_IF_NO_PATH",
          "MPATHF_SAVED_QUEUE_IF_NO_PATH",
          "MPATHF_RETAIN_ATTACHED_HW_HANDLER");
  final List<PriorityGroup> groups = new ArrayList<>();
  final SharedRef<Path> currentPath = new SharedRef<>("m->current_pgpath", null);
  final SharedRef<PriorityGroup> currentGroup = new SharedRef<>("m->current_pg", null);
  final SharedRef<PriorityGroup> nextGroup = new SharedRef<>("m->next_pg", null);
  final SharedInt validPaths = new SharedInt("m->nr_valid_paths", 0);
  private final BioList queuedBios = new BioList();
  private final Work processQueuedBios =
      new Work("(work_completion)(&m->process_queued_bios)", this::processQueuedBios);
  private final Work triggerEvent =
      new Work("(work_completion)(&m->trigger_event)", this::triggerEvent);

  Multipath(DmTarget ti) {
    this.ti = ti;
    Task t = Task.current();
    kmpathd = t == null ? Workqueue.system() : t.machine().part(KMPATHD);
  }

  private void warn(String text) {
    DmLog.say("multipath", ti.table().deviceName() + ": " + text);
  }

  /** A flag that others change under the lock, asked twice; {@code mpath_double_check_test_bit}. */
  private boolean doubleCheck(int bit) {
    boolean r = flags.test(bit);
    if (r) {
      boolean irqs = lock.lockIrqsave();
      r = flags.test(bit);
      lock.unlockIrqrestore(irqs);
    }
    return r;
  }

  // ---- choosing a path --------------------------------------------------------------------------

  @KernelSymbol("choose_path_in_pg")
  private Path choosePathIn(PriorityGroup group, long bytes) {
    Path path = group.selector.selectPath(bytes);
    if (path != null && currentGroup.readOnce() != group) {
      boolean irqs = lock.lockIrqsave();
      currentPath.writeOnce(path);
      switchTo(group);
      lock.unlockIrqrestore(irqs);
    }
    return path;
  }

  /** {@code __switch_pg}; under the lock. */
  private void switchTo(PriorityGroup group) {
    currentGroup.writeOnce(group);
    flags.clear(QUEUE_IO);
  }

  /** The path for an I/O of so many bytes; null if there is none. */
  @KernelSymbol("choose_pgpath")
  private Path choosePath(long bytes) {
    if (validPaths.readOnce() == 0) {
      boolean irqs = lock.lockIrqsave();
      flags.clear(QUEUE_IO);
      lock.unlockIrqrestore(irqs);
      return noPath();
    }
    PriorityGroup told = takeNextGroup();
    Path path = told == null ? null : choosePathIn(told, bytes);
    if (path != null) {
      return path;
    }
    PriorityGroup current = currentGroup.readOnce();
    path = current == null ? null : choosePathIn(current, bytes);
    if (path != null) {
      return path;
    }
    path = choosePathAmong(false, bytes);
    if (path == null) {
      path = choosePathAmong(true, bytes);
    }
    return path == null ? noPath() : path;
  }

  /** The group that a message, or the table line, wants next; once. */
  private PriorityGroup takeNextGroup() {
    if (nextGroup.readOnce() == null) {
      return null;
    }
    boolean irqs = lock.lockIrqsave();
    PriorityGroup told = nextGroup.readOnce();
    if (told != null) {
      nextGroup.writeOnce(null);
    }
    lock.unlockIrqrestore(irqs);
    return told;
  }

  private Path choosePathAmong(boolean bypassed, long bytes) {
    for (PriorityGroup group : groups) {
      Path path = group.isBypassed() == bypassed ? choosePathIn(group, bytes) : null;
      if (path != null) {
        return path;
      }
    }
    return null;
  }

  private Path noPath() {
    boolean irqs = lock.lockIrqsave();
    forgetCurrent();
    lock.unlockIrqrestore(irqs);
    return null;
  }

  private void forgetCurrent() {
    currentPath.writeOnce(null);
    currentGroup.writeOnce(null);
  }

  /** The path that is in use, or one that is chosen for it; null if there is none. */
  Path pathFor(long bytes) {
    Path path = currentPath.readOnce();
    return path == null || !doubleCheck(QUEUE_IO) ? choosePath(bytes) : path;
  }

  // ---- bios -------------------------------------------------------------------------------------

  @KernelSymbol("multipath_queue_bio")
  private void queueBio(Bio bio) {
    boolean irqs = lock.lockIrqsave();
    queuedBios.add(bio);
    kmpathd.queue(processQueuedBios);
    lock.unlockIrqrestore(irqs);
  }

  /**
   * Keeps a bio for which there is no path, if bios wait for one. The kernel's worker then goes
   * round and round for as long as there is none; here it is queued only if it would find one now,
   * and otherwise by whoever brings a path back or lets the bios fail, as both do in the kernel.
   */
  private boolean keepsWithoutPath(Bio bio) {
    boolean irqs = lock.lockIrqsave();
    boolean keeps = flags.test(QUEUE_IF_NO_PATH);
    if (keeps) {
      queuedBios.add(bio);
      if (validPaths.readOnce() != 0) {
        kmpathd.queue(processQueuedBios);
      }
    }
    lock.unlockIrqrestore(irqs);
    return keeps;
  }

  /** Sends a clone down a path, or keeps it; {@code __multipath_map_bio}. */
  @KernelSymbol("__multipath_map_bio")
  MapResult map(Bio bio, Io io) {
    Path path = pathFor(bio.size());
    if (path == null) {
      return keepsWithoutPath(bio)
          ? MapResult.SUBMITTED
          : mustPushBack() ? MapResult.REQUEUE : MapResult.KILL;
    }
    io.path = path;
    io.startTime = PathSelector.now();
    bio.setStatus(BlkStatus.OK);
    bio.setDev(path.device.bdev());
    path.group.selector.startIo(path, io.bytes);
    return MapResult.REMAPPED;
  }

  /** {@code __must_push_back}. */
  private boolean mustPushBack() {
    return ti.table().isNoflushSuspending();
  }

  @KernelSymbol("process_queued_bios")
  private void processQueuedBios() {
    BioList bios = new BioList();
    boolean irqs = lock.lockIrqsave();
    bios.merge(queuedBios);
    lock.unlockIrqrestore(irqs);
    if (bios.isEmpty()) {
      return;
    }
    boolean outermost = Plug.start();
    for (Bio bio = bios.pop(); bio != null; bio = bios.pop()) {
      Io io = MultipathTarget.ioOf(bio);
      io.details.restore(bio);
      switch (map(bio, io)) {
        case KILL -> bio.endio(BlkStatus.IOERR);
        case REQUEUE -> bio.endio(BlkStatus.DM_REQUEUE);
        case REMAPPED -> BlkCore.submitBioNoacct(bio);
        case SUBMITTED -> {}
      }
    }
    Plug.finish(outermost);
  }

  /** Whether another path may do better: {@code blk_path_error}. */
  private static boolean isPathError(BlkStatus status) {
    return switch (status) {
      case NOTSUPP, NOSPC, TARGET, NEXUS, MEDIUM, PROTECTION -> false;
      default -> true;
    };
  }

  /** A clone came back: whether it is kept, to be tried again. */
  boolean retries(Bio clone, Io io) {
    if (clone.status() == BlkStatus.OK || !isPathError(clone.status())) {
      return false;
    }
    if (io.path != null) {
      fail(io.path);
    }
    if (validPaths.readOnce() == 0) {
      boolean irqs = lock.lockIrqsave();
      boolean queues = flags.test(QUEUE_IF_NO_PATH);
      if (!queues) {
        clone.setStatus(mustPushBack() ? BlkStatus.DM_REQUEUE : BlkStatus.IOERR);
      }
      lock.unlockIrqrestore(irqs);
      if (!queues) {
        return false;
      }
    }
    queueBio(clone);
    return true;
  }

  // ---- paths and groups fail and come back ------------------------------------------------------

  /** Tells who waits for events, from a worker. */
  @KernelSymbol("trigger_event")
  private void triggerEvent() {
    ti.table().event();
  }

  void scheduleEvent() {
    Workqueue.system().queue(triggerEvent);
  }

  @KernelSymbol("fail_path")
  void fail(Path path) {
    boolean irqs = lock.lockIrqsave();
    if (path.active) {
      warn("Failing path " + path.device.name() + ".");
      path.group.selector.failPath(path);
      path.active = false;
      path.failCount++;
      validPaths.add(-1);
      if (currentPath.readOnce() == path) {
        currentPath.writeOnce(null);
      }
      scheduleEvent();
    }
    lock.unlockIrqrestore(irqs);
  }

  @KernelSymbol("reinstate_path")
  void reinstate(Path path) {
    boolean runQueue = false;
    boolean irqs = lock.lockIrqsave();
    if (!path.active) {
      warn("Reinstating path " + path.device.name() + ".");
      path.group.selector.reinstatePath(path);
      path.active = true;
      runQueue = validPaths.incReturn() == 1;
      if (runQueue) {
        currentPath.writeOnce(null);
      }
      scheduleEvent();
    }
    lock.unlockIrqrestore(irqs);
    if (runQueue) {
      runQueue();
    }
  }

  @KernelSymbol("bypass_pg")
  void bypass(PriorityGroup group, boolean on) {
    boolean irqs = lock.lockIrqsave();
    group.bypass(on);
    forgetCurrent();
    lock.unlockIrqrestore(irqs);
    scheduleEvent();
  }

  @KernelSymbol("switch_pg_num")
  void switchToNumber(int number) {
    boolean irqs = lock.lockIrqsave();
    for (PriorityGroup group : groups) {
      group.bypass(false);
      if (group.number == number) {
        forgetCurrent();
        nextGroup.writeOnce(group);
      }
    }
    lock.unlockIrqrestore(irqs);
    scheduleEvent();
  }

  // ---- without any path -------------------------------------------------------------------------

  /** Looks at the bios that are held back once more; {@code process_queued_io_list}. */
  void runQueue() {
    kmpathd.queue(processQueuedBios);
  }

  /**
   * Whether bios wait while there is no path, or fail.
   *
   * @param save whether {@link #resume} is to take it back
   */
  @KernelSymbol("queue_if_no_path")
  void queueIfNoPath(boolean queue, boolean save) {
    boolean irqs = lock.lockIrqsave();
    boolean before = flags.test(QUEUE_IF_NO_PATH);
    boolean saved = flags.test(SAVED_QUEUE_IF_NO_PATH);
    if (save) {
      if (!before && saved) {
        warn("QIFNP disabled but saved as enabled, saving again loses state, not saving!");
      } else {
        assign(SAVED_QUEUE_IF_NO_PATH, before);
      }
    } else if (!queue && saved) {
      flags.clear(SAVED_QUEUE_IF_NO_PATH);
    }
    assign(QUEUE_IF_NO_PATH, queue);
    lock.unlockIrqrestore(irqs);
    if (!queue) {
      runQueue();
    }
  }

  private void assign(int bit, boolean on) {
    if (on) {
      flags.set(bit);
    } else {
      flags.clear(bit);
    }
  }

  /** Restores what a suspend switched off. */
  void resume() {
    boolean irqs = lock.lockIrqsave();
    if (flags.test(SAVED_QUEUE_IF_NO_PATH)) {
      flags.set(QUEUE_IF_NO_PATH);
      flags.clear(SAVED_QUEUE_IF_NO_PATH);
    }
    lock.unlockIrqrestore(irqs);
  }

  /** Waits for its works. */
  @KernelSymbol("flush_multipath_work")
  void flushWork() {
    processQueuedBios.flush();
    triggerEvent.flush();
  }
}
