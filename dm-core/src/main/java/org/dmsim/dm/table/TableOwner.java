package org.dmsim.dm.table;

import org.dmsim.block.bio.Bio;
import org.dmsim.block.device.Gendisk;
import org.dmsim.dm.targets.MappedDeviceHandle;
import org.dmsim.dm.targets.TargetTypes;
import org.dmsim.locking.Mutex;
import org.dmsim.version.KernelPolicies;

/** What a table needs of the mapped device that it was loaded for. */
public interface TableOwner extends MappedDeviceHandle {

  /** {@code dm_disk}. */
  Gendisk disk();

  /** Devices that the mapped device's tables have open. */
  TableDevices tableDevices();

  /** What the machine's kernel does. */
  KernelPolicies kernel();

  /** The target types that there are. */
  TargetTypes targetTypes();

  /** {@code _event_lock}, one for all tables. */
  Mutex eventLock();

  /** {@code reserved_bio_based_ios}: how many bios make progress without any memory. */
  int reservedBioBasedIos();

  /** A fresh {@code struct dm_io} with its clone. */
  Bio newDmIo();

  /** A fresh {@code struct dm_target_io} with its clone. */
  Bio newDmTargetIo();

  /** {@code DMF_SUSPENDED}. */
  boolean isSuspended();

  /** {@code DMF_POST_SUSPENDING}. */
  boolean isPostSuspending();

  /** {@code DMF_NOFLUSH_SUSPENDING}. */
  boolean isNoflushSuspending();

  /** How the device takes I/O so far. */
  TableType type();

  /** Whether the device, while it is registered, still points at that table. */
  boolean uses(DmTable table);

  /** Whether the device, while it is registered, still points at those pools. */
  boolean uses(DmMempools pools);

  /** Complains if {@code suspend_lock} is not held; {@code lockdep_assert_held}. */
  void assertSuspendLockHeld();
}
