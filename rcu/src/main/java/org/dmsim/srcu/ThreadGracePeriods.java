package org.dmsim.srcu;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.dmsim.threads.CallbackThread;

/** Grace periods on real threads. */
class ThreadGracePeriods implements SrcuGracePeriods {

  private final SrcuAlgorithm algorithm;
  private final ReentrantLock turn = new ReentrantLock();
  private final AtomicLong started = new AtomicLong();
  private volatile long ended;
  private final CallbackThread callbacks =
      new CallbackThread("srcu callbacks", this::runBeforeCallbacks);

  ThreadGracePeriods(SrcuAlgorithm algorithm) {
    this.algorithm = algorithm;
  }

  @Override
  public void run() {
    long needed = needed(started.get(), started.get() > ended);
    turn.lock();
    try {
      if (ended < needed) {
        started.incrementAndGet();
        algorithm.gracePeriod();
        ended++;
      }
    } finally {
      turn.unlock();
    }
  }

  /** The number of the grace period that is enough for who asks now. */
  long needed(long begun, boolean oneRuns) {
    return begun + 1;
  }

  /** Waits until callbacks that are taken now may run. */
  void runBeforeCallbacks() {
    run();
  }

  @Override
  public void call(Runnable callback) {
    callbacks.call(callback);
  }

  @Override
  public void barrier() {
    callbacks.barrier();
  }

  @Override
  public void flush() {
    callbacks.barrier();
  }

  @Override
  public boolean hasCallbacks() {
    return callbacks.isBusy();
  }
}
