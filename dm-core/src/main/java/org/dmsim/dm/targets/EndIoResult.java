package org.dmsim.dm.targets;

/**
 * What {@link DmTarget#endIo} wants done with a clone that ended: the {@code DM_ENDIO_*} values.
 */
public enum EndIoResult {
  /** It is done, with the status that it has now. */
  DONE,
  /** The target keeps it and will end it itself. */
  INCOMPLETE,
  /** The bio is to be tried again later. */
  REQUEUE
}
