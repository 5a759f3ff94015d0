package org.dmsim.scenarios.museum;

import org.dmsim.locking.Mutex;
import org.dmsim.locking.WaitQueue;
import org.dmsim.machine.Machine;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;

/** Two freezers of one queue: depth and usage counter change in two steps, and cross. */
final class FreezeAndUnfreeze implements Lesson {

  @Override
  public Plaque plaque() {
    return new Plaque(
        "freeze-and-unfreeze",
        "7996a8b5511a",
        "blk-mq: fix hang caused by freeze/unfreeze sequence",
        true,
        "",
        Rule.TEST_AND_ACT_UNDER_ONE_LOCK,
        "a freezer that waits for a usage counter which the last unfreezer has just revived",
        "INFO: task");
  }

  @Override
  public void stage(Machine machine, boolean fixed) {
    Queue[] made = new Queue[1];
    machine.boot(() -> made[0] = new Queue(fixed));
    Queue q = made[0];
    for (String name : new String[] {"elevator", "timeout"}) {
      machine.spawn(
          name,
          () -> {
            q.freeze();
            q.unfreeze();
          });
    }
  }

  private static final class Queue {
    private final boolean oneStep;
    private final Mutex freezeLock = new Mutex("&q->mq_freeze_lock");
    private final SharedInt depth = new SharedInt("q->mq_freeze_depth", 0);
    private final SharedInt dead = new SharedInt("q_usage_counter dead", 0);
    private final WaitQueue wait = new WaitQueue("&q->mq_freeze_wq");

    Queue(boolean oneStep) {
      this.oneStep = oneStep;
    }

    /** Mirrors blk_freeze_queue_start and blk_mq_freeze_queue_wait, 5.1. */
    @KernelSymbol("blk_mq_freeze_queue")
    void freeze() {
      lock();
      if (depth.addReturn(1) == 1) {
        dead.writeOnce(1);
      }
      unlock();
      wait.waitEvent(() -> dead.readOnce() == 1); // zero users, once it does not admit any
    }

    /** Mirrors blk_mq_unfreeze_queue, 5.1. */
    @KernelSymbol("blk_mq_unfreeze_queue")
    void unfreeze() {
      lock();
      if (depth.addReturn(-1) == 0) {
        dead.writeOnce(0);
        wait.wakeUpAll();
      }
      unlock();
    }

    private void lock() {
      if (oneStep) {
        freezeLock.lock();
      }
    }

    private void unlock() {
      if (oneStep) {
        freezeLock.unlock();
      }
    }
  }
}
