package org.dmsim.scenarios.museum;

import org.dmsim.locking.Completion;
import org.dmsim.locking.RwSemaphore;
import org.dmsim.machine.Machine;
import org.dmsim.memory.SharedRef;
import org.dmsim.report.KernelSymbol;

/** A mount that reads a device without a table, against the resume that would bring the table. */
final class FirstResumeAgainstMount implements Lesson {

  @Override
  public Plaque plaque() {
    return new Plaque(
        "first-resume-against-mount",
        "38d11da522aa",
        "dm: don't lock fs when the map is NULL in process of resume",
        true,
        "",
        Rule.DEFER_ONLY_WHAT_SOMEBODY_WILL_FETCH,
        "a deferred read whose table can only come after the lock that the reader holds",
        "INFO: task");
  }

  @Override
  public void stage(Machine machine, boolean fixed) {
    Device[] made = new Device[1];
    machine.boot(() -> made[0] = new Device());
    Device md = made[0];
    machine.spawn("mount", md::mount);
    machine.spawn("dmsetup", () -> md.firstResume(fixed));
  }

  private static final class Device {
    private final RwSemaphore umount = new RwSemaphore("&type->s_umount_key");
    private final SharedRef<String> map = new SharedRef<>("md->map", null);
    private final SharedRef<Completion> deferred = new SharedRef<>("md->deferred", null);

    /** Holds the superblock for write while it reads it; mirrors mount_bdev, 6.1. */
    @KernelSymbol("mount_bdev")
    void mount() {
      umount.downWrite();
      Completion read = new Completion("&read.done");
      if (map.readOnce() == null) {
        deferred.exchange(read); // as md->deferred_lock does, it orders what is read next behind it
        if (map.readOnce() != null && deferred.exchange(null) != null) {
          read.complete();
        }
      } else {
        read.complete();
      }
      read.waitFor();
      umount.upWrite();
    }

    /** Suspends with the lock-filesystem step, then binds the table; mirrors do_resume, 6.1. */
    @KernelSymbol("do_resume")
    void firstResume(boolean mapIsAskedFirst) {
      if (!mapIsAskedFirst || map.readOnce() != null) {
        umount.downWrite(); // freeze_super
        umount.upWrite();
      }
      map.writeOnce("linear");
      Completion read = deferred.exchange(null);
      if (read != null) {
        read.complete();
      }
    }
  }
}
