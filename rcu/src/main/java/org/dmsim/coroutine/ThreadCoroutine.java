package org.dmsim.coroutine;

import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** A coroutine that is one platform thread; two semaphores pass the turn to and fro. */
final class ThreadCoroutine implements Coroutine {

  private final Semaphore turn = new Semaphore(0);
  private final Semaphore carrierTurn = new Semaphore(0);
  private final Thread thread;
  private boolean started;
  private volatile boolean done;
  private volatile boolean abandoned;

  ThreadCoroutine(String name, Runnable body, Function<Runnable, Thread> threads) {
    thread =
        threads.apply(
            () -> {
              turn.acquireUninterruptibly();
              try {
                if (!abandoned) {
                  body.run();
                }
              } catch (Abandoned unwound) {
                // The machine is over and wants the thread to end, not to go on.
              } finally {
                done = true;
                carrierTurn.release();
              }
            });
    thread.setName(name);
    thread.setDaemon(true);
  }

  @Override
  public void resume() {
    if (!started) {
      started = true;
      thread.start();
    }
    turn.release();
    carrierTurn.acquireUninterruptibly();
  }

  @Override
  public void suspend() {
    if (abandoned) {
      throw new Abandoned();
    }
    carrierTurn.release();
    turn.acquireUninterruptibly();
    if (abandoned) {
      throw new Abandoned();
    }
  }

  @Override
  public boolean isDone() {
    return done;
  }

  @Override
  public void abandon() {
    abandoned = true;
    if (started && !done) {
      turn.release();
      carrierTurn.acquireUninterruptibly();
    }
  }

  /** Unwinds the stack of an abandoned thread; modelled code never catches it. */
  private static final class Abandoned extends Error {
    private static final long serialVersionUID = 1L;
  }
}
