package org.dmsim.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;

/**
 * An {@code int} that several tasks see. Each method is one scheduling point in a machine, and one
 * access of the same strength on a real thread.
 */
public final class SharedInt extends Shared {

  private static final VarHandle VALUE;

  static {
    try {
      VALUE = MethodHandles.lookup().findVarHandle(SharedInt.class, "value", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private int value;

  /** A cell with a value. */
  public SharedInt(String label, int value) {
    super(label);
    this.value = value;
  }

  /** {@code READ_ONCE}, {@code atomic_read}. */
  public int readOnce() {
    Sched.point(this, Access.READ);
    int v = (int) VALUE.getOpaque(this);
    Sched.value(v);
    return v;
  }

  /** {@code smp_load_acquire}. */
  public int loadAcquire() {
    Sched.point(this, Access.READ);
    int v = (int) VALUE.getAcquire(this);
    Sched.value(v);
    return v;
  }

  /** {@code WRITE_ONCE}, {@code atomic_set}. */
  public void writeOnce(int v) {
    Sched.point(this, Access.WRITE);
    VALUE.setOpaque(this, v);
    Sched.value(v);
  }

  /** {@code smp_store_release}. */
  public void storeRelease(int v) {
    Sched.point(this, Access.WRITE);
    VALUE.setRelease(this, v);
    Sched.value(v);
  }

  /** {@code xchg}: the value before. */
  public int exchange(int v) {
    if (!Sched.point(this, Access.WRITE)) {
      return (int) VALUE.getAndSet(this, v);
    }
    int before = value;
    value = v;
    Sched.value(value);
    return before;
  }

  /** {@code try_cmpxchg}: whether the value was {@code expected} and is {@code v} now. */
  public boolean compareAndSet(int expected, int v) {
    if (!Sched.point(this, Access.WRITE)) {
      return VALUE.compareAndSet(this, expected, v);
    }
    boolean equal = value == expected;
    value = equal ? v : value;
    Sched.value(value);
    return equal;
  }

  /** {@code atomic_add}: nobody looks at the value. */
  public void add(int delta) {
    addTo(Access.ADD, delta);
  }

  private int addTo(Access access, int delta) {
    if (!Sched.point(this, access)) {
      return (int) VALUE.getAndAdd(this, delta) + delta;
    }
    value += delta;
    Sched.value(value);
    return value;
  }

  /** {@code atomic_add_return}: the value afterwards. */
  public int addReturn(int delta) {
    return addTo(Access.WRITE, delta);
  }

  /** {@code atomic_inc_return}. */
  public int incReturn() {
    return addTo(Access.WRITE, 1);
  }

  /** {@code atomic_dec_and_test}: whether the value is 0 afterwards. */
  public boolean decAndTest() {
    return addTo(Access.WRITE, -1) == 0;
  }

  /** {@code atomic_fetch_or}: the value before. */
  public int fetchOr(int bits) {
    if (!Sched.point(this, Access.WRITE)) {
      return (int) VALUE.getAndBitwiseOr(this, bits);
    }
    int before = value;
    value = before | bits;
    Sched.value(value);
    return before;
  }

  /** {@code atomic_fetch_andnot}: the value before. */
  public int fetchAndNot(int bits) {
    if (!Sched.point(this, Access.WRITE)) {
      return (int) VALUE.getAndBitwiseAnd(this, ~bits);
    }
    int before = value;
    value = before & ~bits;
    Sched.value(value);
    return before;
  }

  /** The value, without a scheduling point: for checks, labels and {@code ready()}. */
  public int peek() {
    return (int) VALUE.getOpaque(this);
  }

  @Override
  public String toString() {
    return label() + "=" + value;
  }
}
