package org.dmsim.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;

/**
 * A {@code long} that several tasks see. Each method is one scheduling point in a machine, and one
 * access of the same strength on a real thread.
 */
public final class SharedLong extends Shared {

  private static final VarHandle VALUE;

  static {
    try {
      VALUE = MethodHandles.lookup().findVarHandle(SharedLong.class, "value", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private long value;

  /** A cell with a value. */
  public SharedLong(String label, long value) {
    super(label);
    this.value = value;
  }

  /** {@code READ_ONCE}, {@code atomic_read}. */
  public long readOnce() {
    Sched.point(this, Access.READ);
    long v = (long) VALUE.getOpaque(this);
    Sched.value(v);
    return v;
  }

  /** {@code smp_load_acquire}. */
  public long loadAcquire() {
    Sched.point(this, Access.READ);
    long v = (long) VALUE.getAcquire(this);
    Sched.value(v);
    return v;
  }

  /** {@code WRITE_ONCE}, {@code atomic_set}. */
  public void writeOnce(long v) {
    Sched.point(this, Access.WRITE);
    VALUE.setOpaque(this, v);
    Sched.value(v);
  }

  /** {@code smp_store_release}. */
  public void storeRelease(long v) {
    Sched.point(this, Access.WRITE);
    VALUE.setRelease(this, v);
    Sched.value(v);
  }

  /** {@code xchg}: the value before. */
  public long exchange(long v) {
    if (!Sched.point(this, Access.WRITE)) {
      return (long) VALUE.getAndSet(this, v);
    }
    long before = value;
    value = v;
    Sched.value(value);
    return before;
  }

  /** {@code try_cmpxchg}: whether the value was {@code expected} and is {@code v} now. */
  public boolean compareAndSet(long expected, long v) {
    if (!Sched.point(this, Access.WRITE)) {
      return VALUE.compareAndSet(this, expected, v);
    }
    boolean equal = value == expected;
    value = equal ? v : value;
    Sched.value(value);
    return equal;
  }

  /** {@code atomic_add}: nobody looks at the value. */
  public void add(long delta) {
    addTo(Access.ADD, delta);
  }

  private long addTo(Access access, long delta) {
    if (!Sched.point(this, access)) {
      return (long) VALUE.getAndAdd(this, delta) + delta;
    }
    value += delta;
    Sched.value(value);
    return value;
  }

  /** {@code atomic_add_return}: the value afterwards. */
  public long addReturn(long delta) {
    return addTo(Access.WRITE, delta);
  }

  /** {@code atomic_inc_return}. */
  public long incReturn() {
    return addTo(Access.WRITE, 1);
  }

  /** {@code atomic_dec_and_test}: whether the value is 0 afterwards. */
  public boolean decAndTest() {
    return addTo(Access.WRITE, -1) == 0;
  }

  /** {@code atomic_fetch_or}: the value before. */
  public long fetchOr(long bits) {
    if (!Sched.point(this, Access.WRITE)) {
      return (long) VALUE.getAndBitwiseOr(this, bits);
    }
    long before = value;
    value = before | bits;
    Sched.value(value);
    return before;
  }

  /** {@code atomic_fetch_andnot}: the value before. */
  public long fetchAndNot(long bits) {
    if (!Sched.point(this, Access.WRITE)) {
      return (long) VALUE.getAndBitwiseAnd(this, ~bits);
    }
    long before = value;
    value = before & ~bits;
    Sched.value(value);
    return before;
  }

  /** The value, without a scheduling point: for checks, labels and {@code ready()}. */
  public long peek() {
    return (long) VALUE.getOpaque(this);
  }

  @Override
  public String toString() {
    return label() + "=" + value;
  }
}
