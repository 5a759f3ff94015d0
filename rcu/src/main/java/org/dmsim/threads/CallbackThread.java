package org.dmsim.threads;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Callbacks that run after a grace period, on a thread that is there as long as there are any. All
 * that are queued when a grace period begins share it. A callback that throws is handed to the
 * thread's handler of uncaught exceptions; those after it run.
 */
public final class CallbackThread {

  private final String name;
  private final Runnable gracePeriod;
  private final ArrayDeque<Runnable> callbacks = new ArrayDeque<>(0);
  private boolean serving;
  private long queued;
  private long invoked;

  /**
   * Without callbacks, and without a thread.
   *
   * @param name of the thread
   * @param gracePeriod returns once what was queued before may run
   */
  public CallbackThread(String name, Runnable gracePeriod) {
    this.name = name;
    this.gracePeriod = gracePeriod;
  }

  /** Queues one. */
  public synchronized void call(Runnable callback) {
    queued++;
    callbacks.add(callback);
    if (!serving) {
      serving = true;
      Thread.ofPlatform().daemon().name(name).start(this::serve);
    }
  }

  private void serve() {
    for (List<Runnable> batch = take(); !batch.isEmpty(); batch = take()) {
      gracePeriod.run();
      for (Runnable callback : batch) {
        try {
          callback.run();
        } catch (RuntimeException | Error e) {
          Thread self = Thread.currentThread();
          self.getUncaughtExceptionHandler().uncaughtException(self, e);
        }
        count();
      }
    }
  }

  private synchronized List<Runnable> take() {
    List<Runnable> batch = new ArrayList<>(callbacks);
    callbacks.clear();
    serving = !batch.isEmpty();
    return batch;
  }

  private synchronized void count() {
    invoked++;
    notifyAll();
  }

  /** Returns once all that were queued before have run. */
  public synchronized void barrier() {
    long upTo = queued;
    boolean interrupted = false;
    while (invoked < upTo) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether some have not run yet. */
  public synchronized boolean isBusy() {
    return invoked < queued;
  }
}
