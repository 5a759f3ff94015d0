package org.dmsim.memory;

import java.lang.invoke.MethodHandles;
import org.dmsim.cell.IntField;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;

/**
 * An {@code int} that several tasks see. Each method is one scheduling point in a machine, and one
 * access of the same strength on a real thread.
 */
public final class SharedInt extends Shared {

  private static final IntField VALUE = IntField.of(MethodHandles.lookup(), "value");

  private int value;

  /** A cell with a value. */
  public SharedInt(String label, int value) {
    super(label);
    this.value = value;
  }

  /** {@code READ_ONCE}, {@code atomic_read}. */
  public int readOnce() {
    return told(VALUE.readOnce(this));
  }

  /** {@code smp_load_acquire}. */
  public int loadAcquire() {
    return told(VALUE.loadAcquire(this));
  }

  /** {@code WRITE_ONCE}, {@code atomic_set}. */
  public void writeOnce(int v) {
    VALUE.writeOnce(this, v);
    Sched.value(v);
  }

  /** {@code smp_store_release}. */
  public void storeRelease(int v) {
    VALUE.storeRelease(this, v);
    Sched.value(v);
  }

  /** {@code xchg}: the value before. */
  public int exchange(int v) {
    int before = VALUE.exchange(this, v);
    Sched.value(v);
    return before;
  }

  /** {@code try_cmpxchg}: whether the value was {@code expected} and is {@code v} now. */
  public boolean compareAndSet(int expected, int v) {
    boolean equal = VALUE.compareAndSet(this, expected, v);
    Sched.value(value);
    return equal;
  }

  /** {@code atomic_add}: nobody looks at the value. */
  public void add(int delta) {
    VALUE.add(this, delta);
    Sched.value(value);
  }

  /** {@code atomic_add_return}: the value afterwards. */
  public int addReturn(int delta) {
    return told(VALUE.addReturn(this, delta));
  }

  /** {@code atomic_add_return_relaxed}: as {@link #addReturn}, and orders nothing. */
  public int addReturnRelaxed(int delta) {
    return told(VALUE.addReturnRelaxed(this, delta));
  }

  /** {@code atomic_inc_return}. */
  public int incReturn() {
    return addReturn(1);
  }

  /** {@code atomic_dec_and_test}: whether the value is 0 afterwards. */
  public boolean decAndTest() {
    return addReturn(-1) == 0;
  }

  /** {@code atomic_fetch_or}: the value before. */
  public int fetchOr(int bits) {
    int before = VALUE.fetchOr(this, bits);
    Sched.value(before | bits);
    return before;
  }

  /** {@code atomic_fetch_andnot}: the value before. */
  public int fetchAndNot(int bits) {
    int before = VALUE.fetchAndNot(this, bits);
    Sched.value(before & ~bits);
    return before;
  }

  /** The value, without a scheduling point: for checks, labels and {@code ready()}. */
  public int peek() {
    return VALUE.peek(this);
  }

  private static int told(int v) {
    Sched.value(v);
    return v;
  }

  @Override
  public String toString() {
    return label() + "=" + peek();
  }
}
