package org.dmsim.workqueue;

import java.util.function.Consumer;
import org.dmsim.locking.Completion;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;

/**
 * A thread that a driver starts, wakes and stops; mirrors what {@code kernel/kthread.c}, 6.1, gives
 * drivers. It goes to sleep as kernel threads do: it says that it is about to, looks whether there
 * is something to do, and only then lets its CPU go, so that a wake-up between is not missed.
 */
public final class Kthread extends Shared implements Blocker {

  /** TASK_COMM_LEN, without the byte that ends the name. */
  private static final int MAX_COMM = 15;

  private final Completion exited = new Completion("&k->exited");
  private volatile boolean awake = true;
  private volatile boolean stop;

  private Kthread(String comm) {
    super(comm);
  }

  /**
   * Starts one; mirrors {@code kthread_run}.
   *
   * @param name cut to what a task's name holds
   * @param body what it does, until {@link #shouldStop}
   */
  @KernelSymbol("kthread_run")
  public static Kthread run(String name, Consumer<Kthread> body) {
    String comm = name.substring(0, Math.min(name.length(), MAX_COMM));
    Kthread thread = new Kthread(comm);
    Runnable whole =
        () -> {
          body.accept(thread);
          thread.exited.complete();
        };
    Task t = Task.current();
    if (t == null) {
      Thread.ofPlatform().daemon().name(comm).start(whole);
    } else {
      t.machine().spawnDaemon(comm, whole);
    }
    return thread;
  }

  /** {@code set_current_state(TASK_INTERRUPTIBLE)}: from here on a wake-up ends its sleep. */
  public void aboutToSleep() {
    Sched.point(this, Access.WRITE);
    awake = false;
  }

  /** {@code schedule}: sleeps until it is woken, or was since {@link #aboutToSleep}. */
  public void sleep() {
    Sched.await(this, Access.WRITE, this);
  }

  /** {@code wake_up_process}; any context. */
  @KernelSymbol("wake_up_process")
  public void wakeUp() {
    Sched.point(this, Access.WRITE);
    awake = true;
  }

  /** {@code kthread_should_stop}. */
  public boolean shouldStop() {
    Sched.point(this, Access.READ);
    return stop;
  }

  /** {@code kthread_stop}: tells it to end, and waits for that. */
  @KernelSymbol("kthread_stop")
  public void stop() {
    Sched.point(this, Access.WRITE);
    stop = true;
    awake = true;
    exited.waitFor();
  }

  @Override
  public boolean ready() {
    return awake;
  }

  @Override
  public String waitsFor() {
    return "work for " + label();
  }
}
