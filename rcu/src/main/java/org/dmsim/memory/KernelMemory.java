package org.dmsim.memory;

import org.dmsim.context.ExecutionContext;
import org.dmsim.context.MightSleep;
import org.dmsim.locking.Mutex;
import org.dmsim.machine.MachineKey;
import org.dmsim.machine.Task;
import org.dmsim.memory.Allocation.Allocator;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.KernelBug;
import org.dmsim.version.SourcePlace;

/**
 * The kernel's allocators as their callers see them: what each asks of its context, and that it may
 * fail. Mirrors mm/slob.c, mm/vmalloc.c, mm/percpu.c and mm/page_alloc.c, 6.1.
 */
public final class KernelMemory {

  private static final MachineKey<KernelMemory> KEY =
      new MachineKey<>("allocators", m -> new KernelMemory());
  private static final SourcePlace ALLOC_VMAP_AREA = SourcePlace.of("mm/vmalloc.c", 1673);
  private static final SourcePlace AREA_ALLOC_PAGES = SourcePlace.of("mm/vmalloc.c", 3035);
  private static final SourcePlace VFREE = SourcePlace.of("mm/vmalloc.c", 2858);
  private static final SourcePlace REMOVE_VM_AREA = SourcePlace.of("mm/vmalloc.c", 2663);
  private static final SourcePlace VUNMAP_RANGE = SourcePlace.of("mm/vmalloc.c", 420);
  private static final SourcePlace FREE_AREA_PAGES = SourcePlace.of("mm/vmalloc.c", 2784);

  private final Mutex percpuMutex = new Mutex("pcpu_alloc_mutex");

  private KernelMemory() {}

  /** {@code kmalloc}; null where memory failed. */
  @KernelSymbol("__kmalloc")
  public static Allocation kmalloc(int size, int gfp) {
    MightSleep.alloc(gfp);
    int cache = Math.max(8, Integer.highestOneBit(Math.max(1, size - 1)) << 1);
    return make(Allocator.SLAB, "kmalloc-" + cache, gfp);
  }

  /** {@code kfree}. */
  @KernelSymbol("kfree")
  public static void kfree(Allocation a) {
    free(a);
  }

  /** {@code alloc_page}; null where memory failed. */
  @KernelSymbol("__alloc_pages")
  public static Allocation allocPage(int gfp) {
    MightSleep.alloc(gfp);
    AllocatorLocks.allocPage();
    return make(Allocator.PAGES, "page", gfp);
  }

  /** {@code __free_page}. */
  @KernelSymbol("__free_pages")
  public static void freePage(Allocation a) {
    free(a);
  }

  /** {@code vmalloc}: for tasks only. */
  @KernelSymbol("vmalloc")
  public static Allocation vmalloc() {
    Task t = Task.current();
    KernelBug.on(t != null && ExecutionContext.inInterrupt(t), "mm/vmalloc.c:2554");
    MightSleep.alloc(Gfp.KERNEL);
    MightSleep.check(ALLOC_VMAP_AREA);
    AllocatorLocks.allocArea();
    MightSleep.alloc(Gfp.KERNEL);
    AllocatorLocks.allocPage();
    MightSleep.condResched(AREA_ALLOC_PAGES);
    return make(Allocator.VMALLOC, "vmalloc", Gfp.KERNEL);
  }

  /** {@code vfree}: in an interrupt a worker does it later, else it may sleep. */
  @KernelSymbol("vfree")
  public static void vfree(Allocation a) {
    Task t = Task.current();
    if (t == null || !ExecutionContext.inInterrupt(t)) {
      MightSleep.check(VFREE);
      MightSleep.check(REMOVE_VM_AREA);
      AllocatorLocks.freeArea();
      MightSleep.condResched(VUNMAP_RANGE);
      MightSleep.condResched(FREE_AREA_PAGES);
    }
    free(a);
  }

  /** {@code kvfree}: whichever it came from. */
  @KernelSymbol("kvfree")
  public static void kvfree(Allocation a) {
    if (a != null && a.allocator() == Allocator.VMALLOC) {
      vfree(a);
    } else {
      kfree(a);
    }
  }

  /** {@code alloc_percpu}; null where memory failed. */
  @KernelSymbol("pcpu_alloc")
  public static Allocation allocPercpu() {
    Task t = Task.current();
    if (t == null) {
      return make(Allocator.PERCPU, "percpu", Gfp.KERNEL);
    }
    Mutex mutex = t.machine().part(KEY).percpuMutex;
    mutex.lock();
    AllocatorLocks.percpu();
    Allocation a = make(Allocator.PERCPU, "percpu", Gfp.KERNEL);
    mutex.unlock();
    return a;
  }

  /** {@code free_percpu}. */
  @KernelSymbol("free_percpu")
  public static void freePercpu(Allocation a) {
    free(a);
  }

  private static Allocation make(Allocator allocator, String cache, int gfp) {
    return Memory.succeeds(gfp) ? new Allocation(allocator, cache) : null;
  }

  private static void free(Allocation a) {
    if (a != null) {
      a.free();
    }
  }
}
