package org.dmsim.circle.inside;

/** Needs {@link Second}, which needs it. */
public final class First {

  /** For nobody. */
  public Second second;
}
