package org.dmsim.dm.targets.cache;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioList;
import org.dmsim.locking.SpinLock;
import org.dmsim.report.KernelSymbol;
import org.dmsim.workqueue.Work;
import org.dmsim.workqueue.Workqueue;

/** Collects what waits for a commit: {@code struct batcher}, 6.1. */
final class Batcher {

  private final Supplier<BlkStatus> commitOp;
  private final Consumer<Bio> issueOp;
  private final Workqueue wq;
  private final SpinLock lock = new SpinLock("&b->lock");
  private final ArrayDeque<Migration> items = new ArrayDeque<>(0);
  private final BioList bios = new BioList();
  private final Work commitWork = new Work("(work_completion)(&b->commit_work)", this::commit);
  private boolean scheduled;

  /**
   * Nothing waits yet.
   *
   * @param commitOp what is waited for
   * @param issueOp how bios go on afterwards
   * @param wq where migrations go on afterwards
   */
  Batcher(Supplier<BlkStatus> commitOp, Consumer<Bio> issueOp, Workqueue wq) {
    this.commitOp = commitOp;
    this.issueOp = issueOp;
    this.wq = wq;
  }

  @KernelSymbol("__commit")
  private void commit() {
    BioList issue = new BioList();
    lock.lockIrq();
    List<Migration> goOn = new ArrayList<>(items);
    items.clear();
    issue.merge(bios);
    scheduled = false;
    lock.unlockIrq();
    BlkStatus r = commitOp.get();
    for (Migration mg : goOn) {
      mg.input = r;
      wq.queue(mg.work());
    }
    for (Bio b = issue.pop(); b != null; b = issue.pop()) {
      if (r != BlkStatus.OK) {
        b.endio(r);
      } else {
        issueOp.accept(b);
      }
    }
  }

  private void commitIf(boolean now) {
    if (now) {
      wq.queue(commitWork);
    }
  }

  /** Mirrors {@code continue_after_commit}. */
  @KernelSymbol("continue_after_commit")
  void continueAfter(Migration mg) {
    lock.lockIrq();
    boolean now = scheduled;
    items.addLast(mg);
    lock.unlockIrq();
    commitIf(now);
  }

  /** Mirrors {@code issue_after_commit}. */
  @KernelSymbol("issue_after_commit")
  void issueAfter(Bio bio) {
    lock.lockIrq();
    boolean now = scheduled;
    bios.add(bio);
    lock.unlockIrq();
    commitIf(now);
  }

  /** Mirrors {@code schedule_commit}. */
  @KernelSymbol("schedule_commit")
  void schedule() {
    lock.lockIrq();
    boolean now = !items.isEmpty() || !bios.isEmpty();
    scheduled = true;
    lock.unlockIrq();
    commitIf(now);
  }
}
