package org.dmsim.memory;

import java.lang.invoke.MethodHandles;
import org.dmsim.cell.RefField;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;

/**
 * A reference that several tasks see. Each method is one scheduling point in a machine, and one
 * access of the same strength on a real thread.
 *
 * @param <T> what it refers to
 */
public final class SharedRef<T> extends Shared {

  private static final RefField<Object> VALUE =
      RefField.of(MethodHandles.lookup(), "value", Object.class);

  private Object value;

  /** A cell with a value. */
  public SharedRef(String label, T value) {
    super(label);
    this.value = value;
  }

  /** {@code READ_ONCE}. */
  public T readOnce() {
    return told(VALUE.readOnce(this));
  }

  /** {@code smp_load_acquire}. */
  public T loadAcquire() {
    return told(VALUE.loadAcquire(this));
  }

  /** {@code WRITE_ONCE}. */
  public void writeOnce(T v) {
    VALUE.writeOnce(this, v);
    Sched.value(v);
  }

  /** {@code smp_store_release}. */
  public void storeRelease(T v) {
    VALUE.storeRelease(this, v);
    Sched.value(v);
  }

  /** {@code xchg}: the value before. */
  @SuppressWarnings("unchecked")
  public T exchange(T v) {
    T before = (T) VALUE.exchange(this, v);
    Sched.value(v);
    return before;
  }

  /** {@code try_cmpxchg}: whether the value was {@code expected} and is {@code v} now. */
  public boolean compareAndSet(T expected, T v) {
    boolean equal = VALUE.compareAndSet(this, expected, v);
    Sched.value(value);
    return equal;
  }

  /** The value, without a scheduling point: for checks, labels and {@code ready()}. */
  @SuppressWarnings("unchecked")
  public T peek() {
    return (T) VALUE.peek(this);
  }

  @SuppressWarnings("unchecked")
  private T told(Object v) {
    Sched.value(v);
    return (T) v;
  }

  @Override
  public String toString() {
    return label() + "=" + peek();
  }
}
