package org.dmsim.dm.table;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.block.Errno;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.device.Disks;
import org.dmsim.block.device.Gendisk;
import org.dmsim.block.device.HolderLinks;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.locking.Mutex;
import org.dmsim.report.KernelSymbol;

/**
 * Devices that the tables of one mapped device have open, each once for each mode however many
 * tables use it: {@code md->table_devices}.
 */
public final class TableDevices {

  /** {@code _dm_claim_ptr}: the one holder on whose behalf all tables open devices. */
  private static final Object CLAIM = "I belong to device-mapper";

  private static final class Opened {
    final DmDev device;
    int count = 1;

    Opened(DmDev device) {
      this.device = device;
    }
  }

  private final Mutex lock = new Mutex("&md->table_devices_lock");
  private final List<Opened> opened = new ArrayList<>(2);

  private final Disks disks;
  private final boolean forgetsNames;
  private final HolderLinks links;
  private Gendisk own;
  private Gendisk holder;

  /** Nothing is open. */
  public TableDevices(BlockLayer disks) {
    this.disks = disks;
    forgetsNames = disks.kernel().has(TablePolicy.FREED_NAME_OVERWRITTEN);
    links = new HolderLinks(disks);
  }

  /** The disk that holds the others, once it is there. */
  public void heldBy(Gendisk disk) {
    holder = disk;
  }

  /**
   * Links what was opened before the disk was there; the caller has the lock.
   *
   * @return 0 or a negative errno: nothing is linked then
   */
  public int linkAll() {
    for (int i = 0; i < opened.size(); i++) {
      int r = links.link(opened.get(i).device.bdev());
      if (r != 0) {
        opened.subList(0, i).forEach(o -> links.unlink(o.device.bdev()));
        return r;
      }
    }
    return 0;
  }

  /**
   * As {@code bd_link_disk_holder}: the device's own disk cannot be among them, once it is there.
   */
  public void refuse(Gendisk disk) {
    own = disk;
  }

  /** {@code table_devices_lock}; also held while the disk appears and vanishes. */
  public Mutex lock() {
    return lock;
  }

  /** The device of that disk's name; null if there is none. */
  DevicePath find(String disk) {
    BlockDevice b = disks.lookupPath("/dev/" + disk);
    return b == null ? null : new DevicePath(b.major(), b.minor());
  }

  /** The devices that are open, one that is open in two modes twice. */
  public List<BlockDevice> opened() {
    return opened.stream().map(o -> o.device.bdev()).toList();
  }

  @KernelSymbol("dm_get_table_device")
  DmDev get(DevicePath dev, boolean writable, String error) throws TargetError {
    lock.lock();
    try {
      for (Opened o : opened) {
        BlockDevice b = o.device.bdev();
        if (b.major() == dev.major()
            && b.minor() == dev.minor()
            && o.device.writable() == writable) {
          o.count++;
          return o.device;
        }
      }
      DmDev device = open(dev, writable, error);
      opened.addFirst(new Opened(device));
      return device;
    } finally {
      lock.unlock();
    }
  }

  @KernelSymbol("open_table_device")
  private DmDev open(DevicePath dev, boolean writable, String error) throws TargetError {
    BlockDevice bdev = disks.lookupOrProbe(dev.major(), dev.minor());
    int r = bdev == null ? -Errno.ENXIO : bdev.open(mode(writable), CLAIM);
    if (r == 0 && bdev.disk() == own && own.isAdded()) {
      bdev.close(mode(writable));
      r = -Errno.EINVAL;
    }
    if (r == 0 && holder.isAdded()) {
      r = links.link(bdev);
      if (r != 0) {
        bdev.close(mode(writable));
      }
    }
    if (r != 0) {
      throw new TargetError(-r, error);
    }
    return new DmDev(bdev, bdev.dev(), writable, forgetsNames);
  }

  @KernelSymbol("dm_put_table_device")
  void put(DmDev device) {
    lock.lock();
    try {
      for (Opened o : opened) {
        if (o.device == device) {
          if (--o.count == 0) {
            close(o);
          }
          return;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  @KernelSymbol("close_table_device")
  private void close(Opened o) {
    opened.remove(o);
    if (holder.isAdded()) {
      links.unlink(o.device.bdev());
    }
    o.device.bdev().close(mode(o.device.writable()));
    o.device.free();
  }

  private static int mode(boolean writable) {
    return BlockDevice.FMODE_READ
        | BlockDevice.FMODE_EXCL
        | (writable ? BlockDevice.FMODE_WRITE : 0);
  }
}
