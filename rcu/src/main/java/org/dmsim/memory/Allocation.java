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
    super(cache);
    this.allocator = allocator;
  }

  /** Where it comes from. */
  public Allocator allocator() {
    return allocator;
  }

  @Override
  public String label() {
    return cache();
  }
}
