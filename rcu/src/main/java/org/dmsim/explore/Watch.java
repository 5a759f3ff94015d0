package org.dmsim.explore;

import java.util.function.DoubleSupplier;

/** Who looks on while a search runs, and can end it between two runs. */
public interface Watch {

  /** Lets it run. */
  Watch NOBODY = new Watch() {};

  /** Whether the time is over. */
  default boolean isLate() {
    return false;
  }

  /** Whether the user wants it to stop. */
  default boolean isInterrupted() {
    return false;
  }

  /**
   * So many runs are complete, of about so many; the longest one has so many steps. Called often.
   */
  default void at(long explored, DoubleSupplier planned, int depth) {}
}
