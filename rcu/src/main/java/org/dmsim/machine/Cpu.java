package org.dmsim.machine;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;

/**
 * One CPU: which task it runs, and which interrupts wait for it.
 *
 * <p>An interrupt handler is a task of its own kind that lies on top of what it interrupts. The
 * hardware interrupt handler runs with interrupts off; the softirq handler lies between it and the
 * tasks. While a handler is on top, what lies below cannot run.
 */
public final class Cpu {

  private final Machine machine;
  private final int number;
  Task current;

  /** What it has stored and others do not see yet; null where memory is consistent. */
  StoreBuffer buffer;

  Task hardirqTask;
  Task softirqTask;
  private ArrayDeque<Runnable> hardirqs;
  private ArrayDeque<Runnable> softirqs;
  private ServingThread ksoftirqd;
  private ServingThread rcuc;
  private ServingThread irqThread;
  private MachineObject object;
  private MachineObject context;

  Cpu(Machine machine, int number) {
    this.machine = machine;
    this.number = number;
  }

  /** {@code smp_processor_id()}. */
  public int number() {
    return number;
  }

  /** The task on this CPU, a handler included; null where the CPU is idle. */
  public Task current() {
    return current;
  }

  /** Whether the idle task runs. */
  public boolean isIdle() {
    return current == null;
  }

  /**
   * Raises a hardware interrupt: {@code handler} runs on this CPU as soon as the strategy lets it
   * and interrupts are on.
   */
  public void raiseHardirq(Runnable handler) {
    if (hardirqs == null) {
      hardirqs = new ArrayDeque<>(2);
    }
    machine.raised(this);
    hardirqs.add(handler);
    if (hardirqTask == null) {
      hardirqTask = machine.addHandler(this, Task.Role.HARDIRQ, hardirqs);
    }
  }

  /**
   * Raises an interrupt whose handler PREEMPT_RT forces into a thread, as it does with all but
   * those of IRQF_NO_THREAD; elsewhere as {@link #raiseHardirq}. Mirrors {@code
   * irq_setup_forced_threading}, 6.12.
   */
  public void raiseInterrupt(Runnable handler) {
    if (!machine.isRealtime()) {
      raiseHardirq(handler);
      return;
    }
    if (irqThread == null) {
      irqThread = ServingThread.ofInterrupts(machine, this);
    }
    irqThread.serve(handler);
  }

  /**
   * Lets {@code action} run where RCU calls back: in a softirq or, with PREEMPT_RT, in the thread
   * that {@code rcutree.use_softirq=0} has for it.
   */
  public void raiseRcuCore(Runnable action) {
    if (!machine.isRealtime()) {
      raiseSoftirq(action);
      return;
    }
    if (rcuc == null) {
      rcuc = ServingThread.ofRcu(machine, this);
    }
    rcuc.serve(action);
  }

  /**
   * Raises a softirq: {@code action} runs on this CPU where no handler runs and bottom halves are
   * on; with PREEMPT_RT in ksoftirqd, or in whoever allows bottom halves again.
   */
  public void raiseSoftirq(Runnable action) {
    if (machine.isRealtime()) {
      if (ksoftirqd == null) {
        ksoftirqd = ServingThread.ofSoftirqs(machine, this, pendingSoftirqs());
      }
      ksoftirqd.serve(action);
      return;
    }
    machine.raised(this);
    pendingSoftirqs().add(action);
    if (softirqTask == null) {
      softirqTask = machine.addHandler(this, Task.Role.SOFTIRQ, pendingSoftirqs());
    }
  }

  /** Softirq actions that wait; {@code local_bh_enable} runs them in the task's own context. */
  public ArrayDeque<Runnable> pendingSoftirqs() {
    if (softirqs == null) {
      softirqs = new ArrayDeque<>(2);
    }
    return softirqs;
  }

  /** What stands for the CPU itself where it matters who runs on it. */
  public Shared object() {
    if (object == null) {
      object = new MachineObject("", this);
    }
    return object;
  }

  /**
   * What an interrupt on this CPU would find: whether preemption is off there. Who turns it off or
   * on adds to this object; who asks every CPU, as a grace period does, writes it.
   */
  public Shared context() {
    if (context == null) {
      context = new MachineObject("rcu_data", this);
    }
    return context;
  }

  /**
   * A reader of RCU ends here, or preemption goes on again: where stores are delayed, a grace
   * period that had to wait for it waits for what was stored so far.
   */
  public void readerEnds() {
    if (buffer != null) {
      buffer.mark();
    }
  }

  /** Adds to a list what was stored before the last reader ended here, and may be on its way. */
  public void addStoresOfReaders(List<Store> stores) {
    if (buffer != null) {
      Collections.addAll(stores, buffer.marked());
    }
  }

  /** Whether a handler of that kind could start on top of what runs now. */
  boolean admits(Task.Role kind) {
    Task top = current;
    if (top == null) {
      return true;
    }
    if (top.irqsDisabled || top.role() == Task.Role.HARDIRQ) {
      return false;
    }
    return kind == Task.Role.HARDIRQ || !top.bottomHalvesOff();
  }

  @Override
  public String toString() {
    return "CPU " + number;
  }
}
