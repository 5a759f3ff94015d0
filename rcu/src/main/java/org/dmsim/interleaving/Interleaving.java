package org.dmsim.interleaving;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Observer;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.Reported;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Store;
import org.dmsim.machine.Task;
import org.dmsim.machine.Waits;
import org.dmsim.report.CallTrace;
import org.dmsim.report.Report;

/** Watches one run and remembers its steps. Made for a run that is made again to be shown. */
public final class Interleaving implements Observer {

  /** One thing that happened. */
  public sealed interface Event permits Step, Sleep, Found {
    /** The scheduling point's number. */
    long number();

    /** Whose it is. */
    Task task();
  }

  /**
   * One step of a task.
   *
   * @param place the kernel function that made it; empty outside kernel functions. It is put into
   *     words when somebody asks: of a long run, few ever are
   * @param object what it touched
   * @param access what it did to it
   * @param value what it read or wrote, in words; empty if the object does not tell
   */
  public record Step(
      long number, Task task, Supplier<String> place, Shared object, Access access, String value)
      implements Event {
    /** The kernel function that made it; empty outside kernel functions. */
    public String where() {
      return place.get();
    }
  }

  /**
   * A task goes to sleep.
   *
   * @param place as with {@link Step}
   * @param waitsFor what it waits for, and who holds that where it is known
   */
  public record Sleep(long number, Task task, Supplier<String> place, String waitsFor)
      implements Event {
    /** As {@link Step#where}. */
    public String where() {
      return place.get();
    }
  }

  /**
   * A check made a report.
   *
   * @param headline its first line
   */
  public record Found(long number, Task task, String headline) implements Event {}

  private static final Supplier<String> NOWHERE = () -> "";
  private static final Supplier<String> STORE_BUFFER = () -> "store buffer";

  private final Machine machine;
  private final List<Event> events = new ArrayList<>();
  private final int keep;
  private final Map<Shared, Set<Task>> users = new HashMap<>();
  private final Map<String, Set<Shared>> labelled = new HashMap<>();
  private final Set<Shared> changed = new HashSet<>();
  private final Deque<Report> unseen = new ArrayDeque<>();
  private long forgotten;
  private boolean complete;

  private Interleaving(Machine machine, int keep) {
    this.machine = machine;
    this.keep = keep;
  }

  /** Watches a machine that has not run yet. */
  public static Interleaving of(Machine machine) {
    return of(machine, Integer.MAX_VALUE);
  }

  /**
   * As {@link #of(Machine)}, of a run that may be too long to be remembered.
   *
   * @param keep how many of the last events are kept at least; before them, and the objects that
   *     nobody used since, all is forgotten
   */
  public static Interleaving of(Machine machine, int keep) {
    Interleaving i = new Interleaving(machine, keep);
    i.unseen.addAll(machine.reports());
    machine.observe(i);
    machine.events().hear(Waits.class, i::waits);
    machine.events().hear(Reported.class, r -> i.unseen.add(r.report()));
    return i;
  }

  /** Everything that happened, in order; whole once the run has ended. */
  public List<Event> events() {
    if (!complete) {
      complete = true;
      if (machine.end() != Outcome.End.GIVEN_UP) {
        machine.stuckTasks().forEach(this::seeWaiting);
      }
      seeReports(null);
    }
    return Collections.unmodifiableList(events);
  }

  /**
   * A task that lost what it was about to get waits too, although it never went to sleep for it.
   */
  private void seeWaiting(Task task) {
    Event last = events.stream().filter(e -> e.task() == task).reduce((a, b) -> b).orElse(null);
    if (task.blocker() != null && !(last instanceof Sleep)) {
      events.add(new Sleep(machine.step(), task, NOWHERE, waitsFor(task.blocker())));
    }
  }

  private static String waitsFor(Blocker blocker) {
    StringBuilder waitsFor = new StringBuilder(blocker.waitsFor());
    String by = ", held by ";
    for (Task holder : blocker.holders()) {
      waitsFor.append(by).append(holder.name());
      by = " and ";
    }
    return waitsFor.toString();
  }

  /** Whether two tasks used an object and at least one of them changed it. */
  public boolean isContended(Shared object) {
    return changed.contains(object) && users.get(object).size() > 1;
  }

  /**
   * Its label; where tasks contend for another object of that label, with what tells them apart.
   */
  public String nameOf(Shared object) {
    Set<Shared> alike = labelled.getOrDefault(object.label(), Set.of());
    boolean ambiguous = alike.stream().anyMatch(o -> o != object && isContended(o));
    return ambiguous ? object.identity() : object.label();
  }

  /** How many of the first events are forgotten. */
  public long forgotten() {
    return forgotten;
  }

  private void add(Event e) {
    events.add(e);
    if (events.size() / 2 >= keep) {
      int old = events.size() - keep;
      forgotten += old;
      events.subList(0, old).clear();
      Set<Shared> alive = new HashSet<>();
      for (Event kept : events) {
        if (kept instanceof Step s) {
          alive.add(s.object());
        }
      }
      users.keySet().retainAll(alive);
      changed.retainAll(alive);
      labelled.values().forEach(l -> l.retainAll(alive));
      labelled.values().removeIf(Set::isEmpty);
    }
  }

  private void used(Shared object, Task task) {
    users.computeIfAbsent(object, o -> new HashSet<>()).add(task);
    labelled.computeIfAbsent(object.label(), l -> new HashSet<>()).add(object);
  }

  @Override
  public void step(Task task, Shared object, Access access) {
    seeReports(task);
    if (object == null) {
      return;
    }
    boolean reaches = task.role() == Task.Role.BUFFER;
    Task by = task.onBehalfOf();
    Shared what = object instanceof Store s ? s.object() : object;
    used(what, by);
    if (access != Access.READ) {
      changed.add(what);
    }
    add(new Step(machine.step(), by, reaches ? STORE_BUFFER : where(), what, access, ""));
  }

  @Override
  public void touch(Task task, Shared object, Access access) {
    used(object, task);
    if (access != Access.READ) {
      changed.add(object);
    }
  }

  @Override
  public boolean wantsValues() {
    return true;
  }

  @Override
  public void value(Task task, Object value) {
    Task by = task.onBehalfOf();
    for (int i = events.size() - 1; i >= 0; i--) {
      if (events.get(i) instanceof Step s && s.task() == by) {
        events.set(
            i, new Step(s.number(), by, s.place(), s.object(), s.access(), String.valueOf(value)));
        return;
      }
    }
  }

  /** A task may be sent to sleep while another one acts, which took what it was about to get. */
  private void waits(Waits event) {
    Task task = event.by();
    seeReports(task);
    if (task.pendingObject() != null) {
      used(task.pendingObject(), task);
    }
    Supplier<String> where = task == Task.current() ? where() : innermost(task.blockedAt());
    add(new Sleep(machine.step(), task, where, waitsFor(event.on())));
  }

  /** Takes note of reports that were made after the run. */
  public void seeReports() {
    events();
    seeReports(null);
  }

  /** Reports since the last event were made by the task that made that event's step. */
  private void seeReports(Task now) {
    for (Report r = unseen.poll(); r != null; r = unseen.poll()) {
      Task by = events.isEmpty() ? now : events.getLast().task();
      add(new Found(r.step(), by, r.headline()));
    }
  }

  private static Supplier<String> where() {
    return innermost(Task.callTrace());
  }

  private static Supplier<String> innermost(CallTrace trace) {
    return () -> trace.caller(List.of()).map(CallTrace.Frame::symbol).orElse("");
  }
}
