package org.dmsim.dm.dmio;

/** What is called when an I/O has ended in all its regions: {@code io_notify_fn}. Any context. */
@FunctionalInterface
public interface IoNotify {

  /** The I/O has ended; bit N of {@code errors} is set where region N failed. */
  void ended(long errors);
}
