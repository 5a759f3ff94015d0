package org.dmsim.machine;

import java.util.PriorityQueue;

/** Virtual time, and what is to happen when. */
final class Clock {

  private final Machine machine;
  private final Tasks tasks;
  private final boolean anyTime;
  private PriorityQueue<Alarm> alarms;
  private long now;
  private int lasting;
  private MachineObject object;

  Clock(Machine machine, Tasks tasks) {
    this.machine = machine;
    this.tasks = tasks;
    anyTime = machine.configuration().clock() == Configuration.ClockMode.ANY_TIME;
  }

  /** Virtual nanoseconds since the machine started. */
  long now() {
    return now;
  }

  /** As {@link Machine#now}: modelled code asks. */
  long read() {
    touch(Access.READ);
    return now;
  }

  /** As {@link Machine#alarm}. */
  Alarm add(long when, boolean daemon, Runnable action) {
    alarmsChange();
    Task actor = tasks.actor();
    long order = (actor == null ? tasks.clock : actor).nextAlarm();
    Alarm a = new Alarm(Math.max(when, now), order, action, daemon);
    if (alarms == null) {
      alarms = new PriorityQueue<>();
    }
    alarms.add(a);
    lasting += daemon ? 0 : 1;
    return a;
  }

  /** As {@link Machine#cancel}: modelled code takes an alarm back. */
  boolean cancel(Alarm a) {
    alarmsChange();
    return remove(a);
  }

  /** Where time may pass at any point, it may do so from the moment that an alarm is set. */
  private void alarmsChange() {
    if (anyTime) {
      touch(Access.WRITE);
    }
  }

  /** Takes an alarm back; false if it went off already. */
  boolean remove(Alarm a) {
    if (!a.pending) {
      return false;
    }
    a.pending = false;
    alarms.remove(a);
    lasting -= a.daemon ? 0 : 1;
    return true;
  }

  /** As {@link Machine#spend}; alarms that fall due go off at the next choice. */
  void spend(long nanoseconds) {
    touch(Access.WRITE);
    passes(now + nanoseconds);
  }

  private void passes(long to) {
    long from = now;
    now = to;
    if (to != from && machine.events().areHeard(TimePasses.class)) {
      machine.events().tell(new TimePasses(from, to));
    }
  }

  private void touch(Access access) {
    if (machine.isObserved()) {
      if (object == null) {
        object = new MachineObject("time");
      }
      tasks.touch(object, access);
    }
  }

  /** Whether an alarm may go off whoever can run, and not only where nobody can. */
  boolean passesAnywhere() {
    return anyTime;
  }

  boolean hasAlarms() {
    return alarms != null && !alarms.isEmpty();
  }

  /** Whether an alarm is left that a run has to wait for. */
  boolean hasLastingAlarms() {
    return lasting > 0;
  }

  /** Whether an alarm is due already. */
  boolean isDue() {
    return hasAlarms() && alarms.peek().when <= now;
  }

  /** Goes on to the next alarm and lets it go off. */
  void tick() {
    Alarm a = alarms.poll();
    a.pending = false;
    lasting -= a.daemon ? 0 : 1;
    passes(Math.max(now, a.when));
    tasks.acting = tasks.clock;
    a.action.run();
    tasks.acting = null;
  }
}
