package org.dmsim.scenarios.door;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * The entrance of programs that go in lockstep with the machine: it goes on only when each of their
 * threads has made a call that is stopped, or waits in one of the host's. Then it does not matter
 * how fast the host was, and the strategy alone says whose call goes in next. Threads are known by
 * the order in which they came, and no two come at once: forks are calls that are let in as others.
 */
final class LockstepEntrance implements Entrance, GateLast.Callers {

  /** How long to wait, ms, before threads that run are looked at again. */
  private static final long MOMENT = 1;

  /** The same for threads that all wait in the host, for what the machine cannot know. */
  private static final long WHILE = 20;

  private final OneEntrance in;
  private final StandingThreads threads;
  private final IntUnaryOperator choose;
  private final Map<Integer, Integer> order = new HashMap<>();
  private final Set<Integer> stopped = new HashSet<>();
  private final List<Call> pending = new ArrayList<>();
  private Trace trace;
  private boolean stirred = true;
  private boolean runs;

  /**
   * An entrance.
   *
   * @param choose which of so many calls is next
   */
  LockstepEntrance(OneEntrance in, StandingThreads threads, IntUnaryOperator choose) {
    this.in = in;
    this.threads = threads;
    this.choose = choose;
  }

  @Override
  public Call next(long milliseconds, Trace t) {
    trace = t;
    while (true) {
      stand();
      if (in.isOver()) {
        return null;
      }
      if (!pending.isEmpty()) {
        return pending.remove(choose.applyAsInt(pending.size()));
      }
      if (milliseconds >= 0) {
        return null;
      }
      take(WHILE);
      stirred = true;
    }
  }

  @Override
  public boolean isOver() {
    return in.isOver();
  }

  @Override
  public boolean areWaiting() {
    return !pending.isEmpty();
  }

  @Override
  public void stand() {
    while (stirred && trace != null && !in.isOver()) {
      if (runs) { // and will soon have made its next call
        runs = false;
        take(MOMENT);
      }
      boolean still = threads.stand(in.starter(), stopped);
      boolean came = false;
      while (take(0)) {
        came = true;
      }
      if (still && !came) {
        threads.all().forEach(tid -> order.computeIfAbsent(tid, n -> order.size()));
        pending.sort((a, b) -> Integer.compare(order.get(a.tid()), order.get(b.tid())));
        stirred = false;
      } else if (!came) {
        take(MOMENT);
      }
    }
  }

  /** Takes a call that has come, or comes within some milliseconds. */
  private boolean take(long milliseconds) {
    Call c = in.next(milliseconds, trace);
    if (c == null) {
      return false;
    }
    stopped.add(c.tid());
    c.whenAnswered(() -> goesOn(c.tid()));
    pending.add(c);
    return true;
  }

  private void goesOn(int tid) {
    stopped.remove(tid);
    runs = true;
    stirred = true;
  }
}
