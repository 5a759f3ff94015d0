package org.dmsim.machine;

import java.util.ArrayDeque;

/**
 * A kernel thread of one CPU that does on PREEMPT_RT what an interrupt or a softirq does elsewhere:
 * it waits for work, turns bottom halves off, and does it. Mirrors {@code run_ksoftirqd}, {@code
 * rcu_cpu_kthread} and {@code irq_forced_thread_fn}, 6.12.
 */
final class ServingThread extends Shared implements Blocker, Runnable {

  private final Machine machine;
  private final ArrayDeque<Runnable> queue;
  private final int count;
  private final BottomHalves bottomHalves;

  private ServingThread(
      Machine machine, Cpu cpu, String name, ArrayDeque<Runnable> queue, int count) {
    super(null, "work of " + name, 0);
    this.machine = machine;
    this.queue = queue;
    this.count = count;
    this.bottomHalves = machine.bottomHalves();
    machine.spawnDaemon(name, this).pinTo(cpu);
  }

  /** {@code ksoftirqd/N}: serves what {@code local_bh_enable} did not serve before. */
  static ServingThread ofSoftirqs(Machine machine, Cpu cpu, ArrayDeque<Runnable> pending) {
    return new ServingThread(
        machine, cpu, "ksoftirqd/" + cpu.number(), pending, Task.SOFTIRQ_OFFSET);
  }

  /** {@code rcuc/N}: it is no softirq, it only runs with bottom halves off. */
  static ServingThread ofRcu(Machine machine, Cpu cpu) {
    return new ServingThread(
        machine, cpu, "rcuc/" + cpu.number(), new ArrayDeque<>(2), 2 * Task.SOFTIRQ_OFFSET);
  }

  /** A thread of a device's interrupt. */
  static ServingThread ofInterrupts(Machine machine, Cpu cpu) {
    return new ServingThread(
        machine, cpu, "irq/" + cpu.number(), new ArrayDeque<>(2), 2 * Task.SOFTIRQ_OFFSET);
  }

  /** Wakes the thread for an action; whoever acts, the clock included. */
  void serve(Runnable action) {
    machine.touch(this, Access.WRITE);
    queue.add(action);
  }

  @Override
  public void run() {
    for (; ; ) {
      Sched.await(this, Access.WRITE, this);
      bottomHalves.disable(count);
      for (Runnable next = queue.poll(); next != null; next = queue.poll()) {
        next.run();
      }
      bottomHalves.enable(count);
    }
  }

  @Override
  public boolean ready() {
    return !queue.isEmpty();
  }

  @Override
  public String waitsFor() {
    return label();
  }
}
