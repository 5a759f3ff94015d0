package org.dmsim.rcu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * RCU among real threads, as userspace RCU's memory-barrier flavour has it: each thread publishes
 * in which epoch its outermost section began, and an updater opens a new epoch and waits until no
 * thread is left in an older one.
 */
final class ThreadRcu {

  /** The one that {@link Rcu} uses. */
  static final ThreadRcu DEFAULT = new ThreadRcu();

  private static final VarHandle EPOCH;

  static {
    try {
      EPOCH = MethodHandles.lookup().findVarHandle(Reader.class, "epoch", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final AtomicLong epoch = new AtomicLong(1);
  private final List<Reader> readers = new CopyOnWriteArrayList<>();
  private final ThreadLocal<Reader> self = ThreadLocal.withInitial(this::register);
  private final LinkedBlockingQueue<Runnable> callbacks = new LinkedBlockingQueue<>();
  private Thread callbackThread;

  /** One thread's state; only that thread writes it. */
  private static final class Reader {
    final Thread thread = Thread.currentThread();
    int nesting;
    long epoch;
  }

  private Reader register() {
    Reader r = new Reader();
    readers.add(r);
    return r;
  }

  void readLock() {
    Reader r = self.get();
    if (r.nesting++ == 0) {
      EPOCH.setOpaque(r, epoch.get());
      VarHandle.fullFence();
    }
  }

  void readUnlock() {
    Reader r = self.get();
    if (r.nesting == 0) {
      throw new IllegalStateException("rcu_read_unlock without rcu_read_lock on this thread");
    }
    if (--r.nesting == 0) {
      EPOCH.setRelease(r, 0L);
    }
  }

  void synchronize() {
    if (self.get().nesting > 0) {
      throw new IllegalStateException(
          "Illegal synchronize_rcu() in RCU read-side critical section");
    }
    VarHandle.fullFence();
    long started = epoch.incrementAndGet();
    VarHandle.fullFence();
    for (Reader r : readers) {
      for (int i = 0; isBefore(r, started); i++) {
        if (!r.thread.isAlive()) {
          break;
        }
        if (i < 200) {
          Thread.onSpinWait();
        } else {
          LockSupport.parkNanos(this, 20_000L);
        }
      }
      if (!r.thread.isAlive()) {
        readers.remove(r);
      }
    }
    VarHandle.fullFence();
  }

  private static boolean isBefore(Reader r, long started) {
    long e = (long) EPOCH.getVolatile(r);
    return e != 0 && e < started;
  }

  synchronized void call(Runnable callback) {
    if (callbackThread == null) {
      callbackThread = new Thread(this::runCallbacks, "rcu callbacks");
      callbackThread.setDaemon(true);
      callbackThread.start();
    }
    callbacks.add(callback);
  }

  private void runCallbacks() {
    for (; ; ) {
      try {
        Runnable c = callbacks.take();
        synchronize();
        c.run();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  void barrier() {
    java.util.concurrent.CountDownLatch done = new java.util.concurrent.CountDownLatch(1);
    call(done::countDown);
    boolean interrupted = false;
    for (; ; ) {
      try {
        done.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
