package org.dmsim.coroutine;

import java.util.function.Function;

/** Makes the coroutines of one machine. */
@FunctionalInterface
public interface CoroutineFactory {

  /**
   * Makes a coroutine that has not started.
   *
   * @param name for debuggers only; nothing in the model sees it
   * @param body what it runs
   */
  Coroutine create(String name, Runnable body);

  /** Continuations: the carrier itself runs the bodies, and a switch costs some 100 ns. */
  static CoroutineFactory continuations() {
    return (name, body) -> new ContinuationCoroutine(body);
  }

  /**
   * Threads: for a JVM without the export, and for a debugger that wants to see the tasks.
   *
   * @param threads makes the thread that runs a given body
   */
  static CoroutineFactory threads(Function<Runnable, Thread> threads) {
    return (name, body) -> new ThreadCoroutine(name, body, threads);
  }

  /** Whether this JVM exports the JDK's continuations to us. */
  static boolean continuationsAvailable() {
    return ContinuationCoroutine.AVAILABLE;
  }
}
