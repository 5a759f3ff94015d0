package org.dmsim.cell;

import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.VarHandle;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Store;
import org.dmsim.machine.Task;

/**
 * A {@code long} that an object keeps and several tasks see; as {@link IntField}, with the accesses
 * that somebody makes of one.
 *
 * @param at where the value is
 */
public record LongField(VarHandle at) implements Store.Target {

  /**
   * A field of the class that asks.
   *
   * @param in that class's {@code MethodHandles.lookup()}
   */
  public static LongField of(Lookup in, String name) {
    return new LongField(Fields.find(in, name, long.class));
  }

  /** {@code READ_ONCE}. */
  public long readOnce(Shared object) {
    Task t = Task.current();
    if (Sched.point(t, object, Access.READ) && t.isWeak()) {
      Store own = t.forwarded(this, object);
      if (own != null) {
        return (long) own.value();
      }
    }
    return (long) at.getOpaque(object);
  }

  /** {@code WRITE_ONCE}. */
  public void writeOnce(Shared object, long v) {
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
    at.setRelease(keeper, (long) value);
  }

  /** {@code atomic_long_fetch_or}: the value before. */
  public long fetchOr(Shared object, long bits) {
    Sched.point(object, Access.WRITE);
    return (long) at.getAndBitwiseOr(object, bits);
  }

  /** The value as it is, whoever asks: for {@code ready()}, checks and labels. No access. */
  public long peek(Object keeper) {
    return (long) at.getAcquire(keeper);
  }

  /**
   * {@code this_cpu_inc}, of a counter that only its own CPU or thread changes; part of the step
   * being made.
   */
  public void incInStep(Object keeper) {
    at.setRelease(keeper, (long) at.get(keeper) + 1);
  }

  /** An {@code smp_store_release} that is part of the step being made. */
  public void storeReleaseInStep(Object keeper, long v) {
    at.setRelease(keeper, v);
  }
}
