package org.dmsim.litmus.event;

/** A way that no execution takes: it follows what is no address, or waits for itself. */
final class DeadWay extends Exception {
  private static final long serialVersionUID = 1L;

  DeadWay(String reason) {
    super(reason, null, false, false);
  }
}
