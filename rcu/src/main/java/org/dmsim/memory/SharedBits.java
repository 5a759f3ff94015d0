package org.dmsim.memory;

import java.lang.invoke.MethodHandles;
import org.dmsim.cell.IntField;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;

/**
 * A word of flags that tasks change with {@code set_bit} and {@code clear_bit} and look at with
 * {@code test_bit}; mirrors include/asm-generic/bitops, 6.1. At most 32 bits.
 *
 * <p>Each bit is an object of its own to a search: such operations on different bits of a word
 * commute, so their order is no difference that a task could see.
 */
public final class SharedBits {

  private static final IntField WORD = IntField.of(MethodHandles.lookup(), "word");

  private final Bit[] bits;
  private int word;

  private static final class Bit extends Shared {
    Bit(String label) {
      super(label);
    }
  }

  /**
   * All bits are clear.
   *
   * @param label the word's name, as the kernel writes it
   * @param names what follows it for each bit, from bit 0 on: its own name
   */
  public SharedBits(String label, String... names) {
    bits = new Bit[names.length];
    for (int i = 0; i < names.length; i++) {
      bits[i] = new Bit(label + " " + names[i]);
    }
  }

  /** {@code test_bit}. */
  public boolean test(int bit) {
    boolean set = (WORD.readOnce(bits[bit], this) >>> bit & 1) != 0;
    Sched.value(set);
    return set;
  }

  /** {@code set_bit}. */
  public void set(int bit) {
    Sched.point(bits[bit], Access.WRITE);
    WORD.orInStep(this, 1 << bit);
  }

  /** {@code clear_bit}. */
  public void clear(int bit) {
    Sched.point(bits[bit], Access.WRITE);
    WORD.andNotInStep(this, 1 << bit);
  }

  @Override
  public String toString() {
    return Integer.toHexString(WORD.peek(this));
  }
}
