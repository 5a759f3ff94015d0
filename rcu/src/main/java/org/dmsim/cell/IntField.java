package org.dmsim.cell;

import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.VarHandle;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Store;
import org.dmsim.machine.Task;

/**
 * An {@code int} that an object keeps and several tasks see; one of these a field, as a constant of
 * the object's class, so that a value costs no object of its own.
 *
 * <p>An access is named as the kernel names it. In a machine it is one step on the object that a
 * search knows, which most often is the one that has the field. What ends in {@code InStep} is part
 * of a step that was made already: the access that a wait ends with, or a second one of the same
 * step.
 *
 * @param at where the value is
 */
public record IntField(VarHandle at) implements Store.Target {

  /**
   * A field of the class that asks.
   *
   * @param in that class's {@code MethodHandles.lookup()}
   */
  public static IntField of(Lookup in, String name) {
    return new IntField(Fields.find(in, name, int.class));
  }

  // ---- loads -----------------------------------------------------------------------------------

  /** {@code READ_ONCE}, {@code atomic_read}. */
  public int readOnce(Shared object) {
    return load(object, object, Order.RELAXED);
  }

  /** {@code READ_ONCE} of a value that another object than the one of the step keeps. */
  public int readOnce(Shared step, Object keeper) {
    return load(step, keeper, Order.RELAXED);
  }

  /** {@code smp_load_acquire}. */
  public int loadAcquire(Shared object) {
    return load(object, object, Order.ACQUIRE);
  }

  private int load(Shared step, Object keeper, Order order) {
    Task t = Task.current();
    if (Sched.point(t, step, Access.READ) && t.isWeak()) {
      Store own = t.forwarded(this, keeper);
      if (own != null) {
        return (int) own.value();
      }
    }
    return loadInStep(keeper, order);
  }

  private int loadInStep(Object keeper, Order order) {
    return order == Order.ACQUIRE ? (int) at.getAcquire(keeper) : (int) at.getOpaque(keeper);
  }

  /** A read that is part of the step being made: {@code READ_ONCE}. */
  public int readInStep(Object keeper) {
    return loadInStep(keeper, Order.RELAXED);
  }

  /** An {@code smp_load_acquire} that is part of the step being made. */
  public int loadAcquireInStep(Object keeper) {
    return loadInStep(keeper, Order.ACQUIRE);
  }

  /** The value as it is, whoever asks: for {@code ready()}, checks and labels. No access. */
  public int peek(Object keeper) {
    return (int) at.getAcquire(keeper);
  }

  // ---- stores ----------------------------------------------------------------------------------

  /** {@code WRITE_ONCE}, {@code atomic_set}. */
  public void writeOnce(Shared object, int v) {
    Task t = Task.current();
    if (t != null && t.isWeak()) {
      Sched.store(t, object, this, object, v, false);
      return;
    }
    Sched.point(t, object, Access.WRITE);
    storeInStep(object, v, Order.RELAXED);
  }

  /** {@code smp_store_release}. */
  public void storeRelease(Shared object, int v) {
    Task t = Task.current();
    if (t != null && t.isWeak()) {
      Sched.store(t, object, this, object, v, true);
      return;
    }
    Sched.point(t, object, Access.WRITE);
    storeInStep(object, v, Order.RELEASE);
  }

  /** A {@code WRITE_ONCE} that is part of the step being made. */
  public void writeInStep(Object keeper, int v) {
    storeInStep(keeper, v, Order.RELAXED);
  }

  /** An {@code smp_store_release} that is part of the step being made. */
  public void storeReleaseInStep(Object keeper, int v) {
    storeInStep(keeper, v, Order.RELEASE);
  }

  @Override
  public void reach(Object keeper, Object value) {
    at.setRelease(keeper, (int) value);
  }

  private void storeInStep(Object keeper, int v, Order order) {
    if (order == Order.RELEASE) {
      at.setRelease(keeper, v);
    } else {
      at.setOpaque(keeper, v);
    }
  }

  // ---- atomics ---------------------------------------------------------------------------------

  /** {@code xchg}: the value before. */
  public int exchange(Shared object, int v) {
    if (!Sched.point(object, Access.WRITE)) {
      return (int) at.getAndSet(object, v);
    }
    int before = (int) at.get(object);
    at.set(object, v);
    return before;
  }

  /** {@code try_cmpxchg}: whether the value was {@code expected} and is {@code v} now. */
  public boolean compareAndSet(Shared object, int expected, int v) {
    if (!Sched.point(object, Access.WRITE)) {
      return at.compareAndSet(object, expected, v);
    }
    boolean equal = (int) at.get(object) == expected;
    if (equal) {
      at.set(object, v);
    }
    return equal;
  }

  /** {@code try_cmpxchg} that is part of the step being made. */
  public boolean compareAndSetInStep(Object keeper, int expected, int v) {
    if (!alone()) {
      return at.compareAndSet(keeper, expected, v);
    }
    boolean equal = (int) at.get(keeper) == expected;
    if (equal) {
      at.set(keeper, v);
    }
    return equal;
  }

  /** {@code atomic_add}: nobody looks at the value, and two of these commute. */
  public void add(Shared object, int delta) {
    addTo(object, Access.ADD, delta);
  }

  /** {@code atomic_add_return}: the value afterwards. */
  public int addReturn(Shared object, int delta) {
    return addTo(object, Access.WRITE, delta);
  }

  /** {@code atomic_add_return_relaxed}: the value afterwards; it orders nothing. */
  public int addReturnRelaxed(Shared object, int delta) {
    Task t = Task.current();
    if (t == null || !t.isWeak()) {
      return addTo(object, Access.WRITE, delta);
    }
    Sched.pointOfRelaxedAtomic(t, object, Access.WRITE, this, object);
    int after = (int) at.get(object) + delta;
    at.set(object, after);
    return after;
  }

  /** {@code atomic_dec_and_test}: whether the value is 0 afterwards. */
  public boolean decAndTest(Shared object) {
    return addTo(object, Access.WRITE, -1) == 0;
  }

  private int addTo(Shared object, Access access, int delta) {
    if (!Sched.point(object, access)) {
      return (int) at.getAndAdd(object, delta) + delta;
    }
    int after = (int) at.get(object) + delta;
    at.set(object, after);
    return after;
  }

  /**
   * {@code atomic_inc_unless_negative}: whether the value was not below 0, and is one more now. Two
   * of these commute, as adding does.
   */
  public boolean incUnlessNegative(Shared object) {
    if (Sched.point(object, Access.ADD)) {
      int before = (int) at.get(object);
      if (before < 0) {
        return false;
      }
      at.set(object, before + 1);
      return true;
    }
    if ((int) at.getAndAdd(object, 1) >= 0) {
      return true;
    }
    at.getAndAdd(object, -1);
    return false;
  }

  /** {@code atomic_add} that is part of the step being made. */
  public void addInStep(Object keeper, int delta) {
    if (alone()) {
      at.set(keeper, (int) at.get(keeper) + delta);
    } else {
      at.getAndAdd(keeper, delta);
    }
  }

  /** {@code atomic_fetch_or}: the value before. */
  public int fetchOr(Shared object, int bits) {
    if (!Sched.point(object, Access.WRITE)) {
      return (int) at.getAndBitwiseOr(object, bits);
    }
    int before = (int) at.get(object);
    at.set(object, before | bits);
    return before;
  }

  /** {@code atomic_fetch_andnot}: the value before. */
  public int fetchAndNot(Shared object, int bits) {
    if (!Sched.point(object, Access.WRITE)) {
      return (int) at.getAndBitwiseAnd(object, ~bits);
    }
    int before = (int) at.get(object);
    at.set(object, before & ~bits);
    return before;
  }

  /** {@code set_bit}s that are part of the step being made. */
  public void orInStep(Object keeper, int bits) {
    if (alone()) {
      at.set(keeper, (int) at.get(keeper) | bits);
    } else {
      at.getAndBitwiseOr(keeper, bits);
    }
  }

  /** {@code clear_bit}s that are part of the step being made. */
  public void andNotInStep(Object keeper, int bits) {
    if (alone()) {
      at.set(keeper, (int) at.get(keeper) & ~bits);
    } else {
      at.getAndBitwiseAnd(keeper, ~bits);
    }
  }

  /**
   * In a machine nobody else acts before the next step, so that no atomic instruction is needed.
   */
  private static boolean alone() {
    return Task.current() != null;
  }
}
