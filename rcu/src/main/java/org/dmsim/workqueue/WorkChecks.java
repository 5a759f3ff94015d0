package org.dmsim.workqueue;

/** What lockdep is told of workqueues. */
final class WorkChecks {

  private WorkChecks() {}

  static void begins(Workqueue wq, Work work) {}

  static void ends(Workqueue wq, Work work) {}
}
