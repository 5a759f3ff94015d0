package org.dmsim.dm.targets;

/** What {@link DmTarget#map} did with a clone: the {@code DM_MAPIO_*} values. */
public enum MapResult {
  /** The target keeps the clone and will end it, or has done so. */
  SUBMITTED,
  /** The clone names another device and sector now; the core submits it. */
  REMAPPED,
  /** The whole bio is to be tried again later, which only a noflush suspend allows. */
  REQUEUE,
  /** The clone fails with an I/O error. */
  KILL
}
