package org.dmsim.memory;

import org.dmsim.context.RtLock;
import org.dmsim.locking.BriefLock;
import org.dmsim.machine.Machine;
import org.dmsim.machine.MachineKey;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;

/**
 * The spinlocks that the allocators take, as far as PREEMPT_RT lets them be seen: there no memory
 * is to be had, nor given back, where a task may not sleep, GFP_ATOMIC or not. Mirrors mm/slub.c
 * with CONFIG_SLUB_TINY, mm/page_alloc.c with its per-CPU lists empty, and mm/vmalloc.c, 6.12.
 */
final class AllocatorLocks extends Shared {

  private static final MachineKey<AllocatorLocks> KEY =
      new MachineKey<>("allocator locks", AllocatorLocks::new);

  private final BriefLock list = new BriefLock("&n->list_lock", this);
  private final BriefLock pcp = new BriefLock("&pcp->lock", this);
  private final BriefLock zone = new BriefLock("&zone->lock", this);
  private final BriefLock freeArea = new BriefLock("free_vmap_area_lock", this);
  private final BriefLock busy = new BriefLock("&vn->busy.lock", this);
  private final BriefLock lazy = new BriefLock("&vn->lazy.lock", this);
  private final BriefLock percpu = new BriefLock("pcpu_lock", this);

  private AllocatorLocks(Machine machine) {
    super("allocator");
  }

  /** Those of the current task's machine; null where nothing is seen of them. */
  private static AllocatorLocks ofRealtime() {
    Task t = Task.current();
    return RtLock.isOn(t) && t.role() != Task.Role.BOOT ? t.machine().part(KEY) : null;
  }

  /** {@code get_partial_node} and {@code __slab_free}. */
  static void slab() {
    AllocatorLocks locks = ofRealtime();
    if (locks != null) {
      locks.list.pass();
    }
  }

  /** {@code rmqueue_pcplist}, which fills the CPU's list from the zone. */
  static void allocPage() {
    AllocatorLocks locks = ofRealtime();
    if (locks != null) {
      locks.pcp.tryPass(locks.zone::pass);
    }
  }

  /** {@code free_unref_page}. */
  static void freePage() {
    AllocatorLocks locks = ofRealtime();
    if (locks != null) {
      locks.pcp.tryPass(() -> {});
    }
  }

  /** {@code alloc_vmap_area}. */
  static void allocArea() {
    AllocatorLocks locks = ofRealtime();
    if (locks != null) {
      locks.list.pass();
      locks.freeArea.pass();
      locks.busy.pass();
    }
  }

  /** {@code find_unlink_vmap_area} and {@code free_vmap_area_noflush}. */
  static void freeArea() {
    AllocatorLocks locks = ofRealtime();
    if (locks != null) {
      locks.busy.pass();
      locks.lazy.pass();
      locks.list.pass();
    }
  }

  /** {@code pcpu_alloc} and {@code free_percpu}. */
  static void percpu() {
    AllocatorLocks locks = ofRealtime();
    if (locks != null) {
      locks.percpu.pass();
    }
  }
}
