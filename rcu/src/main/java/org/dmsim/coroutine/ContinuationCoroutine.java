package org.dmsim.coroutine;

import jdk.internal.vm.Continuation;
import jdk.internal.vm.ContinuationScope;

/**
 * A coroutine that is one delimited continuation of the JDK, run on the carrier's own thread. When
 * a body has ended the continuation waits for another one, so that a search makes its stacks once.
 */
final class ContinuationCoroutine implements Coroutine {

  static final boolean AVAILABLE = probe();

  private final Continuation continuation;
  private Runnable body;
  private boolean done;

  ContinuationCoroutine(Runnable body) {
    this.body = body;
    continuation = new Continuation(Scope.TASK, this::bodies);
  }

  private void bodies() {
    for (; ; ) {
      body.run();
      body = null;
      done = true;
      suspend();
    }
  }

  @Override
  public void resume() {
    continuation.run();
  }

  @Override
  public void suspend() {
    // A false return would mean that the stack is pinned (a native frame of a class initialiser,
    // say). Going on would let two tasks run at once on one carrier.
    if (!Continuation.yield(Scope.TASK)) {
      throw new IllegalStateException("a task's stack is pinned to its carrier");
    }
  }

  @Override
  public boolean isDone() {
    return done;
  }

  @Override
  public boolean reuse(Runnable next) {
    if (!done) {
      return false;
    }
    body = next;
    done = false;
    return true;
  }

  @Override
  public void abandon() {
    // Unreachable from now on; its stack chunk is ordinary heap.
  }

  private static boolean probe() {
    try {
      Continuation probe = new Continuation(Scope.TASK, () -> {});
      probe.run();
      return probe.isDone();
    } catch (LinkageError notExported) {
      return false;
    }
  }

  /** Apart, so that the outer class initialises even where the package is not exported. */
  private static final class Scope {
    static final ContinuationScope TASK = new ContinuationScope("dmsim-task");
  }
}
