package org.dmsim.rcu;

import org.dmsim.machine.Shared;

/**
 * What RCU knows of one CPU; the object that a reader on it touches when its outermost section
 * opens and closes. Two readers commute, a reader and the start of a grace period do not.
 */
final class RcuCpu extends Shared {

  private final int number;

  RcuCpu(int number) {
    this.number = number;
  }

  @Override
  public String label() {
    return "rcu_data of CPU " + number;
  }
}
