package org.dmsim.dm.targets;

/** What {@link DmTarget#status} is asked for: {@code STATUSTYPE_*}. */
public enum StatusType {
  /** How the target fares. */
  INFO,
  /** The parameters from which it was made. */
  TABLE
}
