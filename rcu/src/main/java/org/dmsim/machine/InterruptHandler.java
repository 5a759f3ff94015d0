package org.dmsim.machine;

import java.util.ArrayDeque;

/**
 * What a CPU's handler of one kind does for ever: it waits for work, lies on top of what runs, does
 * the work, and goes.
 */
final class InterruptHandler implements Runnable {

  private final Machine machine;
  private final Task.Role kind;
  private final ArrayDeque<Runnable> queue;

  InterruptHandler(Machine machine, Task.Role kind, ArrayDeque<Runnable> queue) {
    this.machine = machine;
    this.kind = kind;
    this.queue = queue;
  }

  /** What a handler waits for: work, and a CPU that lets it in. */
  record Pending(Cpu cpu, Task.Role kind, ArrayDeque<Runnable> queue) implements Blocker {
    @Override
    public boolean ready() {
      return !queue.isEmpty() && cpu.admits(kind);
    }

    @Override
    public String waitsFor() {
      return "an interrupt";
    }
  }

  @Override
  public void run() {
    Task self = Task.current();
    for (; ; ) {
      Task below = self.interrupted;
      boolean hard = kind == Task.Role.HARDIRQ;
      self.preemptCount =
          (below == null ? Task.PREEMPT_OFFSET : below.preemptCount)
              + (hard ? Task.HARDIRQ_OFFSET : Task.SOFTIRQ_OFFSET);
      self.rcuReadLockNesting = below == null ? 0 : below.rcuReadLockNesting;
      self.irqsDisabled = hard;
      self.blocker = null;
      machine.touch(self.cpu.context(), Access.ADD); // a grace period finds it here, or not
      machine.hooks().interruptEnter(self, below);
      do {
        queue.poll().run();
        machine.touch(self.cpu.object(), Access.WRITE); // one more is raised before that, or after
      } while (!queue.isEmpty());
      machine.touch(self.cpu.context(), Access.ADD);
      machine.hooks().interruptExit(self, below);
      self.cpu.current = below;
      if (below != null) {
        below.buriedBy = null;
      }
      self.interrupted = null;
      self.irqsDisabled = false;
      waitForWork(self);
      machine.turns().choose(self);
    }
  }

  /** Lays the handler aside; its next step begins with the CPU that it comes back to. */
  void waitForWork(Task self) {
    self.offCpu = true;
    self.blocker = new Pending(self.cpu, kind, queue);
    self.deadline = Sched.FOREVER;
    self.pendingObject = self.cpu.object();
    self.pendingAccess = Access.WRITE;
  }
}
