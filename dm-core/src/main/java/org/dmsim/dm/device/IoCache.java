package org.dmsim.dm.device;

import org.dmsim.block.queue.RequestQueue;
import org.dmsim.dm.table.DmTable;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.KernelBug;
import org.dmsim.version.KernelPolicies;

/**
 * {@code md->io_bs.cache}, as 5.18 has it: a cache of bios for each CPU, registered with CPU
 * hotplug, in the set of a device whose table can be polled. Only the registration is modelled, and
 * only on kernels that can take it back twice.
 */
final class IoCache {

  private final boolean modelled;

  /** {@code bs->cache} is not null. */
  private boolean pointer;

  /** Whether {@code bs->cpuhp_dead} is on its list; else its pointers are poison. */
  private boolean listed;

  IoCache(KernelPolicies kernel) {
    modelled = kernel.has(DmPolicy.CACHE_POINTER_LEFT);
  }

  /** What {@code __bind} does of it for a table that goes live, 5.18. */
  void reload(DmTable table) {
    if (modelled) {
      destroy();
      if (isPolled(table)) {
        pointer = true;
        listed = true;
      }
    }
  }

  /** A target that has no devices, and so none that cannot be polled, counts as one that can. */
  private static boolean isPolled(DmTable table) {
    for (int i = 0; i < table.targetCount(); i++) {
      DmTarget target = table.target(i);
      int not =
          target.iterateDevices(
              (t, dev, start, length) ->
                  dev.bdev().queue().has(RequestQueue.QUEUE_FLAG_POLL) ? 0 : 1);
      if (not != 0) {
        return false;
      }
    }
    return true;
  }

  /** Mirrors {@code bio_alloc_cache_destroy}, 5.18; called by every {@code bioset_exit}. */
  @KernelSymbol("bioset_exit")
  void destroy() {
    if (pointer) {
      removeInstance();
    }
  }

  @KernelSymbol("__cpuhp_state_remove_instance")
  private void removeInstance() {
    if (!listed) {
      KernelBug.poisonedList();
    }
    listed = false;
  }
}
