package org.dmsim.scenarios.junit;

/** What to write in a task in place of what stops its thread. */
final class Instead {

  private Instead() {}

  static String of(String what) {
    if (what.equals("synchronized") || what.contains("Lock")) {
      return "use Mutex or SpinLock of org.dmsim.locking";
    }
    if (what.startsWith("Thread.s") && !what.equals("Thread.sleep")) {
      return "use machine.spawn";
    }
    if (what.equals("Thread.sleep")) {
      return "use Schedule.msleep of org.dmsim.context";
    }
    if (what.contains("Channel") || what.contains("Socket")) {
      return "do I/O before the machine runs, or after";
    }
    return "use Completion or WaitQueue of org.dmsim.locking";
  }
}
