package org.dmsim.machine;

import java.util.Locale;

/** When a store of one CPU is seen by the others. */
public enum MemoryModel {
  /** Sequential consistency: at once. */
  SC("a store is seen by everybody at once"),
  /**
   * Total store order, of x86 and s390: each CPU has a buffer through which its stores reach memory
   * later, in their order; the CPU itself sees them at once.
   */
  TSO("each CPU's stores reach memory later, in their order"),
  /**
   * Partial store order, once of SPARC: as TSO, with a buffer for each location, so that stores to
   * different ones reach memory in any order.
   */
  PSO("each CPU's stores reach memory later, in any order but for stores to one location");

  private final String what;

  MemoryModel(String what) {
    this.what = what;
  }

  /** What it says, as half a sentence. */
  public String what() {
    return what;
  }

  /** Whether a store may be seen later than it is made. */
  public boolean isWeak() {
    return this != SC;
  }

  /**
   * Reads a name.
   *
   * @throws IllegalArgumentException with one line that says what would be right
   */
  public static MemoryModel parse(String text) {
    for (MemoryModel m : values()) {
      if (m.toString().equals(text)) {
        return m;
      }
    }
    if ("lkmm".equals(text)) {
      throw new IllegalArgumentException(
          "modelled code does not run under LKMM, in which loads are delayed too; write sc, tso or"
              + " pso. 'dmsim litmus' judges litmus tests by LKMM");
    }
    throw new IllegalArgumentException("'" + text + "' is no memory model; write sc, tso or pso");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
