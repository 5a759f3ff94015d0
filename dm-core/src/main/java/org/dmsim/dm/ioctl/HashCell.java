package org.dmsim.dm.ioctl;

import org.dmsim.dm.device.MappedDevice;
import org.dmsim.dm.table.DmTable;

/** What the ioctl interface knows of a device: {@code struct hash_cell}. */
final class HashCell implements MappedDevice.InterfaceCell {

  String name;

  /** Null until one is set. */
  String uuid;

  final MappedDevice md;

  /** The inactive table; null if there is none. */
  DmTable newMap;

  HashCell(String name, String uuid, MappedDevice md) {
    this.name = name;
    this.uuid = uuid;
    this.md = md;
  }

  @Override
  public DmTable inactiveTable() {
    return newMap;
  }
}
