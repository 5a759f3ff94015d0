package org.dmsim.rcu;

import java.lang.invoke.MethodHandles;
import java.util.function.BooleanSupplier;
import org.dmsim.cell.RefField;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;

/**
 * A pointer marked {@code __rcu}. Each access is a scheduling point in a machine; on a real thread
 * a load with acquire order or a store with release order.
 *
 * @param <T> what it points to
 */
public final class RcuPointer<T> extends Shared {

  private static final RefField<Object> VALUE =
      RefField.of(MethodHandles.lookup(), "value", Object.class);

  private Object value;

  /** A pointer that is null; {@code name} is the kernel's expression: {@code md->map}. */
  public RcuPointer(String name) {
    super(name);
  }

  /** {@code rcu_dereference}: for readers under {@code rcu_read_lock}. */
  public T dereference() {
    Task t = Task.current();
    if (t != null) {
      RcuChecks.mayFollow(t, RcuChecks.isHeld(t), null);
    }
    return load();
  }

  /** {@code rcu_dereference_check}: as that, or where {@code condition} says that it is safe. */
  public T dereferenceCheck(BooleanSupplier condition) {
    Task t = Task.current();
    if (t != null) {
      RcuChecks.mayFollow(t, RcuChecks.isHeld(t), condition);
    }
    return load();
  }

  /** {@code rcu_dereference_bh}. */
  public T dereferenceBh() {
    Task t = Task.current();
    if (t != null) {
      RcuChecks.mayFollow(t, RcuChecks.isHeldBh(t), null);
    }
    return load();
  }

  /** {@code rcu_dereference_sched}. */
  public T dereferenceSched() {
    Task t = Task.current();
    if (t != null) {
      RcuChecks.mayFollow(t, RcuChecks.isHeldSched(t), null);
    }
    return load();
  }

  /** {@code rcu_dereference_protected}: for updaters, whom {@code condition} protects. */
  public T dereferenceProtected(BooleanSupplier condition) {
    Task t = Task.current();
    if (t != null) {
      RcuChecks.isProtected(t, condition);
    }
    return load();
  }

  /** {@code srcu_dereference_check}: where {@code condition} holds, and nowhere else. */
  public T dereferenceOnlyIf(BooleanSupplier condition) {
    Task t = Task.current();
    if (t != null) {
      RcuChecks.mayFollow(t, !RcuChecks.isEnabled(t), condition);
    }
    return load();
  }

  /** {@code rcu_dereference_raw}: nobody checks. */
  public T dereferenceRaw() {
    return load();
  }

  /** {@code rcu_access_pointer}: the value is only compared, never followed. */
  public T access() {
    return load();
  }

  /** {@code rcu_assign_pointer}: publishes {@code v}. */
  public void assign(T v) {
    VALUE.storeRelease(this, v);
    Sched.value(v);
  }

  /** {@code rcu_replace_pointer}: publishes {@code v} and returns what was there. */
  public T replace(T v, BooleanSupplier condition) {
    T old = dereferenceProtected(condition);
    assign(v);
    return old;
  }

  @SuppressWarnings("unchecked")
  private T load() {
    T v = (T) VALUE.dereference(this);
    Sched.value(v);
    return v;
  }
}
