package org.dmsim.machine;

/** One moment of virtual time at which something happens; see {@link Machine#alarm}. */
public final class Alarm implements Comparable<Alarm> {

  final long when;
  final long order;
  final Runnable action;
  final boolean daemon;
  boolean pending = true;

  Alarm(long when, long order, Runnable action, boolean daemon) {
    this.when = when;
    this.order = order;
    this.action = action;
    this.daemon = daemon;
  }

  /** Virtual nanoseconds since the machine started. */
  public long when() {
    return when;
  }

  /** Whether it is still to come. */
  public boolean isPending() {
    return pending;
  }

  @Override
  public int compareTo(Alarm o) {
    int c = Long.compare(when, o.when);
    return c != 0 ? c : Long.compare(order, o.order);
  }

  @Override
  public boolean equals(Object o) {
    return this == o;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(order);
  }
}
