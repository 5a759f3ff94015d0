package org.dmsim.scenarios.door;

import java.lang.foreign.MemorySegment;

/** The entrance of one program and of all that it starts. */
final class OneEntrance implements Entrance {

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
  OneEntrance(SeccompListener listener, Libc libc, int starter) {
    this.starter = starter;
    this.listener = listener;
    this.libc = libc;
    byNumber = SystemCall.byNumber(libc.architecture());
  }

  @Override
  public Call next(long milliseconds, Trace trace) {
    MemorySegment request = listener.receive(milliseconds);
    if (request == null) {
      return null;
    }
    Call c = new Call(listener, libc, trace, byNumber, request);
    if (c.isEnd() && c.tid() == starter) {
      over = true;
      c.answer("", 0);
      return null;
    }
    return c;
  }

  @Override
  public boolean isOver() {
    return over;
  }
}
