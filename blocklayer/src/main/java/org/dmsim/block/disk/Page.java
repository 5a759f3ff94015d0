package org.dmsim.block.disk;

import org.dmsim.machine.Shared;

/**
 * 4 KiB of a disk, as tasks see them. It has memory once something was written to it; without, it
 * reads as zeroes. The memory is the store's to keep, so that a read finds it without this object.
 */
final class Page extends Shared {

  private final PageStore store;
  private final long index;

  /** Page {@code index} of a store. */
  Page(PageStore store, long index) {
    super(store.maker(), "page", index);
    this.store = store;
    this.index = index;
  }

  /** Whether it has memory. */
  boolean exists() {
    return store.exists(index);
  }

  @Override
  public String label() {
    return "page " + index + " of " + store.disk();
  }
}
