package org.dmsim.block.core;

import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioList;
import org.dmsim.block.bio.BioSet;
import org.dmsim.block.bio.Rescue;
import org.dmsim.block.bio.Submission;
import org.dmsim.locking.SpinLock;
import org.dmsim.report.KernelSymbol;
import org.dmsim.workqueue.Work;
import org.dmsim.workqueue.Workqueue;

/**
 * Submits, from a worker, bios that lie on a task's private list while the task waits for the
 * memory that only their end gives back.
 */
public final class Rescuer implements Rescue {

  private final BioSet set;
  private final SpinLock lock = new SpinLock("&bs->rescue_lock");
  private final BioList list = new BioList();
  private final Workqueue queue = Workqueue.alloc("bioset", Workqueue.MEM_RECLAIM);
  private final Work work = new Work("(work_completion)(&bs->rescue_work)", this::rescue);

  private Rescuer(BioSet set) {
    this.set = set;
  }

  /** A set of plain bios that has a rescuer; {@code bioset_init} with BIOSET_NEED_RESCUER, 6.1. */
  public static BioSet bioSet(String name, int poolSize) {
    return BioSet.withRescuer(name, poolSize, Rescuer::new);
  }

  /** Mirrors {@code punt_bios_to_rescuer}, 6.1: takes the set's own bios off the caller's list. */
  @Override
  @KernelSymbol("punt_bios_to_rescuer")
  public void punt() {
    Submission s = Submission.current();
    BioList own = new BioList();
    takeOwn(s.fresh, own);
    takeOwn(s.older, own);
    lock.lock();
    list.merge(own);
    lock.unlock();
    queue.queue(work);
  }

  private void takeOwn(BioList from, BioList own) {
    BioList rest = new BioList();
    for (Bio b = from.pop(); b != null; b = from.pop()) {
      (b.pool() == set ? own : rest).add(b);
    }
    from.merge(rest);
  }

  @KernelSymbol("bio_alloc_rescue")
  private void rescue() {
    for (; ; ) {
      lock.lock();
      Bio bio = list.pop();
      lock.unlock();
      if (bio == null) {
        return;
      }
      BlkCore.submitBioNoacct(bio);
    }
  }

  @Override
  public void destroy() {
    queue.destroy();
  }
}
