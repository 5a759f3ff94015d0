package org.dmsim.cell;

import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.VarHandle;
import java.util.function.Supplier;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Store;
import org.dmsim.machine.Task;

/**
 * A pointer that an object keeps and several tasks see; as {@link IntField}.
 *
 * @param at where it is
 * @param <T> what it points to
 */
public record RefField<T>(VarHandle at) implements Store.Target {

  /**
   * A field of the class that asks.
   *
   * @param in that class's {@code MethodHandles.lookup()}
   * @param type the field's type as it is declared
   */
  public static <T> RefField<T> of(Lookup in, String name, Class<?> type) {
    return new RefField<>(Fields.find(in, name, type));
  }

  // ---- loads -----------------------------------------------------------------------------------

  /** {@code READ_ONCE}. */
  public T readOnce(Shared object) {
    return load(object, Order.RELAXED);
  }

  /** {@code smp_load_acquire}. */
  public T loadAcquire(Shared object) {
    return load(object, Order.ACQUIRE);
  }

  /**
   * {@code rcu_dereference}: a {@code READ_ONCE} after which whoever follows the pointer finds what
   * was written before it was published. A real thread has no such order but acquire's.
   */
  public T dereference(Shared object) {
    return load(object, Order.ACQUIRE);
  }

  @SuppressWarnings("unchecked")
  private T load(Shared object, Order order) {
    Task t = Task.current();
    if (Sched.point(t, object, Access.READ) && t.isWeak()) {
      Store own = t.forwarded(this, object);
      if (own != null) {
        return (T) own.value();
      }
    }
    return order == Order.ACQUIRE ? (T) at.getAcquire(object) : (T) at.getOpaque(object);
  }

  /** The pointer as it is, whoever asks: for {@code ready()}, checks and labels. No access. */
  @SuppressWarnings("unchecked")
  public T peek(Object keeper) {
    return (T) at.getAcquire(keeper);
  }

  // ---- stores ----------------------------------------------------------------------------------

  /** {@code WRITE_ONCE}. */
  public void writeOnce(Shared object, T v) {
    Task t = Task.current();
    if (t != null && t.isWeak()) {
      Sched.store(t, object, this, object, v, false);
      return;
    }
    Sched.point(t, object, Access.WRITE);
    at.setOpaque(object, v);
  }

  @Override
  public void reach(Object keeper, Object value) {
    at.setRelease(keeper, value);
  }

  /** {@code smp_store_release}, {@code rcu_assign_pointer}. */
  public void storeRelease(Shared object, T v) {
    Task t = Task.current();
    if (t != null && t.isWeak()) {
      Sched.store(t, object, this, object, v, true);
      return;
    }
    Sched.point(t, object, Access.WRITE);
    at.setRelease(object, v);
  }

  /** A {@code WRITE_ONCE} that is part of the step being made: a wait ends with it. */
  public void writeInStep(Object keeper, T v) {
    at.setOpaque(keeper, v);
  }

  // ---- atomics ---------------------------------------------------------------------------------

  /** {@code xchg}: the pointer before. */
  @SuppressWarnings("unchecked")
  public T exchange(Shared object, T v) {
    if (!Sched.point(object, Access.WRITE)) {
      return (T) at.getAndSet(object, v);
    }
    T before = (T) at.get(object);
    at.set(object, v);
    return before;
  }

  /** {@code try_cmpxchg}: whether the pointer was {@code expected} and is {@code v} now. */
  public boolean compareAndSet(Shared object, T expected, T v) {
    if (!Sched.point(object, Access.WRITE)) {
      return at.compareAndSet(object, expected, v);
    }
    boolean equal = at.get(object) == expected;
    if (equal) {
      at.set(object, v);
    }
    return equal;
  }

  /** What is there, made by whoever asks first; no access of the kernel's. */
  @SuppressWarnings("unchecked")
  public T orMake(Object keeper, Supplier<T> made) {
    T found = peek(keeper);
    if (found != null) {
      return found;
    }
    T mine = made.get();
    T other = (T) at.compareAndExchange(keeper, null, mine);
    return other == null ? mine : other;
  }
}
