package org.dmsim.examples;

import java.util.Map;
import org.dmsim.rcu.Rcu;
import org.dmsim.rcu.RcuPointer;

/** RCU in a Java program: lookups never wait, and a replaced table is closed when nobody has it. */
public final class RoutingTable {

  /** One version of the table, with something that must be given back. */
  record Version(Map<String, String> routes, Runnable close) {}

  private final RcuPointer<Version> live = new RcuPointer<>("routes");

  RoutingTable(Version first) {
    live.assign(first);
  }

  String lookUp(String destination) {
    Rcu.readLock();
    try {
      return live.dereference().routes().get(destination);
    } finally {
      Rcu.readUnlock();
    }
  }

  /** One updater at a time. */
  synchronized void replace(Version next) {
    Version old = live.replace(next, () -> Thread.holdsLock(this));
    Rcu.synchronize();
    old.close().run();
  }

  /** Prints {@code b}, then {@code closed}, then {@code c}. */
  public static void main(String[] args) {
    RoutingTable table =
        new RoutingTable(new Version(Map.of("a", "b"), () -> System.out.println("closed")));
    System.out.println(table.lookUp("a"));
    table.replace(new Version(Map.of("a", "c"), () -> {}));
    System.out.println(table.lookUp("a"));
  }
}
