package org.dmsim.faults;

/**
 * An object that several threads use at once. Each operation throws if it finds something wrong.
 */
public interface ThreadTrial {

  /** What readers do. */
  void read();

  /** What an updater does; several may do so at once. */
  void update();
}
