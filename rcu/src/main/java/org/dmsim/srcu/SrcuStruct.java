package org.dmsim.srcu;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;
import org.dmsim.workqueue.Work;
import org.dmsim.workqueue.Workqueue;

/** A domain of SRCU; mirrors {@code struct srcu_struct}, 6.1. */
public final class SrcuStruct extends Shared {

  private final String name;
  private final SrcuAlgorithm algorithm;
  private final ReentrantLock gracePeriods = new ReentrantLock();
  private final ArrayDeque<Runnable> callbacks = new ArrayDeque<>(0);
  private final Work callbackWork;
  private boolean running;
  private long started;
  private long ended;
  private long callbacksQueued;
  private long callbacksInvoked;

  /** A domain by the kernel's own name: {@code &md->io_barrier}. */
  public SrcuStruct(String name) {
    this(name, new SrcuAlgorithm(name, false));
  }

  SrcuStruct(String name, SrcuAlgorithm algorithm) {
    this.name = name;
    this.algorithm = algorithm;
    this.callbackWork = new Work(name + " callbacks", this::processCallbacks);
  }

  /**
   * {@code srcu_read_lock}: opens a read section, which may sleep.
   *
   * @return what {@link #readUnlock} wants: the index on which the reader is counted
   */
  public int readLock() {
    return algorithm.enter();
  }

  /** {@code srcu_read_unlock}: closes a section; any context may do so for any other. */
  public void readUnlock(int idx) {
    algorithm.leave(idx);
  }

  /** {@code synchronize_srcu}: returns once every section open at the call has been closed. */
  @KernelSymbol("synchronize_srcu")
  public void synchronize() {
    waitForReaders();
  }

  /** {@code synchronize_srcu_expedited}: the same, sooner; the model's steps take no time. */
  @KernelSymbol("synchronize_srcu_expedited")
  public void synchronizeExpedited() {
    waitForReaders();
  }

  private void waitForReaders() {
    if (Task.current() == null) {
      gracePeriods.lock();
      try {
        algorithm.gracePeriod();
      } finally {
        gracePeriods.unlock();
      }
      return;
    }
    Sched.touch(this, Access.READ);
    long needed = started + 1;
    Sched.await(this, Access.WRITE, new Turn(needed));
    if (ended >= needed) {
      return;
    }
    running = true;
    started++;
    algorithm.gracePeriod();
    Sched.touch(this, Access.WRITE);
    running = false;
    ended++;
  }

  /** What a task that wants a grace period waits for: the one it needs is over, or none runs. */
  private final class Turn implements Blocker {
    private final long needed;

    Turn(long needed) {
      this.needed = needed;
    }

    @Override
    public boolean ready() {
      return ended >= needed || !running;
    }

    @Override
    public String waitsFor() {
      return "a grace period of " + name;
    }
  }

  /** {@code call_srcu}: {@code callback} runs after a grace period, in a worker. */
  @KernelSymbol("call_srcu")
  public void call(Runnable callback) {
    if (Task.current() == null) {
      Thread.ofPlatform()
          .daemon()
          .start(
              () -> {
                waitForReaders();
                callback.run();
                synchronized (callbacks) {
                  callbacksInvoked++;
                  callbacks.notifyAll();
                }
              });
      synchronized (callbacks) {
        callbacksQueued++;
      }
      return;
    }
    Sched.point(this, Access.WRITE);
    callbacksQueued++;
    callbacks.add(callback);
    Workqueue.rcuGp().queue(callbackWork);
  }

  private void processCallbacks() {
    Sched.point(this, Access.WRITE);
    List<Runnable> batch = new ArrayList<>(callbacks);
    callbacks.clear();
    if (batch.isEmpty()) {
      return;
    }
    waitForReaders();
    Task t = Task.current();
    for (Runnable callback : batch) {
      t.preemptCount += 2 * Task.SOFTIRQ_OFFSET;
      callback.run();
      t.preemptCount -= 2 * Task.SOFTIRQ_OFFSET;
      Sched.touch(this, Access.WRITE);
      callbacksInvoked++;
    }
  }

  /** {@code srcu_barrier}: returns once all callbacks queued before have run. */
  @KernelSymbol("srcu_barrier")
  public void barrier() {
    if (Task.current() == null) {
      awaitCallbacks();
      return;
    }
    Sched.touch(this, Access.READ);
    long queued = callbacksQueued;
    Sched.await(
        this,
        Access.READ,
        new Blocker() {
          @Override
          public boolean ready() {
            return callbacksInvoked >= queued;
          }

          @Override
          public String waitsFor() {
            return "callbacks of " + name + " to run";
          }
        });
  }

  private void awaitCallbacks() {
    boolean interrupted = false;
    synchronized (callbacks) {
      long queued = callbacksQueued;
      while (callbacksInvoked < queued) {
        try {
          callbacks.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** {@code cleanup_srcu_struct}: nobody reads and no callback waits any more. */
  @KernelSymbol("cleanup_srcu_struct")
  public void cleanup() {
    if (Task.current() != null) {
      callbackWork.flush();
    }
  }

  @Override
  public String label() {
    return name;
  }
}
