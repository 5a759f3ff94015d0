package org.dmsim.threads;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One entry for each thread that asks. The thread that owns an entry finds it in a few loads; who
 * looks at all of them sees every entry that was made before.
 *
 * @param <E> what a thread has
 */
public final class ThreadTable<E extends ThreadTable.Entry> {

  private static final int FIRST_SIZE = 32;

  private final Supplier<E> maker;
  private final Consumer<E> buried;

  /** Open addressing by thread id. Read without order: who finds nothing asks again, locked. */
  private Entry[] table = new Entry[FIRST_SIZE];

  private volatile Entry[] all = {};

  /** What a thread has; keeps its distance from its neighbours in memory. */
  public abstract static class Entry {
    private final Thread owner;
    private final long id;

    /** Of the calling thread. */
    protected Entry() {
      owner = Thread.currentThread();
      id = owner.threadId();
    }

    /** Whether it belongs to the thread of that id; ids are never given twice. */
    public final boolean isOf(long threadId) {
      return id == threadId;
    }

    /** Whether its thread has ended. */
    public final boolean isOrphan() {
      return !owner.isAlive();
    }

    /** Whose it is. */
    public final Thread owner() {
      return owner;
    }
  }

  /**
   * An empty table.
   *
   * @param maker makes the calling thread's entry
   * @param buried is given the entry of a thread that has ended, once
   */
  public ThreadTable(Supplier<E> maker, Consumer<E> buried) {
    this.maker = maker;
    this.buried = buried;
  }

  /** The calling thread's own. */
  @SuppressWarnings("unchecked")
  public E mine() {
    long self = Thread.currentThread().threadId();
    Entry[] t = table;
    Entry e = t[(int) self & t.length - 1];
    return e != null && e.id == self ? (E) e : search(self);
  }

  @SuppressWarnings("unchecked")
  private E search(long self) {
    Entry[] t = table;
    int mask = t.length - 1;
    Entry e;
    for (int i = (int) self & mask; (e = t[i]) != null; i = i + 1 & mask) {
      if (e.id == self) {
        return (E) e;
      }
    }
    return add(self);
  }

  @SuppressWarnings("unchecked")
  private synchronized E add(long self) {
    for (Entry e : all) {
      if (e.id == self) {
        return (E) e;
      }
    }
    sweep();
    E mine = maker.get();
    Entry[] more = Arrays.copyOf(all, all.length + 1);
    more[more.length - 1] = mine;
    publish(more);
    return mine;
  }

  /** Takes the entries out whose threads have ended. */
  public synchronized void sweep() {
    Entry[] living = new Entry[all.length];
    int count = 0;
    for (Entry e : all) {
      if (!e.isOrphan()) {
        living[count++] = e;
      }
    }
    if (count == all.length) {
      return;
    }
    Entry[] before = all;
    publish(Arrays.copyOf(living, count));
    for (Entry e : before) {
      bury(e, living, count);
    }
  }

  @SuppressWarnings("unchecked")
  private void bury(Entry e, Entry[] living, int count) {
    for (int i = 0; i < count; i++) {
      if (living[i] == e) {
        return;
      }
    }
    buried.accept((E) e);
  }

  private void publish(Entry[] entries) {
    int size = FIRST_SIZE;
    while (size < entries.length * 4) {
      size *= 2;
    }
    Entry[] fresh = new Entry[size];
    for (Entry e : entries) {
      int i = (int) e.id & size - 1;
      while (fresh[i] != null) {
        i = i + 1 & size - 1;
      }
      fresh[i] = e;
    }
    table = fresh;
    all = entries;
  }

  /** Every thread's entry, of those that have asked so far. */
  public List<E> snapshot() {
    @SuppressWarnings("unchecked")
    List<E> entries = (List<E>) List.of(all);
    return entries;
  }
}
