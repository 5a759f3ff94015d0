package org.dmsim.lockdep;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.report.CallTrace;

/** A class of locks in one machine; mirrors {@code struct lock_class}, 6.1. */
final class LockClass {

  final int index;
  final String name;
  final WaitType outer;
  final WaitType inner;

  private final boolean hasWaitTypes;

  /** Bits of {@link Usage} that were seen. */
  int usage;

  /** Where each bit was seen first; null where positions are not recorded. */
  final CallTrace[] usedAt = new CallTrace[Usage.BITS];

  /** Classes that were taken while this one was held. */
  final List<Edge> after = new ArrayList<>(0);

  /** Classes that were held while this one was taken. */
  final List<Edge> before = new ArrayList<>(0);

  /**
   * Never used yet.
   *
   * @param outer {@link WaitType#INVALID}, as inner, where the kernel knows no wait types
   * @param usage bits that are set from the beginning
   */
  LockClass(int index, String name, WaitType outer, WaitType inner, boolean waitTypes, int usage) {
    this.index = index;
    this.hasWaitTypes = waitTypes;
    this.name = name;
    this.outer = outer;
    this.inner = inner;
    this.usage = usage;
  }

  /** One order in which two classes were taken; mirrors {@code struct lock_list}. */
  static final class Edge {
    final LockClass to;
    final CallTrace trace;

    /**
     * Kinds of this dependency, a bit each: whether it starts exclusive, whether it ends waiting.
     */
    int kinds;

    Edge(LockClass to, int kinds, CallTrace trace) {
      this.to = to;
      this.kinds = kinds;
      this.trace = trace;
    }
  }

  /** Mirrors {@code print_lock_name}, 6.1, without the blank in front. */
  @Override
  public String toString() {
    String waits = hasWaitTypes ? "-{" + outer.number() + ":" + inner.number() + "}" : "";
    return "(" + name + "){" + Usage.characters(usage) + "}" + waits;
  }
}
