package org.dmsim.srcu;

import org.dmsim.machine.Shared;

/** Names a part of a domain for scheduling points. */
final class Cell extends Shared {

  Cell(String label) {
    super(label);
  }
}
