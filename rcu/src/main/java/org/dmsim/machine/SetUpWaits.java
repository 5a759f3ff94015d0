package org.dmsim.machine;

/**
 * Set-up code would have to wait, and before a run there is nobody who could bring about what it
 * waits for. Such code belongs into a task.
 */
public final class SetUpWaits extends Error {
  private static final long serialVersionUID = 1L;

  SetUpWaits(String waitsFor) {
    super("set-up code would wait for " + waitsFor + "; do that in a task", null, false, false);
  }
}
