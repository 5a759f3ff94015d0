package org.dmsim.rcu;

/** What lockdep is told of RCU, and what it says. */
final class RcuChecks {

  private RcuChecks() {}

  static void callbackBegins() {}

  static void callbackEnds() {}
}
