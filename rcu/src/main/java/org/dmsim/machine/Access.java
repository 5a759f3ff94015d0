package org.dmsim.machine;

/** What a scheduling point does to the object that it names. */
public enum Access {
  /** Looks. */
  READ,
  /** Changes, or looks and changes in one step. */
  WRITE,
  /** Adds without looking: two of these commute, with anything else they do not. */
  ADD,
  /**
   * Comes behind what touched it before; only so, for it cannot be the other way round: a store
   * reaches memory after it was made.
   */
  AFTER;

  /** Whether the order of two accesses to one object can be told afterwards. */
  public boolean conflictsWith(Access other) {
    return this == WRITE || other == WRITE || this == AFTER || this != other;
  }
}
