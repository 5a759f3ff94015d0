package org.dmsim.lockdep;

/**
 * In which interrupt contexts a class of locks is used; mirrors {@code enum lock_usage_bit}, 6.1.
 * Four bits each for hardware interrupts and softirqs: taken in one, taken for reading in one,
 * taken while they were on, taken for reading while they were on.
 */
final class Usage {

  private Usage() {}

  /** Number of bits. */
  static final int BITS = 8;

  static final int USED_IN_HARDIRQ = 0;
  static final int ENABLED_HARDIRQ = 2;
  static final int USED_IN_SOFTIRQ = 4;
  static final int ENABLED_SOFTIRQ = 6;

  /** Added to a bit: the same, for readers. */
  static final int READ = 1;

  /** Exchanges "in" and "on" in a bit. */
  private static final int DIRECTION = 2;

  /** All bits that say "taken in an interrupt", and all that say "taken while they were on". */
  static final int IN_ANY = 0b0011_0011;

  static final int ON_ANY = 0b1100_1100;

  /** All bits that are not for readers. */
  static final int NOT_READ = 0b0101_0101;

  /** Taken for writing with everything on, as the kernel did often while it booted. */
  static final int WITH_IRQS_ON = 1 << ENABLED_HARDIRQ | 1 << ENABLED_SOFTIRQ;

  /** The bit that must not be set beside {@code bit}; mirrors {@code exclusive_bit}. */
  static int exclusive(int bit) {
    return (bit & ~READ) ^ DIRECTION;
  }

  /** Whether a bit says "in an interrupt". */
  static boolean isIn(int bit) {
    return (bit & DIRECTION) == 0;
  }

  /** The bits that exclude any of {@code bits}; mirrors {@code exclusive_mask}. */
  static int exclusives(int bits) {
    int mask = (bits & IN_ANY) << DIRECTION | (bits & ON_ANY) >> DIRECTION;
    return mask | (mask & NOT_READ) << READ | (mask & ~NOT_READ) >> READ;
  }

  /** As reports name a bit: {@code HARDIRQ-ON-W}. */
  static String name(int bit) {
    String state = bit < USED_IN_SOFTIRQ ? "HARDIRQ" : "SOFTIRQ";
    String access = (bit & READ) == 0 ? "W" : "R";
    return isIn(bit) ? "IN-" + state + "-" + access : state + "-ON-" + access;
  }

  /** Mirrors {@code get_usage_chars}: a character for each state, writers and readers. */
  static String characters(int usage) {
    StringBuilder text = new StringBuilder(4);
    for (int state = USED_IN_HARDIRQ; state <= USED_IN_SOFTIRQ; state += USED_IN_SOFTIRQ) {
      for (int read = 0; read <= READ; read++) {
        boolean in = (usage & 1 << state + read) != 0;
        boolean on = (usage & 1 << state + DIRECTION + read) != 0;
        text.append(in ? (on ? '?' : '-') : on ? '+' : '.');
      }
    }
    return text.toString();
  }
}
