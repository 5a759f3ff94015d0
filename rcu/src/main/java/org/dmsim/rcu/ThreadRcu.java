package org.dmsim.rcu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.dmsim.machine.Task;
import org.dmsim.threads.CallbackThread;
import org.dmsim.threads.Membarrier;
import org.dmsim.threads.PaddedEntry;
import org.dmsim.threads.ThreadTable;

/**
 * RCU among real threads, after the memory-barrier flavour of userspace RCU: each thread publishes
 * in which epoch its outermost section began; an updater opens a new epoch and waits until no
 * thread is left in an older one.
 *
 * <p>A reader's word is 0 outside of sections; inside, it is the nesting in the low bits and, above
 * them, the epoch in which the outermost section began. Epochs are never reused, so one pass over
 * the readers is enough.
 */
class ThreadRcu {

  /** The one that {@link Rcu} uses. */
  static final ThreadRcu DEFAULT = new ThreadRcu();

  /**
   * Where a thread finds its own reader of {@link #DEFAULT} at once, by its id. A constant, so that
   * the way there is three loads; whoever is not here is in {@link #readers}.
   */
  private static final Reader[] NEAR = new Reader[1024];

  static final long NESTING_MASK = 0xffff;
  private static final long ONE_EPOCH = NESTING_MASK + 1;
  private static final int SPINS = 200;
  private static final long NAP = 20_000L;

  private static final VarHandle EPOCH;

  static {
    try {
      EPOCH = MethodHandles.lookup().findVarHandle(ThreadRcu.class, "epoch", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ThreadTable<Reader> readers = new ThreadTable<>(Reader::new, dead -> {});
  private final CallbackThread callbacks =
      new CallbackThread("rcu callbacks", this::waitBeforeCallbacks);

  /** The epoch that runs, and a nesting of 1: what a reader publishes as it is. */
  private long epoch = ONE_EPOCH + 1;

  /** The word that one thread writes and every updater reads. */
  private abstract static class Word extends PaddedEntry {
    static final VarHandle STATE;

    static {
      try {
        STATE = MethodHandles.lookup().findVarHandle(Word.class, "state", long.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    long state;
  }

  /** One thread's state, with room behind it. */
  static final class Reader extends Word {
    long a0;
    long a1;
    long a2;
    long a3;
    long a4;
    long a5;
    long a6;
    long a7;
    long a8;
    long a9;
    long a10;
    long a11;
    long a12;
    long a13;
    long a14;
    long a15;

    /** For a variant: closes all sections at once. */
    void leaveAll() {
      STATE.setRelease(this, 0L);
    }
  }

  /**
   * The calling thread's own reader of {@link #DEFAULT}, where it can be found at once; never that
   * of a thread that runs tasks of a machine.
   */
  static Reader near() {
    long self = Thread.currentThread().threadId();
    Reader r = NEAR[(int) self & NEAR.length - 1];
    return r != null && r.isOf(self) ? r : null;
  }

  /** Opens a section of the calling thread in {@link #DEFAULT}. */
  static void lockDefault() {
    DEFAULT.enter(DEFAULT.comeNear());
  }

  /** Closes a section of the calling thread in {@link #DEFAULT}. */
  static void unlockDefault() {
    DEFAULT.exit(DEFAULT.comeNear());
  }

  private Reader comeNear() {
    Reader mine = readers.mine();
    int i = (int) mine.owner().threadId() & NEAR.length - 1;
    Reader there = NEAR[i];
    if ((there == null || there.isOrphan()) && !Task.canRunOn(mine.owner())) {
      NEAR[i] = mine;
    }
    return mine;
  }

  /** Opens a section of the calling thread. */
  final void readLock() {
    enter(readers.mine());
  }

  final void enter(Reader r) {
    long state = r.state;
    if (state != 0) {
      r.state = state + 1;
      return;
    }
    Word.STATE.setOpaque(r, (long) EPOCH.getOpaque(this));
    Membarrier.light(); // announced before it reads anything that RCU protects
  }

  /** Closes a section of the calling thread. */
  final void readUnlock() {
    exit(readers.mine());
  }

  final void exit(Reader r) {
    long state = r.state;
    if ((state & NESTING_MASK) == 1) {
      Word.STATE.setRelease(r, 0L); // all that it read was read before
    } else {
      exitInner(r, state);
    }
  }

  void exitInner(Reader r, long state) {
    if (state == 0) {
      throw new IllegalStateException("rcu_read_unlock without rcu_read_lock on this thread");
    }
    r.state = state - 1;
  }

  /** The calling thread's own reader. */
  final Reader mine() {
    return readers.mine();
  }

  /** Waits until every section that is open now has been closed. */
  final void synchronize() {
    Reader self = readers.mine();
    if (self.state != 0) {
      throw new IllegalStateException(
          "Illegal synchronize_rcu() in RCU read-side critical section");
    }
    Membarrier.heavy(); // what was published before is seen by who announces itself later
    long started = newEpoch();
    Membarrier.heavy();
    waitForReaders(started);
    Membarrier.heavy(); // whoever was waited for has read all that it will
    readers.sweep();
  }

  /** Opens an epoch; who announces itself from here on is in it. */
  long newEpoch() {
    return (long) EPOCH.getAndAdd(this, ONE_EPOCH) + ONE_EPOCH;
  }

  void waitForReaders(long started) {
    for (Reader r : readers()) {
      await(r, started);
    }
  }

  final List<Reader> readers() {
    return readers.snapshot();
  }

  void await(Reader r, long started) {
    for (int i = 0; holdsUp(r, started); i++) {
      if (i < SPINS) {
        Thread.onSpinWait();
      } else if (r.isOrphan()) {
        return; // it ended inside a section, which is then over
      } else {
        LockSupport.parkNanos(this, NAP);
      }
    }
  }

  /** Whether a reader is in a section that began before an epoch did. */
  boolean holdsUp(Reader r, long started) {
    long state = (long) Word.STATE.getAcquire(r);
    return state != 0 && state < started;
  }

  /** Lets {@code callback} run after a grace period, on a thread of RCU's own. */
  final void call(Runnable callback) {
    callbacks.call(callback);
  }

  void waitBeforeCallbacks() {
    synchronize();
  }

  /** Waits until every callback that is queued now has run. */
  void barrier() {
    callbacks.barrier();
  }
}
