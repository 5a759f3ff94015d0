package org.dmsim.coroutine;

/**
 * A body of code that can stop in the middle and go on later.
 *
 * <p>Interface:
 *
 * <ul>
 *   <li>{@link #resume} is called by the carrier, {@link #suspend} by the body, never otherwise.
 *   <li>At most one of the carrier and the body runs at any time; each sees all that the other
 *       wrote before it handed over.
 *   <li>The body must not let a throwable out; the machine catches everything inside it.
 * </ul>
 */
public interface Coroutine {

  /** Runs the body until it suspends itself or ends. */
  void resume();

  /** Called in the body: goes back to the carrier, and returns when it resumes this coroutine. */
  void suspend();

  /** Whether the body has ended. */
  boolean isDone();

  /**
   * Gives a coroutine whose body has ended another body to run, as if it were new.
   *
   * @return false if it cannot be used again, and another one is needed
   */
  default boolean reuse(Runnable body) {
    return false;
  }

  /**
   * Lets go of a coroutine that will not be resumed again. A continuation is simply left to the
   * garbage collector; a thread has to be unwound.
   */
  void abandon();
}
