package org.dmsim.srcu;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** Grace periods on real threads. */
class ThreadGracePeriods implements SrcuGracePeriods {

  private final SrcuAlgorithm algorithm;
  private final ReentrantLock turn = new ReentrantLock();
  private final AtomicLong started = new AtomicLong();
  private volatile long ended;
  private final ArrayDeque<Runnable> callbacks = new ArrayDeque<>(0);
  private Thread worker;
  private long queued;
  private long invoked;

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
  public synchronized void call(Runnable callback) {
    if (worker == null) {
      worker = Thread.ofPlatform().daemon().name("srcu callbacks").start(this::serve);
    }
    queued++;
    callbacks.add(callback);
    notifyAll();
  }

  private void serve() {
    List<Runnable> batch = new ArrayList<>();
    for (; ; ) {
      synchronized (this) {
        while (callbacks.isEmpty()) {
          park();
        }
        batch.addAll(callbacks);
        callbacks.clear();
      }
      runBeforeCallbacks();
      for (Runnable callback : batch) {
        callback.run();
        synchronized (this) {
          invoked++;
          notifyAll();
        }
      }
      batch.clear();
    }
  }

  @Override
  public synchronized void barrier() {
    long upTo = queued;
    boolean interrupted = false;
    while (invoked < upTo) {
      interrupted |= park();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for a change; true if the thread was interrupted meanwhile. */
  private boolean park() {
    try {
      wait();
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }

  @Override
  public void flush() {
    barrier();
  }

  @Override
  public synchronized boolean hasCallbacks() {
    return invoked < queued;
  }
}
