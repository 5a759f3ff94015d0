package org.dmsim.dm.table;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.block.Errno;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.locking.RwSemaphore;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.memory.SharedInt;
import org.dmsim.memory.SlabObject;
import org.dmsim.report.KernelSymbol;

/** The devices that one table's targets use: {@code t->devices}. */
final class UsedDevices {

  /** One device, and how many targets use it: {@code dm_dev_internal}. */
  private static final class Use extends SlabObject {
    DmDev device;
    int count = 1;

    Use() {
      super("kmalloc-32");
    }

    /** Its table frees it. */
    @Override
    protected boolean isReachable() {
      return true;
    }

    @Override
    public String label() {
      return "dm_dev_internal";
    }
  }

  private final TableOwner owner;
  private final RwSemaphore lock = new RwSemaphore("&t->devices_lock");
  private final boolean locks;

  /** The list's head, which a kernel without the lock reads and changes as it is. */
  private final SharedInt unlocked = new SharedInt("t->devices", 0);

  private final List<Use> uses = new ArrayList<>(2);

  UsedDevices(TableOwner owner) {
    this.owner = owner;
    this.locks = !owner.kernel().has(TablePolicy.DEVICES_UNLOCKED);
  }

  private void lockForWriting() {
    if (locks) {
      lock.downWrite();
    } else {
      Sched.point(unlocked, Access.WRITE);
    }
  }

  private void unlockForWriting() {
    if (locks) {
      lock.upWrite();
    }
  }

  /** Opens a device or counts one more use of it; mirrors {@code dm_get_device}, 6.1. */
  @KernelSymbol("dm_get_device")
  DmDev get(String path, boolean forWriting, String error) throws TargetError {
    DevicePath dev = DevicePath.parse(path, owner.tableDevices()::find, error, owner.kernel());
    if (isOwn(dev) && owner.kernel().has(TablePolicy.SELF_REFUSED)) {
      throw new TargetError(Errno.EINVAL, error);
    }
    lockForWriting();
    try {
      Use use = find(dev);
      if (use == null) {
        use = new Use();
        use.device = owner.tableDevices().get(dev, forWriting, error);
        uses.addFirst(use);
      } else {
        if (forWriting && !use.device.writable()) {
          upgrade(use, dev, error);
        }
        use.count++;
      }
      return use.device;
    } finally {
      unlockForWriting();
    }
  }

  private boolean isOwn(DevicePath dev) {
    return dev.major() == owner.disk().major() && dev.minor() == owner.disk().firstMinor();
  }

  /**
   * Opens for writing too what was open for reading; mirrors {@code upgrade_mode}, 6.1. The old
   * {@code dm_dev} is freed, whoever still points to it.
   */
  @KernelSymbol("upgrade_mode")
  private void upgrade(Use use, DevicePath dev, String error) throws TargetError {
    DmDev old = use.device;
    use.device = owner.tableDevices().get(dev, true, error);
    owner.tableDevices().put(old);
  }

  /** Whether a path names a device that is open already; nothing is opened. */
  @KernelSymbol("dm_get_dev_t")
  boolean names(String path, DmDev device) {
    try {
      DevicePath dev = DevicePath.parse(path, owner.tableDevices()::find, "", owner.kernel());
      return dev.major() == device.bdev().major() && dev.minor() == device.bdev().minor();
    } catch (TargetError noSuchName) {
      return false;
    }
  }

  private Use find(DevicePath dev) {
    for (Use use : uses) {
      if (use.device.bdev().major() == dev.major() && use.device.bdev().minor() == dev.minor()) {
        return use;
      }
    }
    return null;
  }

  /** Counts one use less; mirrors {@code dm_put_device}, 6.1. */
  @KernelSymbol("dm_put_device")
  void put(DmDev device) {
    lockForWriting();
    try {
      for (Use use : uses) {
        if (use.device == device) {
          if (--use.count == 0) {
            owner.tableDevices().put(device);
            uses.remove(use);
            use.free();
          }
          return;
        }
      }
      device.touch();
      say("device " + device.name() + " not in table devices list");
    } finally {
      unlockForWriting();
    }
  }

  /** The devices as they are now, for who looks from outside: no step. */
  List<BlockDevice> seen() {
    return uses.stream().filter(u -> !u.device.isFreed()).map(u -> u.device.bdev()).toList();
  }

  /** The devices, the one opened last first. */
  List<DmDev> list() {
    if (!locks) {
      Sched.point(unlocked, Access.READ);
      List<DmDev> found = new ArrayList<>();
      for (Use use : List.copyOf(uses)) {
        use.touch();
        found.add(use.device);
      }
      return found;
    }
    lock.downRead();
    try {
      return uses.stream().map(u -> u.device).toList();
    } finally {
      lock.upRead();
    }
  }

  /** Gives back, with a complaint, what targets have not; mirrors {@code free_devices}, 6.1. */
  void putLeftOvers() {
    for (Use use : List.copyOf(uses)) {
      say("dm_table_destroy: dm_put_device call missing for " + use.device.name());
      owner.tableDevices().put(use.device);
    }
  }

  private void say(String what) {
    DmLog.say("table", owner.deviceName() + ": " + what);
  }
}
