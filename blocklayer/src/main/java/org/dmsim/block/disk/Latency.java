package org.dmsim.block.disk;

import org.dmsim.machine.Machine;

/** How long a disk takes for a bio, in virtual time. */
@FunctionalInterface
public interface Latency {

  /** The bio ends before its submission returns. */
  Latency NONE = m -> -1;

  /**
   * Nanoseconds that the next bio takes; negative to end it at once. A choice among several is the
   * machine's strategy's, so a search sees them all.
   */
  long next(Machine machine);

  /** Always the same. */
  static Latency fixed(long nanoseconds) {
    return m -> nanoseconds;
  }

  /** Each of the given values is as likely as the others; a value may stand there twice. */
  static Latency oneOf(long... nanoseconds) {
    long[] values = nanoseconds.clone();
    return m -> values[m.chooseInt(values.length)];
  }

  /**
   * Even between two values.
   *
   * @param steps how many different values are used, at least 2
   */
  static Latency uniform(long from, long to, int steps) {
    return m -> from + (to - from) * m.chooseInt(steps) / (steps - 1);
  }

  /**
   * An exponential distribution, by the middles of {@code steps} parts of equal weight.
   *
   * @param mean nanoseconds
   */
  static Latency exponential(long mean, int steps) {
    return m -> Math.round(-mean * Math.log(1 - (m.chooseInt(steps) + 0.5) / steps));
  }
}
