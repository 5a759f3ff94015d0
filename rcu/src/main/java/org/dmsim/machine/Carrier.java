package org.dmsim.machine;

/** The thread that runs tasks. It knows the current one, so that nobody passes a context along. */
final class Carrier extends Thread {

  /** The task whose code this thread runs at this moment; null between tasks. */
  Task current;

  Carrier(Runnable body) {
    super(null, body, "dmsim", 1L << 20);
    setDaemon(true);
  }
}
