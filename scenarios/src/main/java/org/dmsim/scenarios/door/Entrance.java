package org.dmsim.scenarios.door;

/** Where the calls of programs come in. Used by the machine's thread. */
interface Entrance {

  /**
   * First argument of the io_uring_setup(2) by which the thread that started a program says that it
   * has ended: a call that means nothing else.
   */
  int END = 0x646d7369;

  /**
   * The next call.
   *
   * @param milliseconds to wait at most; negative for without end
   * @return null if none came, or if {@link #isOver}
   */
  Call next(long milliseconds, Trace trace);

  /** Whether every program waits, so that virtual time may pass; true where nobody can know. */
  default boolean areStanding() {
    return true;
  }

  /** Whether nobody comes any more. */
  boolean isOver();
}
