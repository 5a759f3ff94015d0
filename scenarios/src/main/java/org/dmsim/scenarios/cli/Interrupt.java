package org.dmsim.scenarios.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, and whatever else ends the JVM from outside: asks a search to stop, and keeps the JVM
 * until it has said what it saw. The JVM then ends with the status of the signal, 130 for Ctrl-C.
 */
final class Interrupt implements AutoCloseable {

  /** A run that is not over by then will not be. */
  private static final long PATIENCE = 20;

  private final CountDownLatch told = new CountDownLatch(1);
  private final Thread hook = new Thread(this::ask, "interrupt");
  private volatile boolean asked;

  /** Listens until it is closed. */
  Interrupt() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void ask() {
    asked = true;
    try {
      told.await(PATIENCE, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the user wants the search to stop. */
  boolean isAsked() {
    return asked;
  }

  /** Everything is said: lets the JVM end, if it is about to. */
  @Override
  public void close() {
    told.countDown();
    if (!asked) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        return; // it came this very moment
      }
    }
  }
}
