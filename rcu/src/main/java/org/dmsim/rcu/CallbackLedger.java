package org.dmsim.rcu;

import java.util.ArrayDeque;

/**
 * Which callbacks have been queued and which have run; they may run in another order than they were
 * queued in, and a barrier waits for all that were queued before it.
 */
public final class CallbackLedger {

  private final ArrayDeque<Entry> entries = new ArrayDeque<>(0);
  private long queued;
  private long retired;

  /** One callback that was queued. */
  public static final class Entry {
    private boolean done;

    private Entry() {}
  }

  /** A callback is queued. */
  public Entry queue() {
    Entry e = new Entry();
    entries.add(e);
    queued++;
    return e;
  }

  /** A callback has run. */
  public void done(Entry e) {
    e.done = true;
    while (!entries.isEmpty() && entries.peek().done) {
      entries.poll();
      retired++;
    }
  }

  /** How many have been queued so far: what {@link #allRun} wants. */
  public long queued() {
    return queued;
  }

  /** Whether the first {@code upTo} callbacks have all run. */
  public boolean allRun(long upTo) {
    return retired >= upTo;
  }

  /** Whether one has not run yet. */
  public boolean isPending() {
    return retired < queued;
  }
}
