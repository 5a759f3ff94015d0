package org.dmsim.dm.kcopyd;

/** What is called when a copy has ended: {@code dm_kcopyd_notify_fn}. Runs in kcopyd's worker. */
@FunctionalInterface
public interface CopyNotify {

  /**
   * The copy has ended.
   *
   * @param readError whether the source could not be read
   * @param writeErrors bit N is set where destination N could not be written; all bits where it is
   *     not known which
   */
  void ended(boolean readError, long writeErrors);
}
