package org.dmsim.machine;

import java.util.ArrayDeque;
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
}
