package org.dmsim.scenarios.explain.reports;

/**
 * A lock as lockdep prints it.
 *
 * @param name of its class, without the pair of parentheses around it
 * @param address as printed, or ""
 * @param waitType "outer:inner", or "" where the kernel is too old to say; 2 is a spinlock's
 * @param at who took it, or ""
 * @param line of the log
 */
public record HeldLock(String name, String address, String waitType, String at, int line) {

  /** Whether it is a read section of RCU proper: not SRCU, and not RCU tasks trace. */
  public boolean isRcu() {
    return name.equals("rcu_read_lock")
        || name.equals("rcu_read_lock_bh")
        || name.equals("rcu_read_lock_sched");
  }

  /** The inner wait type, 0 where none is printed: 2 forbids all but raw spinlocks to nest. */
  public int inner() {
    int colon = waitType.indexOf(':');
    return colon < 0 ? 0 : waitType.charAt(colon + 1) - '0';
  }

  /** The outer wait type, 0 where none is printed. */
  public int outer() {
    return waitType.isEmpty() ? 0 : waitType.charAt(0) - '0';
  }

  /** Whether an address can be told from another: hidden ones cannot. */
  public boolean hasAddress() {
    return address.matches("[0-9a-f]{8,16}") && !address.matches("0+");
  }
}
