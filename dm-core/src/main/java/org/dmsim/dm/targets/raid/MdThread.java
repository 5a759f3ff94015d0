package org.dmsim.dm.targets.raid;

import org.dmsim.locking.Completion;
import org.dmsim.locking.WaitQueue;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Task;
import org.dmsim.memory.SharedInt;
import org.dmsim.memory.SharedLong;
import org.dmsim.report.KernelSymbol;

/**
 * A thread of a set, which does its work whenever it is woken, or a time has gone by; mirrors
 * {@code struct md_thread}, 6.1.
 */
final class MdThread {

  /** TASK_COMM_LEN, without the byte that ends the name. */
  private static final int MAX_COMM = 15;

  private final WaitQueue wqueue = new WaitQueue("&thread->wqueue");
  private final SharedInt wakeup = new SharedInt("THREAD_WAKEUP", 0);
  private final SharedInt stopping = new SharedInt("KTHREAD_SHOULD_STOP", 0);
  private final Completion exited = new Completion("&k->exited");
  private final Runnable work;
  private final SharedLong timeout = new SharedLong("thread->timeout", Sched.FOREVER);

  /** {@code md_register_thread}: starts it. */
  @KernelSymbol("md_register_thread")
  MdThread(String name, Runnable work) {
    this.work = work;
    String comm = name.substring(0, Math.min(name.length(), MAX_COMM));
    Task t = Task.current();
    if (t == null) {
      Thread.ofPlatform().daemon().name(comm).start(this::run);
    } else {
      t.machine().spawnDaemon(comm, this::run);
    }
  }

  @KernelSymbol("md_thread")
  private void run() {
    while (stopping.readOnce() == 0) {
      wqueue.waitEventTimeout(
          () -> wakeup.readOnce() != 0 || stopping.readOnce() != 0, timeout.readOnce());
      wakeup.writeOnce(0);
      if (stopping.readOnce() == 0) {
        work.run();
      }
    }
    exited.complete();
  }

  /** {@code md_wakeup_thread}; any context. */
  @KernelSymbol("md_wakeup_thread")
  void wake() {
    wakeup.writeOnce(1);
    wqueue.wakeUp();
  }

  /** Nanoseconds after which it works unasked. */
  void timeout(long nanoseconds) {
    timeout.writeOnce(nanoseconds);
  }

  /** {@code md_unregister_thread}: waits until it has ended. */
  @KernelSymbol("md_unregister_thread")
  void stop() {
    stopping.writeOnce(1);
    wqueue.wakeUp();
    exited.waitFor();
  }
}
