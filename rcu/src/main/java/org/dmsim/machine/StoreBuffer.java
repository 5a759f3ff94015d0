package org.dmsim.machine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What one CPU has stored and the others do not see yet.
 *
 * <p>Under TSO stores reach memory in their order. Under PSO each location has a queue of its own;
 * a release store waits for all before it, and so does every store behind a write barrier.
 *
 * <p>That a store reaches memory is a step of an actor of its own, which is a task that has no
 * code: under TSO one a CPU, under PSO one a location. Locations are counted anew after each full
 * barrier, so that a few actors are enough, and a location has the same one in every schedule.
 *
 * <p>Stores are remembered from one full barrier to the next, whether they have reached memory or
 * not, because what a barrier orders does not depend on that.
 */
final class StoreBuffer {

  private static final Store[] NOTHING = {};

  /** Under PSO: to so many places a CPU mostly stores between two full barriers. */
  private static final int PLACES = 4;

  private final Machine machine;
  private final Cpu cpu;
  private final boolean total;
  private final MachineObject object;
  private Queue[] queues;
  private int waiting;

  /** Since the last full barrier; PSO: with a location's number in the order of first stores. */
  private final List<Store> since = new ArrayList<>(4);

  private final List<Store> places = new ArrayList<>(4);

  /** PSO: the last store to each location since the last write barrier. */
  private final List<Store> open = new ArrayList<>(4);

  /** PSO: those before that barrier. */
  private Store[] barred = NOTHING;

  /** What was stored before the CPU's last reader ended; a grace period waits for it. */
  private Store[] marked = NOTHING;

  /** A queue of a buffer, and the actor that empties it. */
  static final class Queue {
    private final StoreBuffer buffer;
    private final ArrayDeque<Store> stores = new ArrayDeque<>(4);
    final Task actor;
    Store lastFlushed;

    Queue(StoreBuffer buffer, Task actor) {
      this.buffer = buffer;
      this.actor = actor;
    }

    /** Whether its first store may reach memory. */
    boolean isOpen() {
      Store first = stores.peekFirst();
      return first != null && first.mayReachMemory();
    }

    /** The actor's step. */
    void flush() {
      buffer.flush(this);
    }

    private void announce() {
      Store first = stores.peekFirst();
      actor.pendingObject = first == null ? buffer.object : first.object();
      actor.pendingAccess = first == null ? Access.READ : first.access();
    }
  }

  StoreBuffer(Machine machine, Cpu cpu) {
    this.machine = machine;
    this.cpu = cpu;
    total = machine.configuration().memory() == MemoryModel.TSO;
    object = new MachineObject("store buffer", cpu);
    queues = new Queue[total ? 1 : PLACES];
  }

  /** Gives it the actor that empties one of its queues. */
  void setActor(int i, Task actor) {
    queues[i] = new Queue(this, actor);
    actor.queue = queues[i];
    queues[i].announce();
  }

  int queueCount() {
    return queues.length;
  }

  /** What stands for it where somebody waits for his stores. */
  Shared object() {
    return object;
  }

  // ---- the CPU's own view ----------------------------------------------------------------------

  /** Whether everything stored has reached memory. */
  boolean isEmpty() {
    return waiting == 0;
  }

  /** The actor of a store that may reach memory; null if there is none. */
  Task firstOpen() {
    if (waiting > 0) {
      for (Queue q : queues) {
        if (q.isOpen()) {
          return q.actor;
        }
      }
    }
    return null;
  }

  /** The last value stored to a place that has not reached memory; null if there is none. */
  Store find(Store.Target target, Object keeper) {
    for (int i = since.size() - 1; i >= 0 && waiting > 0; i--) {
      Store s = since.get(i);
      if (s.isTo(target, keeper)) {
        return s.flushed ? null : s;
      }
    }
    return null;
  }

  // ---- stores and barriers ---------------------------------------------------------------------

  /** A store is made. */
  void add(Store s, boolean release) {
    Queue q = queues[0];
    if (!total) {
      q = queue(placeOf(s));
      s.after = release && !open.isEmpty() ? open.toArray(NOTHING) : barred;
      open.removeIf(s::isToSamePlaceAs);
      open.add(s);
    }
    since.add(s);
    q.stores.addLast(s);
    waiting++;
    if (q.stores.size() == 1) {
      q.announce();
    }
  }

  private int placeOf(Store s) {
    for (int i = 0; i < places.size(); i++) {
      if (places.get(i).isToSamePlaceAs(s)) {
        return i;
      }
    }
    places.add(s);
    return places.size() - 1;
  }

  private Queue queue(int place) {
    if (place == queues.length) {
      queues = Arrays.copyOf(queues, place + 1);
      setActor(place, machine.addBufferActor(cpu));
    }
    return queues[place];
  }

  /** {@code smp_wmb}. */
  void writeBarrier() {
    if (!open.isEmpty()) {
      barred = open.toArray(NOTHING);
      open.clear();
    }
  }

  /** What a full barrier waits for: the last stores since the one before. */
  Store[] last() {
    if (since.isEmpty()) {
      return NOTHING;
    }
    if (total) {
      return new Store[] {since.getLast()};
    }
    Store[] all = open.isEmpty() ? barred : open.toArray(NOTHING);
    if (open.isEmpty() || barred.length == 0) {
      return all;
    }
    int n = all.length;
    all = Arrays.copyOf(all, n + barred.length);
    System.arraycopy(barred, 0, all, n, barred.length);
    return all;
  }

  /** PSO: what an atomic without order on a place waits for. */
  Store[] before(Store.Target target, Object keeper) {
    for (Store s : open) {
      if (s.isTo(target, keeper)) {
        Store[] all = Arrays.copyOf(barred, barred.length + 1);
        all[barred.length] = s;
        return all;
      }
    }
    return barred;
  }

  /** A full barrier is over: these were the last that it has waited for. */
  void passed(Store... all) {
    if (waiting > 0) {
      return; // somebody has interrupted the barrier, and stored something
    }
    since.clear();
    places.clear();
    open.clear();
    barred = NOTHING;
  }

  /** A reader of RCU ends. */
  void mark() {
    if (!since.isEmpty()) {
      marked = last();
    }
  }

  /** What was stored before the last reader ended here. */
  Store[] marked() {
    return marked;
  }

  // ---- the way to memory -----------------------------------------------------------------------

  private void flush(Queue q) {
    Store s = q.stores.pollFirst();
    q.lastFlushed = s;
    waiting--;
    Shared announced = q.actor.pendingObject;
    s.reachMemory();
    if (machine.isObserved()) {
      Observer o = machine.observer();
      o.step(q.actor, announced, s.access());
      o.touch(q.actor, s, Access.AFTER);
      for (Store before : s.after) {
        o.touch(q.actor, before, Access.AFTER);
      }
      if (machine.areCpusWatched()) {
        o.touch(q.actor, cpu.object(), Access.WRITE);
      }
      if (machine.wantsValues()) {
        o.value(q.actor, s.value());
      }
    }
    q.announce();
  }
}
