package org.dmsim.dm.targets.snapshot;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmsim.context.Preempt;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;

/** The lock bit of a hash slot: {@code hlist_bl_lock}. Spins; lockdep knows nothing of it. */
final class BitSpinLock extends Shared implements Blocker {

  private static final VarHandle HELD;

  static {
    try {
      HELD = MethodHandles.lookup().findVarHandle(BitSpinLock.class, "held", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile boolean held;

  BitSpinLock() {
    super("exception table slot");
  }

  void lock() {
    Preempt.disable();
    do {
      Sched.spin(this, Access.WRITE, this);
    } while (!HELD.compareAndSet(this, false, true));
  }

  void unlock() {
    Sched.point(this, Access.WRITE);
    held = false;
    Preempt.enable();
  }

  @Override
  public boolean ready() {
    return !held;
  }

  @Override
  public String waitsFor() {
    return "a slot of an exception table";
  }
}
