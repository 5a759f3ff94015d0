package org.dmsim.coroutine;

import jdk.internal.vm.Continuation;
import jdk.internal.vm.ContinuationScope;

/** A coroutine that is one delimited continuation of the JDK, run on the carrier's own thread. */
final class ContinuationCoroutine implements Coroutine {

  static final boolean AVAILABLE = probe();

  private final Continuation continuation;

  ContinuationCoroutine(Runnable body) {
    continuation = new Continuation(Scope.TASK, body);
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
    return continuation.isDone();
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
