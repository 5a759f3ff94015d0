package org.dmsim.litmus.lkmm;

/** A set of events, as bits. */
final class EventSet {
  final long[] bits;

  EventSet(int events) {
    bits = new long[words(events)];
  }

  private EventSet(long[] bits) {
    this.bits = bits;
  }

  static int words(int events) {
    return Math.max(1, (events + 63) >> 6);
  }

  void add(int event) {
    bits[event >> 6] |= 1L << event;
  }

  boolean has(int event) {
    return (bits[event >> 6] >>> event & 1) != 0;
  }

  boolean isEmpty() {
    for (long word : bits) {
      if (word != 0) {
        return false;
      }
    }
    return true;
  }

  EventSet or(EventSet other) {
    long[] result = bits.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] |= other.bits[i];
    }
    return new EventSet(result);
  }

  EventSet minus(EventSet other) {
    long[] result = bits.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] &= ~other.bits[i];
    }
    return new EventSet(result);
  }
}
