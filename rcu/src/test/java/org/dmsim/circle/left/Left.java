package org.dmsim.circle.left;

import org.dmsim.circle.right.Right;

/** One half of a circle of packages, for the test of the rule against them. */
public final class Left {

  /** The other half. */
  public Right other;
}
