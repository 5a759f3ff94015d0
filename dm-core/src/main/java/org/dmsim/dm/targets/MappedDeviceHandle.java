package org.dmsim.dm.targets;

/** A mapped device as a target may handle it: the exported functions of {@code dm.c}. */
public interface MappedDeviceHandle {

  /** {@code MAJOR:MINOR}; {@code dm_device_name}. */
  String deviceName();

  /**
   * Pins the device; {@code dm_hold}.
   *
   * @return 0, or a negative errno if it is being freed
   */
  int hold();

  /** Gives a pin back; {@code dm_put}. */
  void put();

  /** {@code dm_internal_suspend_fast}: holds {@code suspend_lock} until the matching resume. */
  void internalSuspendFast();

  /** {@code dm_internal_resume_fast}. */
  void internalResumeFast();

  /** {@code dm_internal_suspend_noflush}. */
  void internalSuspendNoflush();

  /** {@code dm_internal_resume}. */
  void internalResume();
}
