package org.dmsim.machine;

import java.util.PriorityQueue;

/** Virtual time, and what is to happen when. */
final class Clock {

  private PriorityQueue<Alarm> alarms;
  private long now;
  private int lasting;

  /** Virtual nanoseconds since the machine started. */
  long now() {
    return now;
  }

  Alarm add(long when, long order, boolean daemon, Runnable action) {
    Alarm a = new Alarm(Math.max(when, now), order, action, daemon);
    if (alarms == null) {
      alarms = new PriorityQueue<>();
    }
    alarms.add(a);
    lasting += daemon ? 0 : 1;
    return a;
  }

  boolean cancel(Alarm a) {
    if (!a.pending) {
      return false;
    }
    a.pending = false;
    alarms.remove(a);
    lasting -= a.daemon ? 0 : 1;
    return true;
  }

  boolean hasAlarms() {
    return alarms != null && !alarms.isEmpty();
  }

  /** Whether an alarm is left that a run has to wait for. */
  boolean hasLastingAlarms() {
    return lasting > 0;
  }

  /** Goes on to the next alarm and lets it go off. */
  void tick() {
    Alarm a = alarms.poll();
    a.pending = false;
    lasting -= a.daemon ? 0 : 1;
    now = Math.max(now, a.when);
    a.action.run();
  }

  /** Lets time pass on one CPU that is busy; alarms that fall due go off at the next choice. */
  void pass(long nanoseconds) {
    now += nanoseconds;
  }

  /** Whether an alarm is due already. */
  boolean isDue() {
    return hasAlarms() && alarms.peek().when <= now;
  }
}
