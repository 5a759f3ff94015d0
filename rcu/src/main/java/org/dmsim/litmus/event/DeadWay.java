package org.dmsim.litmus.event;

/** A way that no execution takes: it waits for itself. */
class DeadWay extends Exception {
  private static final long serialVersionUID = 1L;

  DeadWay(String reason) {
    super(reason, null, false, false);
  }
}
