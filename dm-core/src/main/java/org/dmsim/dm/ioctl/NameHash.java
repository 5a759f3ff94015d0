package org.dmsim.dm.ioctl;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.dmsim.block.Errno;
import org.dmsim.dm.device.DeviceRemoval;
import org.dmsim.dm.device.DmCore;
import org.dmsim.dm.device.MappedDevice;
import org.dmsim.dm.table.DmTable;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.locking.Mutex;
import org.dmsim.locking.RwSemaphore;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.report.KernelSymbol;

/**
 * Devices by name and by uuid. One writer or many readers at a time, by {@code _hash_lock}; a
 * lookup pins the device that it finds.
 */
final class NameHash {

  /** {@code _hash_lock}. */
  final RwSemaphore lock = new RwSemaphore("_hash_lock");

  /** {@code dm_hash_cells_mutex}: names are read through a device too. */
  private final Mutex cells = new Mutex("dm_hash_cells_mutex");

  private final TreeMap<String, HashCell> names = new TreeMap<>();
  private final TreeMap<String, HashCell> uuids = new TreeMap<>();
  private final DmCore core;

  NameHash(DmCore core) {
    this.core = core;
  }

  /**
   * The nodes under {@code /dev/mapper}, which udev makes and removes as names come and go; finding
   * a device by its node takes no lock of device mapper.
   */
  private final Shared nodes = new Shared("/dev/mapper") {};

  /** The minor behind a node; -1 if there is no such node. */
  int node(String name) {
    Sched.point(nodes, Access.READ);
    HashCell cell = names.get(name);
    return cell == null ? -1 : cell.md.minor();
  }

  private void changeNode(String name, HashCell cell) {
    Sched.touch(nodes, Access.WRITE);
    if (cell == null) {
      names.remove(name);
    } else {
      names.put(name, cell);
    }
  }

  // ---- with the lock held ----------------------------------------------------------------------

  @KernelSymbol("__get_name_cell")
  HashCell byName(String name) {
    return pinned(names.get(name));
  }

  @KernelSymbol("__get_uuid_cell")
  HashCell byUuid(String uuid) {
    return pinned(uuids.get(uuid));
  }

  /** Mirrors {@code __get_dev_cell}, 6.1. */
  @KernelSymbol("__get_dev_cell")
  HashCell byDev(long dev) {
    boolean ours = DmIoctlStruct.major(dev) == DmCore.MAJOR;
    MappedDevice md = ours ? core.getMd(DmIoctlStruct.minor(dev)) : null;
    HashCell cell = md == null ? null : of(md);
    if (md != null && cell == null) {
      md.put();
    }
    return cell;
  }

  private static HashCell pinned(HashCell cell) {
    if (cell != null) {
      cell.md.get();
    }
    return cell;
  }

  /** The cell of a device; null if it was taken out. */
  static HashCell of(MappedDevice md) {
    return (HashCell) md.interfacePointer();
  }

  /** All cells in order of their names. */
  List<HashCell> cells() {
    return new ArrayList<>(names.values());
  }

  /** All names in order. */
  List<String> list() {
    return new ArrayList<>(names.keySet());
  }

  // ---- changes ---------------------------------------------------------------------------------

  /** Mirrors {@code dm_hash_insert}, 6.1: 0, or -EBUSY if the name or the uuid is taken. */
  @KernelSymbol("dm_hash_insert")
  int insert(String name, String uuid, MappedDevice md) {
    HashCell cell = new HashCell(name, uuid.isEmpty() ? null : uuid, md);
    lock.downWrite();
    HashCell taken = byName(name);
    if (taken == null && cell.uuid != null) {
      taken = byUuid(uuid);
    }
    if (taken != null) {
      taken.md.put();
      lock.upWrite();
      return -Errno.EBUSY;
    }
    changeNode(name, cell);
    if (cell.uuid != null) {
      uuids.put(uuid, cell);
    }
    md.get();
    setPointer(md, cell);
    lock.upWrite();
    return 0;
  }

  private void setPointer(MappedDevice md, HashCell cell) {
    cells.lock();
    md.setInterfacePointer(cell);
    cells.unlock();
  }

  /**
   * Takes a device out, with the lock held for writing; mirrors {@code __hash_remove}, 6.1.
   *
   * @return its inactive table, for the caller to destroy; null if there is none
   */
  @KernelSymbol("__hash_remove")
  DmTable remove(HashCell cell) {
    changeNode(cell.name, null);
    if (cell.uuid != null) {
      uuids.remove(cell.uuid);
    }
    setPointer(cell.md, null);
    tableEvent(cell.md);
    cell.md.put();
    return cell.newMap;
  }

  /** Wakes who waits for an event of the live table. */
  private static void tableEvent(MappedDevice md) {
    int index = md.live.get();
    DmTable table = md.live.read();
    if (table != null) {
      table.event();
    }
    md.live.put(index);
  }

  /**
   * Gives a device another name, or its first uuid; mirrors {@code dm_hash_rename}, 6.1.
   *
   * @param result its device is set, pinned, where it succeeds
   * @return 0 or a negative errno
   */
  @KernelSymbol("dm_hash_rename")
  int rename(DmParam param, String fresh, MappedDevice[] result) {
    boolean uuid = param.has(DmReply.UUID);
    lock.downWrite();
    HashCell cell = uuid ? byUuid(fresh) : byName(fresh);
    if (cell != null) {
      say(
          "Unable to change "
              + (uuid ? "uuid" : "name")
              + " on mapped device "
              + param.name
              + " to one that already exists: "
              + fresh);
      cell.md.put();
      lock.upWrite();
      return -Errno.EBUSY;
    }
    cell = byName(param.name);
    if (cell == null) {
      say(
          "Unable to rename non-existent device, "
              + param.name
              + " to "
              + (uuid ? "uuid " : "")
              + fresh);
      lock.upWrite();
      return -Errno.ENXIO;
    }
    if (uuid && cell.uuid != null) {
      say(
          "Unable to change uuid of mapped device "
              + param.name
              + " to "
              + fresh
              + " because uuid is already set to "
              + cell.uuid);
      cell.md.put();
      lock.upWrite();
      return -Errno.EINVAL;
    }
    cells.lock();
    if (uuid) {
      cell.uuid = fresh;
      uuids.put(fresh, cell);
    } else {
      changeNode(cell.name, null);
      cell.name = fresh;
      changeNode(fresh, cell);
    }
    cells.unlock();
    tableEvent(cell.md);
    param.flags |= DmReply.UEVENT_GENERATED;
    result[0] = cell.md;
    lock.upWrite();
    return 0;
  }

  /** Mirrors {@code dm_hash_remove_all}, 6.1, with open devices kept. */
  @KernelSymbol("dm_hash_remove_all")
  void removeAll(boolean markDeferred, boolean onlyDeferred) {
    int skipped;
    boolean again;
    do {
      skipped = 0;
      again = false;
      lock.downWrite();
      for (HashCell cell : List.copyOf(names.values())) {
        MappedDevice md = cell.md;
        md.get();
        if (md.lockForDeletion(markDeferred, onlyDeferred) != 0) {
          md.put();
          skipped++;
          continue;
        }
        DmTable inactive = remove(cell);
        lock.upWrite();
        if (inactive != null) {
          md.live.sync();
          inactive.destroy();
        }
        md.put();
        DeviceRemoval.destroy(md);
        again = true; // devices that this one used may be free now
        break;
      }
    } while (again);
    lock.upWrite();
    if (skipped > 0 && !onlyDeferred) {
      say("remove_all left " + skipped + " open device(s)");
    }
  }

  private static void say(String what) {
    DmLog.say("ioctl", what);
  }
}
