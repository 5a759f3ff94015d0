package org.dmsim.dm.targets;

/** What {@link DmTarget#iterateDevices} calls for each data device of a target. */
@FunctionalInterface
public interface DeviceCallout {

  /**
   * One device.
   *
   * @param start first sector of it that the target uses
   * @param length sectors of it that the target uses
   * @return 0 to go on; anything else ends the iteration and is its result
   */
  int device(DmTarget target, DmDev device, long start, long length);
}
