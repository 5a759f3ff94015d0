package org.dmsim.workqueue;

import java.util.ArrayDeque;

/** A workqueue on real threads, where no machine is: one thread serves it, in order. */
final class RealThreads {

  /** Made when first asked for: never by a machine's task, whose objects are counted. */
  private static final class SystemQueue {
    static final Workqueue QUEUE = Workqueue.alloc("events", 0);
  }

  private final ArrayDeque<Work> queued = new ArrayDeque<>(0);
  private Thread thread;
  private Work running;
  private boolean over;

  /** The one queue that all code without a machine shares. */
  static Workqueue system() {
    return SystemQueue.QUEUE;
  }

  synchronized boolean queue(Work work) {
    synchronized (work) {
      if (work.pending || work.canceling) {
        return false;
      }
      work.pending = true;
      work.realQueue = this;
    }
    queued.add(work);
    if (thread == null) {
      thread = Thread.ofPlatform().daemon().name("workqueue").start(this::serve);
    }
    notifyAll();
    return true;
  }

  boolean queueDelayed(DelayedWork work, long nanoseconds) {
    Thread.ofVirtual()
        .start(
            () -> {
              java.util.concurrent.locks.LockSupport.parkNanos(nanoseconds);
              queue(work);
            });
    return true;
  }

  private void serve() {
    for (; ; ) {
      Work next;
      synchronized (this) {
        while (queued.isEmpty()) {
          if (over) {
            return;
          }
          park(this);
        }
        next = queued.poll();
        running = next;
        synchronized (next) {
          next.pending = false;
        }
      }
      next.run();
      synchronized (this) {
        running = null;
        notifyAll();
      }
    }
  }

  /** Waits for the run that was queued last. */
  static boolean flush(Work work) {
    RealThreads q = work.realQueue;
    return q != null && q.await(work);
  }

  private synchronized boolean await(Work work) {
    boolean busy = false;
    while (running == work || queued.contains(work)) {
      busy = true;
      park(this);
    }
    return busy;
  }

  static boolean cancel(Work work) {
    RealThreads q = work.realQueue;
    return q != null && q.remove(work);
  }

  private synchronized boolean remove(Work work) {
    boolean was = queued.remove(work);
    if (was) {
      synchronized (work) {
        work.pending = false;
      }
      notifyAll();
    }
    return was;
  }

  static boolean cancelSync(Work work) {
    boolean was = cancel(work);
    flush(work);
    return was;
  }

  synchronized void flush() {
    while (running != null || !queued.isEmpty()) {
      park(this);
    }
  }

  synchronized void shutDown() {
    over = true;
    notifyAll();
  }

  private static void park(Object monitor) {
    try {
      monitor.wait();
    } catch (InterruptedException e) {
      // A worker has no one to tell; whoever interrupts a waiting caller finds it waiting on.
    }
  }
}
