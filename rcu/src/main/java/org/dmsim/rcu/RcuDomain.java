package org.dmsim.rcu;

/**
 * RCU among real threads with readers of its own: a grace period waits for the readers of this
 * domain and for no others. {@link Rcu} is the domain that all threads share, and the faster one to
 * read in.
 */
public final class RcuDomain {

  private final ThreadRcu rcu;

  /** A domain without readers. */
  public RcuDomain() {
    this(new ThreadRcu());
  }

  RcuDomain(ThreadRcu rcu) {
    this.rcu = rcu;
  }

  /** Opens a read section of the calling thread. Nests. */
  public void readLock() {
    rcu.readLock();
  }

  /**
   * Closes one.
   *
   * @throws IllegalStateException if none is open
   */
  public void readUnlock() {
    rcu.readUnlock();
  }

  /** The calling thread's own place, for a thread that reads very often. */
  public RcuReader reader() {
    return new RcuReader(rcu, rcu.mine());
  }

  /**
   * Returns once every section that was open at the call has been closed.
   *
   * @throws IllegalStateException if the calling thread has one open itself
   */
  public void synchronize() {
    rcu.synchronize();
  }

  /** Lets {@code callback} run after a grace period, on a thread of the domain's own. */
  public void call(Runnable callback) {
    rcu.call(callback);
  }

  /** Returns once all callbacks queued before have run. */
  public void barrier() {
    rcu.barrier();
  }
}
