package org.dmsim.scenarios.door;

/** Programs cannot be let in on this host; one line says why. */
public final class DoorClosed extends Exception {
  private static final long serialVersionUID = 1L;

  DoorClosed(String why) {
    super(why);
  }
}
