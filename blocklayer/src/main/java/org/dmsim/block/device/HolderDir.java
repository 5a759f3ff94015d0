package org.dmsim.block.device;

import org.dmsim.memory.SharedInt;
import org.dmsim.memory.SlabObject;
import org.dmsim.report.KernelSymbol;

/**
 * {@code bdev->bd_holder_dir}: the directory in sysfs that has a link to each disk which holds this
 * one. Its disk counts it, and so does each link; the last one frees it.
 */
final class HolderDir extends SlabObject {

  private final SharedInt count = new SharedInt("bd_holder_dir", 1);

  HolderDir() {
    super("kmalloc-64");
  }

  /** {@code kobject_get}. */
  @KernelSymbol("kobject_get")
  void get() {
    touch();
    count.add(1);
  }

  /** {@code kobject_put}. */
  @KernelSymbol("kobject_put")
  void put() {
    touch();
    if (!isFreed() && count.decAndTest()) {
      free();
    }
  }

  @KernelSymbol("sysfs_create_link")
  void createLink() {
    touch();
  }

  @KernelSymbol("sysfs_remove_link")
  void removeLink() {
    touch();
  }

  /** Its disk points at it, or a link does. */
  @Override
  protected boolean isReachable() {
    return true;
  }

  @Override
  public String label() {
    return "bd_holder_dir";
  }
}
