package org.dmsim.dm.targets.cache;

import java.util.BitSet;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;

/** A bitmap in memory that several tasks use. */
final class Bits extends Shared {
  private final BitSet bits = new BitSet();

  Bits(String name) {
    super(name);
  }

  /** {@code test_bit}. */
  boolean test(long i) {
    Sched.point(this, Access.READ);
    return bits.get((int) i);
  }

  /** {@code test_and_set_bit}: whether it was set. */
  boolean set(long i) {
    Sched.point(this, Access.WRITE);
    boolean was = bits.get((int) i);
    bits.set((int) i);
    return was;
  }

  /** {@code test_and_clear_bit}: whether it was set. */
  boolean clear(long i) {
    Sched.point(this, Access.WRITE);
    boolean was = bits.get((int) i);
    bits.clear((int) i);
    return was;
  }

  void clearAll() {
    Sched.point(this, Access.WRITE);
    bits.clear();
  }

  /** {@code find_next_bit}: the first from {@code from} on, or {@code size}. */
  int next(int from, int size) {
    Sched.point(this, Access.READ);
    int i = bits.nextSetBit(from);
    return i < 0 || i > size ? size : i;
  }
}
