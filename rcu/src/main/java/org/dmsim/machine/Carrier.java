package org.dmsim.machine;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.dmsim.coroutine.Coroutine;

/** The thread that runs tasks. It knows the current one, so that nobody passes a context along. */
final class Carrier extends Thread {

  /** The task whose code this thread runs at this moment; null between tasks. */
  Task current;

  /** Stacks whose bodies have ended, for the next machine on this thread. */
  final ArrayDeque<Coroutine> idle = new ArrayDeque<>();

  Carrier(Runnable body) {
    super(null, body, "dmsim", 1L << 20);
    setDaemon(true);
  }

  /**
   * Runs {@code action} on a carrier that no machine is using: the calling thread, if it is one,
   * else a new one, until it has ended. What the action throws is thrown here.
   *
   * @throws BlockedOutside if a task's own code has stopped the carrier for good, which is left
   *     behind then; or for as long as the caller is willing to wait, which an interrupt tells
   */
  static void use(Consumer<Carrier> action) {
    if (Thread.currentThread() instanceof Carrier c && c.current == null) {
      action.accept(c);
      return;
    }
    Throwable[] thrown = new Throwable[1];
    Carrier[] made = new Carrier[1];
    made[0] =
        new Carrier(
            () -> {
              try {
                action.accept(made[0]);
              } catch (Throwable t) {
                thrown[0] = t;
              }
            });
    made[0].start();
    Watchdog watchdog = null;
    boolean interrupted = false;
    while (made[0].isAlive()) {
      try {
        made[0].join(Watchdog.PERIOD);
      } catch (InterruptedException e) {
        interrupted = true; // a run is not given up half way; the caller learns of it afterwards
      }
      if (made[0].isAlive()) {
        watchdog = watchdog == null ? new Watchdog(made[0]) : watchdog;
        watchdog.look();
      }
      if (interrupted && watchdog != null && !watchdog.said().isEmpty()) {
        Thread.currentThread().interrupt();
        throw new BlockedOutside(watchdog.said());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (thrown[0] instanceof RuntimeException e) {
      throw e;
    } else if (thrown[0] instanceof Error e) {
      throw e;
    }
  }
}
