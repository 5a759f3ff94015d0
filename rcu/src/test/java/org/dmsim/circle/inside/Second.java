package org.dmsim.circle.inside;

/** Needs {@link First}, which needs it. */
public final class Second {

  /** For nobody. */
  public First[] first;
}
