package org.dmsim.memory;

import java.lang.invoke.MethodHandles;
import org.dmsim.cell.LongField;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;

/**
 * A {@code long} that several tasks see. Each method is one scheduling point in a machine, and one
 * access of the same strength on a real thread.
 */
public final class SharedLong extends Shared {

  private static final LongField VALUE = LongField.of(MethodHandles.lookup(), "value");

  private long value;

  /** A cell with a value. */
  public SharedLong(String label, long value) {
    super(label);
    this.value = value;
  }

  /** {@code READ_ONCE}. */
  public long readOnce() {
    long v = VALUE.readOnce(this);
    Sched.value(v);
    return v;
  }

  /** {@code WRITE_ONCE}. */
  public void writeOnce(long v) {
    VALUE.writeOnce(this, v);
    Sched.value(v);
  }

  /** {@code atomic_long_fetch_or}: the value before. */
  public long fetchOr(long bits) {
    long before = VALUE.fetchOr(this, bits);
    Sched.value(before | bits);
    return before;
  }

  /** The value, without a scheduling point: for checks, labels and {@code ready()}. */
  public long peek() {
    return VALUE.peek(this);
  }

  @Override
  public String toString() {
    return label() + "=" + peek();
  }
}
