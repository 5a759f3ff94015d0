package org.dmsim.machine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tasks that a machine has ever had, in the order in which they came. The first two are its
 * own: the context in which it is set up, and the clock.
 */
final class Tasks {

  /** Index of the first task that modelled code asked for. */
  static final int FIRST = 2;

  private static final int FIRST_PID = 55;

  /** The steps of the run. */
  final StepCount steps = new StepCount();

  /** Of a task that has to ask at each step: it may be killed, or is no task of the run. */
  final StepCount asked = new StepCount();

  /** The context in which the machine is set up; over before the run begins. */
  final Task boot;

  /** The passing of time. */
  final Task clock;

  /** The clock while it acts, which is no code of a task's; else null. */
  Task acting;

  private final Machine machine;
  private final Cpus cpus;
  private Task[] all;
  private int count;
  private int nextPid = FIRST_PID;
  private int living;
  private int actors;

  Tasks(Machine machine, Cpus cpus) {
    this.machine = machine;
    this.cpus = cpus;
    all = new Task[cpus.count() + 4];
    boot = new Task(machine, 0, 0, "swapper/0", Task.Role.BOOT, true, () -> {});
    boot.done = true;
    add(boot, cpus.cpu(0));
    clock = new Task(machine, 1, 0, "clock", Task.Role.CLOCK, true, () -> {});
    add(clock, cpus.cpu(0));
    if (machine.isWeak()) {
      for (int c = 0; c < cpus.count(); c++) {
        addBuffer(cpus.cpu(c));
      }
      actors = count - FIRST;
    }
  }

  private void addBuffer(Cpu cpu) {
    cpu.buffer = new StoreBuffer(machine, cpu);
    for (int i = 0; i < cpu.buffer.queueCount(); i++) {
      cpu.buffer.setActor(i, bufferActor(cpu));
    }
  }

  private Task bufferActor(Cpu cpu) {
    String name = "buffer/" + cpu.number();
    Task t = new Task(machine, count, 0, name, Task.Role.BUFFER, true, () -> {});
    t.pinned = true;
    add(t, cpu);
    return t;
  }

  /** A further actor that empties a store buffer. */
  Task addBufferActor(Cpu cpu) {
    actors++;
    return announced(bufferActor(cpu));
  }

  /** How many of the tasks empty store buffers. */
  int bufferActors() {
    return actors;
  }

  /** A process or a kernel thread, on the next CPU in turn. */
  Task spawn(String comm, Task.Role kind, boolean daemon, Runnable body) {
    Task t = new Task(machine, count, nextPid++, comm, kind, daemon, body);
    add(t, cpus.cpu((t.pid() - FIRST_PID) % cpus.count()));
    living += daemon ? 0 : 1;
    return announced(t);
  }

  /** A CPU's handler of one kind: sleeps until work is queued, then lies on top of what runs. */
  Task addHandler(Cpu cpu, Task.Role kind, ArrayDeque<Runnable> queue) {
    String name = (kind == Task.Role.HARDIRQ ? "irq/" : "softirq/") + cpu.number();
    InterruptHandler handler = new InterruptHandler(machine, kind, queue);
    Task t = new Task(machine, count, 0, name, kind, true, handler);
    t.pinned = true;
    add(t, cpu);
    handler.waitForWork(t);
    return announced(t);
  }

  private void add(Task t, Cpu cpu) {
    t.cpu = cpu;
    t.plain = count < FIRST ? asked : steps;
    if (count == all.length) {
      all = Arrays.copyOf(all, count * 2);
    }
    all[count++] = t;
  }

  private Task announced(Task t) {
    if (machine.isObserved()) {
      machine.observer().spawned(actor(), t);
    }
    return t;
  }

  /** Who acts: the current task, or the clock; null where nobody does. */
  Task actor() {
    Task t = Task.current();
    return t != null ? t : acting;
  }

  /** Whoever acts touches an object, as the observer is told; set-up code is not observed. */
  void touch(Shared object, Access access) {
    Task t = actor();
    if (t != null && !t.isBoot()) {
      machine.observer().touch(t, object, access);
    }
  }

  int count() {
    return count;
  }

  /** The list itself, for who goes through it; longer than {@link #count}. */
  Task[] all() {
    return all;
  }

  Task get(int index) {
    return all[index];
  }

  /** A task's code has ended. */
  void ended(Task t) {
    t.done = true;
    living -= t.isDaemon() ? 0 : 1;
  }

  /** Whether the run has to go on for somebody: a task that is no worker has not ended. */
  boolean areLiving() {
    return living > 0;
  }

  /** As {@link Machine#stuckTasks}. */
  List<Task> stuck() {
    List<Task> stuck = new ArrayList<>();
    for (int i = FIRST; i < count; i++) {
      Task t = all[i];
      if (!t.done && !t.isDaemon()) {
        stuck.add(t);
      }
    }
    return stuck;
  }
}
