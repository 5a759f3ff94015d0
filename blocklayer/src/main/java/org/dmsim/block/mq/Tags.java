package org.dmsim.block.mq;

import org.dmsim.block.bio.Plug;
import org.dmsim.locking.WaitQueue;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;

/** {@code struct blk_mq_tags}: how many requests of a queue there can be at once. */
final class Tags {

  private final SharedInt free;
  private final WaitQueue wait = new WaitQueue("&sbq->ws[i].wait");

  Tags(int depth) {
    free = new SharedInt("tags->bitmap_tags", depth);
  }

  private boolean tryGet() {
    if (free.addReturn(-1) >= 0) {
      return true;
    }
    free.add(1);
    return false;
  }

  /**
   * Mirrors {@code blk_mq_get_tag}, 6.12.
   *
   * @return false if there is none and the caller may not wait
   */
  @KernelSymbol("blk_mq_get_tag")
  boolean get(boolean nowait) {
    if (tryGet()) {
      return true;
    }
    if (nowait) {
      return false;
    }
    Plug.flushBeforeSleep();
    wait.waitEvent(this::tryGet);
    return true;
  }

  @KernelSymbol("blk_mq_put_tag")
  void put() {
    free.add(1);
    wait.wakeUp();
  }
}
