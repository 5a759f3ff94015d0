package org.dmsim.dm.targets.snapshot;

import java.lang.invoke.MethodHandles;
import org.dmsim.cell.IntField;
import org.dmsim.context.Preempt;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;

/** The lock bit of a hash slot: {@code hlist_bl_lock}. Spins; lockdep knows nothing of it. */
final class BitSpinLock extends Shared implements Blocker {

  private static final IntField HELD = IntField.of(MethodHandles.lookup(), "held");

  private int held;

  BitSpinLock() {
    super("exception table slot");
  }

  void lock() {
    Preempt.disable();
    do {
      Sched.spin(this, Access.WRITE, this);
    } while (!HELD.compareAndSetInStep(this, 0, 1));
  }

  void unlock() {
    HELD.storeRelease(this, 0);
    Preempt.enable();
  }

  @Override
  public boolean ready() {
    return HELD.peek(this) == 0;
  }

  @Override
  public String waitsFor() {
    return "a slot of an exception table";
  }
}
