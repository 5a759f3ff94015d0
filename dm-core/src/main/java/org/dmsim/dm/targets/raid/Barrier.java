package org.dmsim.dm.targets.raid;

import org.dmsim.locking.SpinLock;
import org.dmsim.locking.WaitQueue;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;

/**
 * Keeps I/O of users and resync of raid1 out of one another's way: what resync has raised lets I/O
 * wait, and a set that is frozen lets all wait. Mirrors {@code raise_barrier} and its like, {@code
 * raid1.c}, 6.1, with one bucket in place of one for each 64 MiB.
 */
final class Barrier {

  private final SpinLock lock = new SpinLock("&conf->resync_lock");
  private final WaitQueue wait = new WaitQueue("&conf->wait_barrier");
  private final SharedInt changes = new SharedInt("conf->wait_barrier", 0);
  private int pending;
  private int waiting;
  private int raised;
  private int queued;
  private boolean frozen;

  /** What may be asked under the lock. */
  private interface Question {
    boolean holds();
  }

  /** Waits, with the lock held before and after. */
  private void await(Question question) {
    while (!question.holds()) {
      int seen = changes.peek();
      lock.unlockIrq();
      wait.waitEvent(() -> changes.readOnce() != seen);
      lock.lockIrq();
    }
  }

  private void changed() {
    changes.add(1);
    wait.wakeUp();
  }

  /** Before a write, {@code wait_barrier}. */
  @KernelSymbol("wait_barrier")
  void begin() {
    lock.lockIrq();
    waiting++;
    await(() -> raised == 0 && !frozen);
    waiting--;
    pending++;
    lock.unlockIrq();
  }

  /** Before a read, which resync does not stop; {@code wait_read_barrier}. */
  @KernelSymbol("wait_read_barrier")
  void beginRead() {
    lock.lockIrq();
    waiting++;
    await(() -> !frozen);
    waiting--;
    pending++;
    lock.unlockIrq();
  }

  /** {@code allow_barrier}; any context. */
  @KernelSymbol("allow_barrier")
  void end() {
    boolean flags = lock.lockIrqsave();
    pending--;
    lock.unlockIrqrestore(flags);
    changed();
  }

  /** Whether somebody waits. */
  boolean isAwaited() {
    lock.lockIrq();
    boolean is = waiting != 0;
    lock.unlockIrq();
    return is;
  }

  /** Before a part of a resync; false if it was interrupted. {@code raise_barrier}. */
  @KernelSymbol("raise_barrier")
  boolean raise(Recovery recovery) {
    lock.lockIrq();
    await(() -> waiting == 0);
    raised++;
    await(() -> !frozen && pending == 0 && raised < 32 || recovery.bits.test(Recovery.INTR));
    boolean ok = !recovery.bits.test(Recovery.INTR);
    if (!ok) {
      raised--;
    }
    lock.unlockIrq();
    if (!ok) {
      changed();
    }
    return ok;
  }

  /** After it, {@code lower_barrier}; any context. */
  @KernelSymbol("lower_barrier")
  void lower() {
    boolean flags = lock.lockIrqsave();
    raised--;
    lock.unlockIrqrestore(flags);
    changed();
  }

  /** I/O that waits for the set's thread counts as resting; any context. */
  void queued(int delta) {
    boolean flags = lock.lockIrqsave();
    queued += delta;
    lock.unlockIrqrestore(flags);
    changed();
  }

  /** Lets everything wait but {@code extra}; {@code freeze_array}. */
  @KernelSymbol("freeze_array")
  void freeze(int extra) {
    lock.lockIrq();
    frozen = true;
    await(() -> pending + raised - queued == extra);
    lock.unlockIrq();
  }

  /** {@code unfreeze_array}. */
  @KernelSymbol("unfreeze_array")
  void thaw() {
    lock.lockIrq();
    frozen = false;
    lock.unlockIrq();
    changed();
  }

  /** Something changed that those who wait ask for. */
  void interrupted() {
    changed();
  }
}
