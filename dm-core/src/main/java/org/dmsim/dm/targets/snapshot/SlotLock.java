package org.dmsim.dm.targets.snapshot;

import org.dmsim.dm.targets.TargetPolicy;
import org.dmsim.locking.SpinLock;
import org.dmsim.machine.Task;

/**
 * The lock of one slot of an exception table: a bit of its list's head, or a spinlock of its own.
 */
interface SlotLock {

  /** Takes it; {@code subclass} tells lockdep which of the two tables it is of. */
  void lock(int subclass);

  /** Gives it back. */
  void unlock();

  /** As the kernel of the current task's machine has it. */
  static SlotLock make() {
    Task t = Task.current();
    boolean spinlock =
        t != null && t.machine().configuration().policies().has(TargetPolicy.EXCEPTION_SPINLOCKS);
    return spinlock ? new Spin() : new Bit();
  }

  /** {@code hlist_bl_lock}; lockdep knows nothing of it. */
  final class Bit implements SlotLock {
    private final BitSpinLock bit = new BitSpinLock();

    @Override
    public void lock(int subclass) {
      bit.lock();
    }

    @Override
    public void unlock() {
      bit.unlock();
    }
  }

  /** {@code struct dm_hlist_head}, of 6.12.117. */
  final class Spin implements SlotLock {
    private final SpinLock lock = new SpinLock("&et->table[i].lock");

    @Override
    public void lock(int subclass) {
      lock.lockNested(subclass);
    }

    @Override
    public void unlock() {
      lock.unlock();
    }
  }
}
