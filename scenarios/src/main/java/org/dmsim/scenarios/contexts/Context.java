package org.dmsim.scenarios.contexts;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.dmsim.context.LocalIrq;
import org.dmsim.context.NonBlock;
import org.dmsim.context.Preempt;
import org.dmsim.context.Sleep;
import org.dmsim.locking.LocalBh;
import org.dmsim.rcu.Rcu;
import org.dmsim.report.KernelSymbol;
import org.dmsim.workqueue.Workqueue;

/** Where kernel code can be; what the recorded cases call by the same name. */
public enum Context {
  /** A kernel thread. */
  TASK((p, op) -> op.run()),
  /** An RCU reader. */
  RCU_READ_LOCK(
      (p, op) -> {
        Rcu.readLock();
        op.run();
        Rcu.readUnlock();
      }),
  /** An RCU reader in an RCU reader. */
  RCU_READ_LOCK_NESTED(
      (p, op) -> {
        Rcu.readLock();
        Rcu.readLock();
        op.run();
        Rcu.readUnlock();
        Rcu.readUnlock();
      }),
  /** A reader with bottom halves off. */
  RCU_READ_LOCK_BH(
      (p, op) -> {
        Rcu.readLockBh();
        op.run();
        Rcu.readUnlockBh();
      }),
  /** A reader with preemption off. */
  RCU_READ_LOCK_SCHED(
      (p, op) -> {
        Rcu.readLockSched();
        op.run();
        Rcu.readUnlockSched();
      }),
  /** An SRCU reader. */
  SRCU_READ_LOCK(
      (p, op) -> {
        int i = p.probeSrcu.readLock();
        op.run();
        p.probeSrcu.readUnlock(i);
      }),
  /** An SRCU reader in an SRCU reader of the same domain. */
  SRCU_READ_LOCK_NESTED(
      (p, op) -> {
        int i = p.probeSrcu.readLock();
        int j = p.probeSrcu.readLock();
        op.run();
        p.probeSrcu.readUnlock(j);
        p.probeSrcu.readUnlock(i);
      }),
  /** An RCU reader in an SRCU reader. */
  SRCU_THEN_RCU(
      (p, op) -> {
        int i = p.probeSrcu.readLock();
        Rcu.readLock();
        op.run();
        Rcu.readUnlock();
        p.probeSrcu.readUnlock(i);
      }),
  /** An SRCU reader in an RCU reader. */
  RCU_THEN_SRCU(
      (p, op) -> {
        Rcu.readLock();
        int i = p.probeSrcu.readLock();
        op.run();
        p.probeSrcu.readUnlock(i);
        Rcu.readUnlock();
      }),
  /** A spinlock held. */
  SPIN_LOCK(
      (p, op) -> {
        p.ctxSpin.lock();
        op.run();
        p.ctxSpin.unlock();
      }),
  /** A spinlock held and bottom halves off. */
  SPIN_LOCK_BH(
      (p, op) -> {
        p.ctxSpin.lockBh();
        op.run();
        p.ctxSpin.unlockBh();
      }),
  /** A spinlock held and interrupts off. */
  SPIN_LOCK_IRQSAVE(
      (p, op) -> {
        boolean flags = p.ctxSpin.lockIrqsave();
        op.run();
        p.ctxSpin.unlockIrqrestore(flags);
      }),
  /** A raw spinlock held. */
  RAW_SPIN_LOCK(
      (p, op) -> {
        p.ctxRaw.lock();
        op.run();
        p.ctxRaw.unlock();
      }),
  /** A rwlock held for reading. */
  READ_LOCK(
      (p, op) -> {
        p.ctxRw.readLock();
        op.run();
        p.ctxRw.readUnlock();
      }),
  /** Preemption off. */
  PREEMPT_DISABLE(
      (p, op) -> {
        Preempt.disable();
        op.run();
        Preempt.enable();
      }),
  /** Interrupts off. */
  LOCAL_IRQ_DISABLE(
      (p, op) -> {
        LocalIrq.disable();
        op.run();
        LocalIrq.enable();
      }),
  /** Bottom halves off. */
  LOCAL_BH_DISABLE(
      (p, op) -> {
        LocalBh.disable();
        op.run();
        LocalBh.enable();
      }),
  /** A mutex held. */
  MUTEX_LOCK(
      (p, op) -> {
        p.ctxMutex.lock();
        op.run();
        p.ctxMutex.unlock();
      }),
  /** A semaphore held for reading. */
  DOWN_READ(
      (p, op) -> {
        p.ctxRwsem.downRead();
        op.run();
        p.ctxRwsem.upRead();
      }),
  /** A semaphore held for writing. */
  DOWN_WRITE(
      (p, op) -> {
        p.ctxRwsem.downWrite();
        op.run();
        p.ctxRwsem.upWrite();
      }),
  /** An RCU reader with a mutex held. */
  MUTEX_THEN_RCU(
      (p, op) -> {
        p.ctxMutex.lock();
        Rcu.readLock();
        op.run();
        Rcu.readUnlock();
        p.ctxMutex.unlock();
      }),
  /** Between non_block_start and non_block_end. */
  NON_BLOCK(
      (p, op) -> {
        NonBlock.start();
        op.run();
        NonBlock.end();
      }),
  /** A hardware interrupt. */
  HARDIRQ(
      (p, op) -> {
        p.ctxIrqWork.queue();
        p.finished.waitFor();
      }),
  /** A tasklet, run before the task that scheduled it goes on. */
  SOFTIRQ_TASKLET(
      (p, op) -> {
        p.ctxTasklet.schedule();
        p.finished.isDone();
        p.finished.waitFor();
      }),
  /** A timer's function. */
  SOFTIRQ_TIMER(
      (p, op) -> {
        p.ctxTimer.mod(p.machine.now() + Sleep.JIFFY);
        p.finished.waitFor();
      }),
  /** A callback of call_rcu. */
  RCU_CALLBACK(
      (p, op) -> {
        Rcu.call(p.handler());
        p.finished.waitFor();
      }),
  /** A work's function. */
  WORKQUEUE(
      (p, op) -> {
        Workqueue.system().queue(p.ctxWork);
        p.finished.waitFor();
      });

  /** What makes a context around an operation. */
  private interface Body {
    void run(Probe probe, Runnable operation);
  }

  private final Body body;

  Context(Body body) {
    this.body = body;
  }

  /** Runs an operation inside; a handler's is the one that the probe was made with. */
  @KernelSymbol("runner")
  void run(Probe probe, Runnable operation) {
    body.run(probe, operation);
  }

  /** Every name. */
  static List<String> names() {
    return Arrays.stream(values()).map(Context::toString).toList();
  }

  /** As the recorded cases write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
