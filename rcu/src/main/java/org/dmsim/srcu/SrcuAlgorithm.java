package org.dmsim.srcu;

import java.lang.invoke.MethodHandles;
import java.util.List;
import org.dmsim.cell.Fence;
import org.dmsim.cell.IntField;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Store;
import org.dmsim.machine.Task;
import org.dmsim.rcu.OpenSections;
import org.dmsim.threads.Membarrier;
import org.dmsim.threads.ThreadTable;

/**
 * How a domain counts its readers and waits for them; mirrors {@code __srcu_read_lock}, {@code
 * __srcu_read_unlock}, {@code srcu_readers_active_idx_check} and {@code srcu_flip}, 6.1.
 *
 * <p>A reader counts itself in on the half that the index names, and later out on that same half,
 * on whichever CPU it is then. A half has no reader at some moment between the two sums if as many
 * have been counted out as in; the sum of those out is taken first, because a reader that is missed
 * there is then counted in without being counted out.
 *
 * <p>A grace period drains the half that the index does not name, of readers that took the index
 * before the last flip and counted themselves after it; then flips the index, so that the other
 * half gets no new readers; and drains that one.
 *
 * <p>In a machine each half is drained in one step by default. With {@code fine} steps every single
 * counter is a step of its own, which is how the algorithm itself is checked.
 */
class SrcuAlgorithm {

  private static final IntField INDEX = IntField.of(MethodHandles.lookup(), "index");

  private static final int UNLOCKS = 2;

  private final boolean machine;
  private final boolean fine;

  /** Whether what one CPU stores is seen by the others later. */
  private final boolean weak;

  private final Counter[] counters;
  private final ReaderCounts[] cpus;
  private final ReaderCounts buried = new ReaderCounts();
  private final ThreadTable<ReaderCounts> threads =
      new ThreadTable<>(ReaderCounts::new, dead -> buried.addAll(dead));
  private final Cell indexCell;
  private final Cell[] halves;
  private final Cell[] cells;
  private OpenSections sections;
  private int index;
  private final long[] changes = new long[2];

  /**
   * Without readers.
   *
   * @param fine whether each counter is a scheduling point of its own
   */
  SrcuAlgorithm(String name, boolean fine) {
    Task t = Task.current();
    this.machine = t != null;
    this.fine = machine && fine;
    this.weak = machine && t.isWeak();
    this.counters = new Counter[weak ? 4 : 0];
    for (int i = 0; i < counters.length; i++) {
      counters[i] = new Counter(i & 1, (i & UNLOCKS) != 0);
    }
    this.cpus = new ReaderCounts[machine ? t.machine().cpuCount() : 0];
    for (int c = 0; c < cpus.length; c++) {
      cpus[c] = new ReaderCounts();
    }
    this.indexCell = new Cell(name + ".srcu_idx");
    this.halves = new Cell[] {new Cell(name + " half 0"), new Cell(name + " half 1")};
    this.cells = new Cell[this.fine ? cpus.length * 4 : 0];
    for (int i = 0; i < cells.length; i++) {
      String counter = (i & UNLOCKS) == 0 ? ".srcu_lock_count[" : ".srcu_unlock_count[";
      cells[i] = new Cell(name + counter + (i & 1) + "] of CPU " + i / 4);
    }
  }

  /** Whom a wait names in reports; the algorithm makes no other use of it. */
  final void reportWith(OpenSections open) {
    sections = open;
  }

  // ---- readers ---------------------------------------------------------------------------------

  /** Counts a reader in; returns the half on which it has to be counted out. */
  int enter() {
    int half = readIndex() & 1;
    count(half, false);
    fence(SrcuBarrier.B);
    return half;
  }

  /** Counts a reader out. */
  void leave(int half) {
    fence(SrcuBarrier.C);
    count(half, true);
  }

  /** Reads the index, in whose half a new reader counts itself. */
  final int readIndex() {
    return machine ? INDEX.readOnce(indexCell, this) : INDEX.readInStep(this);
  }

  /** Counts a reader of a half in or out, on the CPU or thread where it is now. */
  void count(int half, boolean out) {
    if (!machine) {
      threads.mine().increment(half, out);
      return;
    }
    Task t = Task.current();
    if (weak) {
      countLate(t, half, out);
      return;
    }
    pointAtCount(t, half, out);
    cpus[t.cpu().number()].increment(half, out);
  }

  /** {@code this_cpu_inc}: a load and a store, which nobody interrupts. */
  private void countLate(Task t, int half, boolean out) {
    int counter = half + (out ? UNLOCKS : 0);
    ReaderCounts mine = cpus[t.cpu().number()];
    long next = seen(t, mine, half, out) + 1;
    Cell cell = fine ? cells[t.cpu().number() * 4 + counter] : halves[half];
    Sched.storeCount(t, cell, counters[counter], mine, next);
  }

  /** A count as a CPU sees it: its own at once, those of others when they have reached memory. */
  private long seen(Task t, ReaderCounts counts, int half, boolean out) {
    Store own = t.forwarded(counters[half + (out ? UNLOCKS : 0)], counts);
    return own == null ? counts.get(half, out) : (long) own.value();
  }

  /** A counter of each CPU, of which a new value has reached memory. */
  private final class Counter implements Store.Target {
    private final int half;
    private final boolean out;

    Counter(int half, boolean out) {
      this.half = half;
      this.out = out;
    }

    @Override
    public void reach(Object keeper, Object value) {
      ((ReaderCounts) keeper).set(half, out, (long) value);
      changes[half]++;
      if (fine) {
        Sched.touch(halves[half], Access.ADD); // wakes who found readers on this half
      }
    }
  }

  private void pointAtCount(Task t, int half, boolean out) {
    if (fine) {
      Sched.point(cells[t.cpu().number() * 4 + half + (out ? UNLOCKS : 0)], Access.WRITE);
      Sched.touch(halves[half], Access.ADD); // wakes who found readers on this half
      changes[half]++;
    } else if (out) {
      Sched.point(halves[half], Access.ADD);
    } else {
      Sched.touch(halves[half], Access.ADD);
    }
  }

  /** For a variant that counts in its own way: the step, and the word that a counter changed. */
  final void changing(int half, boolean out) {
    if (machine) {
      pointAtCount(Task.current(), half, out);
    }
  }

  /** For a variant that counts in its own way: it looks at the counters of a half. */
  final void looking(int half) {
    if (machine) {
      Sched.touch(halves[half], Access.READ);
    }
  }

  /** Counts of each CPU of a machine. */
  final ReaderCounts[] cpus() {
    return cpus;
  }

  /** Whether this domain is one of a machine. */
  final boolean isInMachine() {
    return machine;
  }

  // ---- grace periods ---------------------------------------------------------------------------

  /** Waits for the readers of the half that the index does not name. */
  void drain() {
    int half = 1 ^ half();
    if (fine) {
      for (; ; ) {
        Sched.touch(halves[half], Access.READ);
        long before = changes[half];
        if (isDrained(half)) {
          return;
        }
        if (weak) { // one who polls orders nothing by it
          Sched.spin(halves[half], Access.READ, new Change(half, before));
        } else {
          Sched.await(halves[half], Access.READ, new Change(half, before));
        }
      }
    }
    Sched.await(halves[half], Access.READ, new Drained(half));
  }

  /** Lets new readers use the other half. */
  void flip() {
    fence(SrcuBarrier.E);
    if (weak) {
      Task t = Task.current();
      Sched.store(t, indexCell, INDEX, this, indexSeen() + 1, false);
      fence(SrcuBarrier.D);
      return;
    }
    if (fine) {
      Sched.point(indexCell, Access.WRITE);
    } else {
      Sched.touch(indexCell, Access.WRITE);
    }
    INDEX.writeInStep(this, INDEX.readInStep(this) + 1);
    fence(SrcuBarrier.D);
  }

  /**
   * A barrier. Real threads have a light one for readers and a heavy one for grace periods, which
   * need none at their ends, where they take and give back a lock.
   */
  void fence(SrcuBarrier which) {
    if (machine) {
      if (weak) {
        Fence.mb();
      }
    } else if (which.isReaders()) {
      Membarrier.light();
    } else if (which != SrcuBarrier.S && which != SrcuBarrier.F) {
      Membarrier.heavy();
    }
  }

  /** Everything that a grace period does; one at a time. */
  void gracePeriod() {
    fence(SrcuBarrier.S);
    drain();
    flip();
    drain();
    fence(SrcuBarrier.F);
  }

  /** Whether, at some moment in this call, a half had no reader. */
  boolean isDrained(int half) {
    long out = sum(half, true);
    if (fine || !machine) { // else both sums are one step
      fence(SrcuBarrier.A);
    }
    return sum(half, false) == out;
  }

  long sum(int half, boolean out) {
    if (!machine) {
      return sumOfThreads(half, out);
    }
    long sum = 0;
    for (int c = 0; c < cpus.length; c++) {
      if (fine) {
        Sched.point(cells[c * 4 + half + (out ? UNLOCKS : 0)], Access.READ);
      }
      sum += fine && weak ? seen(Task.current(), cpus[c], half, out) : cpus[c].get(half, out);
    }
    return sum;
  }

  private long sumOfThreads(int half, boolean out) {
    synchronized (threads) { // no entry moves to the buried ones while they are added up
      long sum = buried.get(half, out);
      for (ReaderCounts t : threads.snapshot()) {
        sum += t.get(half, out);
      }
      return sum;
    }
  }

  /** The half that readers use who come now. */
  final int half() {
    if (fine) {
      Sched.touch(indexCell, Access.READ);
    }
    return indexSeen() & 1;
  }

  private int indexSeen() {
    Store own = weak ? Task.current().forwarded(INDEX, this) : null;
    return own == null ? INDEX.readInStep(this) : (int) own.value();
  }

  /** Readers counted in and not out, both halves; for checks at the end, when nobody reads. */
  final long active() {
    long sum = 0;
    for (ReaderCounts c : cpus) {
      sum += c.get(0, false) + c.get(1, false) - c.get(0, true) - c.get(1, true);
    }
    return sum;
  }

  /** A wait for the readers of a half. */
  private abstract class ReadersLeft implements Blocker {
    final int half;

    ReadersLeft(int half) {
      this.half = half;
    }

    @Override
    public String waitsFor() {
      String open = sections == null ? "" : sections.describeAll(half);
      return "SRCU readers on index " + half + (open.isEmpty() ? "" : ": " + open);
    }

    @Override
    public List<Task> holders() {
      return sections == null ? List.of() : sections.holders(half);
    }
  }

  /** What a drained half looks like to the machine: the sums are equal, seen in one step. */
  private final class Drained extends ReadersLeft {
    Drained(int half) {
      super(half);
    }

    @Override
    public boolean ready() {
      return isDrained(half);
    }
  }

  /** Some counter of the half was changed since a scan that found readers began. */
  private final class Change extends ReadersLeft {
    private final long since;

    Change(int half, long since) {
      super(half);
      this.since = since;
    }

    @Override
    public boolean ready() {
      return changes[half] != since;
    }
  }
}
