package org.dmsim.machine;

/** A machine that never was: a kernel with an option that it did not have. Says so in one line. */
public final class ImpossibleMachineException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  ImpossibleMachineException(String message) {
    super(message);
  }
}
