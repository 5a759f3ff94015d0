package org.dmsim.machine;

/** The CPUs of a machine: which task runs on which, who could, and the switches between them. */
final class Cpus {

  private final Machine machine;
  private final Hooks hooks;
  private final Cpu[] all;
  private final boolean preemptible;
  private int watched;

  Cpus(Machine machine, Hooks hooks) {
    this.machine = machine;
    this.hooks = hooks;
    preemptible = machine.configuration().preemption().isPreemptible();
    int count = machine.configuration().cpus();
    all = new Cpu[count];
    for (int i = 0; i < count; i++) {
      all[i] = new Cpu(machine, i);
    }
  }

  Cpu cpu(int number) {
    return all[number];
  }

  int count() {
    return all.length;
  }

  /** As {@link Machine#watchCpus}. */
  void watch(int level) {
    watched = level;
  }

  boolean areWatched() {
    return watched > 0;
  }

  /** Whether a task that is on no CPU could get one at this point. */
  boolean haveRoomFor(Task t) {
    return admits(t.cpu) || (!t.isPinned() && idle() != null);
  }

  /** A step touches the CPU that it is made on; who enters one may have looked at all of them. */
  void touch(Task t, boolean entered) {
    Observer observer = machine.observer();
    if (entered && watched > 1 && !t.isPinned()) {
      for (Cpu c : all) {
        observer.touch(t, c.object(), Access.WRITE);
      }
    } else {
      observer.touch(t, t.cpu.object(), Access.WRITE);
    }
  }

  /** Whether a CPU can be given to another task at this point. */
  private boolean admits(Cpu cpu) {
    Task top = cpu.current;
    if (cpu.buffer != null && !cpu.buffer.isEmpty()) {
      return false; // a context switch is a full barrier
    }
    if (top == null) {
      return true;
    }
    if (top.isHandler()) {
      return false;
    }
    if (top.offering || top.userMode) {
      return true;
    }
    return preemptible && top.preemptCount == 0 && !top.irqsDisabled;
  }

  private Cpu idle() {
    for (Cpu c : all) {
      if (c.current == null && (c.buffer == null || c.buffer.isEmpty())) {
        return c;
      }
    }
    return null;
  }

  /** A handler that can start, or go on; null if none can. */
  Task enabledHandler() {
    for (Cpu c : all) {
      if (c.hardirqTask != null && machine.isEnabled(c.hardirqTask)) {
        return c.hardirqTask;
      }
      if (c.softirqTask != null && machine.isEnabled(c.softirqTask)) {
        return c.softirqTask;
      }
    }
    return null;
  }

  /** A task goes to sleep. */
  void leave(Task t) {
    Observer observer = machine.observer();
    t.offCpu = true;
    Cpu cpu = t.cpu;
    hooks.contextSwitch(cpu, t, t.inRtlock);
    if (t.isHandler() && t.interrupted != null) {
      // A handler that sleeps is a bug, already reported; what it interrupted stays beneath it.
      t.interrupted.buriedBy = t;
    }
    cpu.current = null;
    if (observer != null) {
      observer.contextSwitch(cpu, t, null, t.inRtlock);
    }
  }

  /** Puts a task on its CPU or, where that is taken and keeps its task, on an idle one. */
  void enter(Task t) {
    Observer observer = machine.observer();
    Cpu cpu = t.cpu;
    if (t.isHandler() && t.blocker instanceof InterruptHandler.Pending) {
      t.interrupted = cpu.current;
      if (t.interrupted != null) {
        t.interrupted.buriedBy = t;
      }
    } else if (cpu.current != null) {
      if (observer != null) {
        observer.cpusMatter(true);
      }
      Cpu idle = t.isPinned() || admits(cpu) ? null : idle();
      if (idle != null) {
        cpu = idle;
        t.cpu = idle;
      }
      Task prev = cpu.current;
      if (prev != null) {
        boolean preempted = prev.blocker == null || prev.isReady();
        prev.offCpu = true;
        hooks.contextSwitch(cpu, prev, preempted);
        if (observer != null) {
          observer.contextSwitch(cpu, prev, t, preempted);
        }
      }
    }
    t.offCpu = false;
    cpu.current = t;
  }
}
