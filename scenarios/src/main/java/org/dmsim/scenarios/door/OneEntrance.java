package org.dmsim.scenarios.door;

import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;

/** The entrance of one program and of all that it starts. */
final class OneEntrance implements Entrance {

  private final SeccompListener listener;
  private final Libc libc;
  private final SystemCall[] byNumber;
  private final int starter;
  private final StandingThreads threads;
  private final Set<Integer> stopped = new HashSet<>();
  private boolean over;

  /**
   * An entrance.
   *
   * @param starter the thread that starts the program
   * @param virtualTime whether time stands still while a program runs, however long that takes
   */
  OneEntrance(SeccompListener listener, Libc libc, int starter, boolean virtualTime) {
    threads = virtualTime ? new StandingThreads(libc) : null;
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
    if (threads != null) {
      stopped.add(c.tid());
      c.whenAnswered(() -> stopped.remove(c.tid()));
    }
    return c;
  }

  @Override
  public boolean areStanding() {
    return threads == null || threads.stand(starter, stopped);
  }

  /** The thread that starts the program. */
  int starter() {
    return starter;
  }

  @Override
  public boolean isOver() {
    return over;
  }
}
