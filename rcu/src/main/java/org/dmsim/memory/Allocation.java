package org.dmsim.memory;

/** Memory by the piece: what {@link KernelMemory} hands out. */
public final class Allocation extends SlabObject {

  /** Which allocator a piece comes from, and must go back to. */
  public enum Allocator {
    /** {@code kmalloc}. */
    SLAB,
    /** {@code vmalloc}. */
    VMALLOC,
    /** {@code alloc_percpu}. */
    PERCPU,
    /** {@code alloc_page}. */
    PAGES
  }

  private final Allocator allocator;

  Allocation(Allocator allocator, String cache) {
    super(cache, cache, allocator == Allocator.SLAB);
    this.allocator = allocator;
  }

  @Override
  void givesBack() {
    switch (allocator) {
      case SLAB -> AllocatorLocks.slab();
      case PAGES -> AllocatorLocks.freePage();
      case PERCPU -> AllocatorLocks.percpu();
      case VMALLOC -> {} // in vfree, unless a worker does it
    }
  }

  /** Where it comes from. */
  public Allocator allocator() {
    return allocator;
  }
}
