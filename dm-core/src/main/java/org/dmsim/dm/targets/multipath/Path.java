package org.dmsim.dm.targets.multipath;

import org.dmsim.dm.targets.DmDev;
import org.dmsim.memory.SlabObject;

/**
 * One way to the device: {@code struct pgpath}. Whether it is active, and how often it failed, is
 * guarded by the lock of its {@link Multipath}.
 */
final class Path extends SlabObject {

  final PriorityGroup group;
  final DmDev device;

  /** {@code is_active}. */
  boolean active = true;

  /** {@code fail_count}. */
  int failCount;

  /** What the group's selector keeps with it: {@code pscontext}. */
  Object selectorData;

  Path(PriorityGroup group, DmDev device) {
    super("kmalloc-192");
    this.group = group;
    this.device = device;
  }

  /** Its group frees it. */
  @Override
  protected boolean isReachable() {
    return true;
  }

  @Override
  public String label() {
    return "pgpath";
  }
}
