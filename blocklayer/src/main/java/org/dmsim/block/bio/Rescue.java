package org.dmsim.block.bio;

/**
 * Who submits a set's bios that lie on a task's private list, while the task waits for the memory
 * that only their end gives back. To submit is not a bio set's business: {@code core.Rescuer} does.
 */
public interface Rescue {

  /** Takes the set's bios off the calling task's list, and has them submitted. */
  void punt();

  /** Ends it, with the set. */
  void destroy();
}
