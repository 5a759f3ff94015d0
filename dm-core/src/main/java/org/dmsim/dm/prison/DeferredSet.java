package org.dmsim.dm.prison;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.dmsim.locking.SpinLock;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.KernelBug;

/**
 * Work that waits until all that had begun before it has ended: {@code struct dm_deferred_set},
 * 6.1. What begins counts in the current entry, and work that is added starts another entry.
 *
 * @param <T> work
 */
public final class DeferredSet<T> {

  private static final int SIZE = 64;

  private final SpinLock lock = new SpinLock("&ds->lock");
  private final List<Entry<T>> entries = new ArrayList<>(SIZE);
  private int current;
  private int sweeper;

  /**
   * What began at one time: {@code struct dm_deferred_entry}.
   *
   * @param <T> work
   */
  public static final class Entry<T> {
    private final Deque<T> work = new ArrayDeque<>(0);
    private int count;

    Entry() {}
  }

  /** {@code dm_deferred_set_create}. */
  public DeferredSet() {
    for (int i = 0; i < SIZE; i++) {
      entries.add(new Entry<>());
    }
  }

  /** Something begins. Any context. */
  @KernelSymbol("dm_deferred_entry_inc")
  public Entry<T> inc() {
    boolean flags = lock.lockIrqsave();
    Entry<T> e = entries.get(current);
    e.count++;
    lock.unlockIrqrestore(flags);
    return e;
  }

  /** Something has ended; the work that need not wait any more. Any context. */
  @KernelSymbol("dm_deferred_entry_dec")
  public Deque<T> dec(Entry<T> e) {
    Deque<T> ready = new ArrayDeque<>(0);
    boolean flags = lock.lockIrqsave();
    KernelBug.on(e.count == 0, "drivers/md/dm-bio-prison-v1.c");
    e.count--;
    while (sweeper != current && entries.get(sweeper).count == 0) {
      splice(entries.get(sweeper), ready);
      sweeper = next(sweeper);
    }
    if (sweeper == current && entries.get(sweeper).count == 0) {
      splice(entries.get(sweeper), ready);
    }
    lock.unlockIrqrestore(flags);
    return ready;
  }

  private static <T> void splice(Entry<T> from, Deque<T> to) {
    while (!from.work.isEmpty()) {
      to.addFirst(from.work.removeLast());
    }
  }

  private static int next(int i) {
    return (i + 1) % SIZE;
  }

  /** Lets work wait; false if there is nothing to wait for. */
  @KernelSymbol("dm_deferred_set_add_work")
  public boolean addWork(T work) {
    lock.lockIrq();
    boolean waits = sweeper != current || entries.get(current).count != 0;
    if (waits) {
      entries.get(current).work.addFirst(work);
      if (entries.get(next(current)).count == 0) {
        current = next(current);
      }
    }
    lock.unlockIrq();
    return waits;
  }
}
