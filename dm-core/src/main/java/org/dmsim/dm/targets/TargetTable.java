package org.dmsim.dm.targets;

import org.dmsim.block.device.Gendisk;
import org.dmsim.version.KernelPolicies;

/** What a target sees of the table that it is in, and of the table's mapped device. */
public interface TargetTable {

  /** {@code dm_table_device_name}: {@code MAJOR:MINOR} of the mapped device. */
  String deviceName();

  /** What the machine's kernel does. */
  KernelPolicies kernel();

  /** Whether the table was not loaded read-only; {@code dm_table_get_mode}. */
  boolean writable();

  /** The mapped device's disk; {@code dm_disk(dm_table_get_md(t))}. */
  Gendisk disk();

  /** The handle by which a target suspends another device; {@code dm_table_get_md}. */
  MappedDeviceHandle mappedDevice();

  /** Sectors that the table spans so far; {@code dm_table_get_size}. */
  long size();

  /**
   * Opens a device, or counts one more use of it; {@code dm_get_device}.
   *
   * @param path {@code MAJOR:MINOR} or {@code /dev/NAME}
   * @param error what the log says where that fails
   */
  DmDev getDevice(String path, boolean writable, String error) throws TargetError;

  /** Whether a path names a device, which is not opened for that; {@code dm_get_dev_t}. */
  boolean names(String path, DmDev device);

  /** Counts one use less; {@code dm_put_device}. */
  void putDevice(DmDev device);

  /** Tells who waits for events that something happened; {@code dm_table_event}. May sleep. */
  void event();

  /** {@code dm_suspended(ti)}. */
  boolean isSuspended();

  /** {@code dm_post_suspending(ti)}. */
  boolean isPostSuspending();

  /** {@code dm_noflush_suspending(ti)}. */
  boolean isNoflushSuspending();
}
