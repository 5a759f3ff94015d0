package org.dmsim.block;

import org.dmsim.locking.SpinLock;
import org.dmsim.report.KernelSymbol;
import org.dmsim.workqueue.Work;
import org.dmsim.workqueue.Workqueue;

/**
 * Submits, from a worker, bios that lie on a task's private list while the task waits for the
 * memory that only their end gives back.
 */
final class Rescuer {

  private final BioSet set;
  private final SpinLock lock = new SpinLock("&bs->rescue_lock");
  private final BioList list = new BioList();
  private final Workqueue queue = Workqueue.alloc("bioset", Workqueue.MEM_RECLAIM);
  private final Work work = new Work("(work_completion)(&bs->rescue_work)", this::rescue);

  Rescuer(BioSet set) {
    this.set = set;
  }

  /** Mirrors {@code punt_bios_to_rescuer}, 6.1: takes the set's own bios off the caller's list. */
  @KernelSymbol("punt_bios_to_rescuer")
  void punt() {
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

  void destroy() {
    queue.destroy();
  }
}
