package org.dmsim.scenarios.door;

import java.lang.foreign.MemorySegment;

/**
 * Where the calls of one program, and of all that it starts, come in. The thread that started it
 * says, by a call that means nothing else, that the program has ended.
 */
final class Entrance {

  /** First argument of the io_uring_setup(2) that says so. */
  static final int END = 0x646d7369;

  private final SeccompListener listener;
  private final Libc libc;
  private final SystemCall[] byNumber;
  private final int starter;
  private boolean over;

  /**
   * An entrance.
   *
   * @param starter the thread that starts the program
   */
  Entrance(SeccompListener listener, Libc libc, int starter) {
    this.starter = starter;
    this.listener = listener;
    this.libc = libc;
    byNumber = SystemCall.byNumber(libc.architecture());
  }

  /**
   * The next call.
   *
   * @param milliseconds to wait at most; negative for without end
   * @return null if none came, or if {@link #isOver}
   */
  Call next(long milliseconds, Trace trace) {
    MemorySegment request = listener.receive(milliseconds);
    if (request == null) {
      return null;
    }
    Call c = new Call(listener, libc, trace, byNumber, request);
    boolean asked = c.what() == SystemCall.IO_URING_SETUP && c.intArgument(0) == END;
    if (asked && c.tid() == starter) {
      over = true;
      c.answer("", 0);
      return null;
    }
    return c;
  }

  /** Whether the program has ended. */
  boolean isOver() {
    return over;
  }
}
