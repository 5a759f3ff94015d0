package org.dmsim.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;

/**
 * A reference that several tasks see. Each method is one scheduling point in a machine, and one
 * access of the same strength on a real thread.
 *
 * @param <T> what it refers to
 */
public final class SharedRef<T> extends Shared {

  private static final VarHandle VALUE;

  static {
    try {
      VALUE = MethodHandles.lookup().findVarHandle(SharedRef.class, "value", Object.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private Object value;

  /** A cell with a value. */
  public SharedRef(String label, T value) {
    super(label);
    this.value = value;
  }

  /** {@code READ_ONCE}, {@code atomic_read}. */
  @SuppressWarnings("unchecked")
  public T readOnce() {
    Sched.point(this, Access.READ);
    T v = (T) VALUE.getOpaque(this);
    Sched.value(v);
    return v;
  }

  /** {@code smp_load_acquire}. */
  @SuppressWarnings("unchecked")
  public T loadAcquire() {
    Sched.point(this, Access.READ);
    T v = (T) VALUE.getAcquire(this);
    Sched.value(v);
    return v;
  }

  /** {@code WRITE_ONCE}, {@code atomic_set}. */
  public void writeOnce(T v) {
    Sched.point(this, Access.WRITE);
    VALUE.setOpaque(this, v);
    Sched.value(v);
  }

  /** {@code smp_store_release}. */
  public void storeRelease(T v) {
    Sched.point(this, Access.WRITE);
    VALUE.setRelease(this, v);
    Sched.value(v);
  }

  /** {@code xchg}: the value before. */
  @SuppressWarnings("unchecked")
  public T exchange(T v) {
    if (!Sched.point(this, Access.WRITE)) {
      return (T) VALUE.getAndSet(this, v);
    }
    T before = (T) value;
    value = v;
    Sched.value(value);
    return before;
  }

  /** {@code try_cmpxchg}: whether the value was {@code expected} and is {@code v} now. */
  public boolean compareAndSet(T expected, T v) {
    if (!Sched.point(this, Access.WRITE)) {
      return VALUE.compareAndSet(this, expected, v);
    }
    boolean equal = value == expected;
    value = equal ? v : value;
    Sched.value(value);
    return equal;
  }

  /** The value, without a scheduling point: for checks, labels and {@code ready()}. */
  @SuppressWarnings("unchecked")
  public T peek() {
    return (T) VALUE.getOpaque(this);
  }

  @Override
  public String toString() {
    return label() + "=" + value;
  }
}
