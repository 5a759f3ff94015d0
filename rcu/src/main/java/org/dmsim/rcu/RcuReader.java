package org.dmsim.rcu;

/**
 * One thread's place in a domain, kept at hand: for who reads so often that it is felt how the
 * thread is looked up each time. Made by {@link RcuDomain#reader}, and for that thread only; nobody
 * checks that. Sections opened here and by the domain's own methods are the same.
 */
public final class RcuReader {

  private final ThreadRcu rcu;
  private final ThreadRcu.Reader reader;

  RcuReader(ThreadRcu rcu, ThreadRcu.Reader reader) {
    this.rcu = rcu;
    this.reader = reader;
  }

  /** Opens a read section. Nests. */
  public void lock() {
    rcu.enter(reader);
  }

  /**
   * Closes one.
   *
   * @throws IllegalStateException if none is open
   */
  public void unlock() {
    rcu.exit(reader);
  }
}
