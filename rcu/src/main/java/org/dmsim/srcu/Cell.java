package org.dmsim.srcu;

import org.dmsim.machine.Shared;

/** Names a part of a domain for scheduling points. */
final class Cell extends Shared {

  private final String label;

  Cell(String label) {
    this.label = label;
  }

  @Override
  public String label() {
    return label;
  }
}
