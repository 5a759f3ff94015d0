package org.dmsim.machine;

/** A {@link SwitchHook} that is also told of every way into the kernel and out of it. */
public interface UserModeHook extends SwitchHook {

  /** A task comes back to user space, or leaves it. */
  void userMode(Task task, boolean enters);
}
