package org.dmsim.scenarios.explain.reports;

import java.util.List;

/**
 * "Showing all locks held in the system": who holds, or waits for, what.
 *
 * @param line on which it begins
 * @param last line of it
 * @param owners each task with its locks, the one it waits for among them
 */
public record LockTable(int line, int last, List<Owner> owners) {

  /** A task, "comm/pid", and its locks in the order in which it took them. */
  public record Owner(String task, List<HeldLock> locks) {}
}
