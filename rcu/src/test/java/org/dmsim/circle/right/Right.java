package org.dmsim.circle.right;

import org.dmsim.circle.left.Left;

/** The other half of a circle of packages. */
public final class Right {

  /** The one half. */
  public Left other;
}
