package org.dmsim.faults.hunt;

import org.dmsim.memory.SlabObject;

/** What readers use and updaters replace and free. */
final class Table extends SlabObject {

  private final int version;

  Table(int version) {
    super("kmalloc-128", "table");
    this.version = version;
  }

  int version() {
    return version;
  }

  @Override
  protected boolean isReachable() {
    return true;
  }

  @Override
  public String label() {
    return "table " + version;
  }
}
