package org.dmsim.litmus.lkmm;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.dmsim.litmus.event.Event;
import org.dmsim.litmus.event.Event.Mark;
import org.dmsim.litmus.event.Way;
import org.dmsim.litmus.lang.Fence;

/**
 * The events of all threads, numbered through, and the relations that do not depend on who reads
 * from whom: program order, dependencies, fences. The writes that set the variables up are no
 * events: nothing comes before them.
 */
public final class Skeleton {
  final int events;
  final Event[] event;
  final int[] thread;
  final ModelVersion version;

  final Relation po;
  final Relation poLoc;
  final Relation sameLocation;
  final Relation internal;
  final Relation addr;
  final Relation data;
  final Relation ctrl;
  final Relation rmw;
  final Map<Fence, Relation> fenceOrder = new EnumMap<>(Fence.class);

  final EventSet memory;
  final EventSet reads;
  final EventSet writes;
  final EventSet plain;
  final EventSet marked;
  final EventSet acquire;
  final EventSet release;
  final EventSet noReturn;
  final EventSet lockReads;
  final EventSet unlocks;
  final EventSet modify;

  /** Joins ways, one for each thread. */
  public Skeleton(List<Way> ways, ModelVersion version) {
    this.version = version;
    List<Event> all = new ArrayList<>();
    List<Integer> first = new ArrayList<>();
    for (Way way : ways) {
      first.add(all.size());
      all.addAll(way.events());
    }
    events = all.size();
    event = all.toArray(new Event[0]);
    thread = new int[events];
    po = new Relation(events);
    poLoc = new Relation(events);
    sameLocation = new Relation(events);
    internal = new Relation(events);
    addr = new Relation(events);
    data = new Relation(events);
    ctrl = new Relation(events);
    rmw = new Relation(events);
    memory = new EventSet(events);
    reads = new EventSet(events);
    writes = new EventSet(events);
    plain = new EventSet(events);
    marked = new EventSet(events);
    acquire = new EventSet(events);
    release = new EventSet(events);
    noReturn = new EventSet(events);
    lockReads = new EventSet(events);
    unlocks = new EventSet(events);
    modify = new EventSet(events);
    for (int t = 0; t < ways.size(); t++) {
      int start = first.get(t);
      int end = start + ways.get(t).events().size();
      for (int i = start; i < end; i++) {
        thread[i] = t;
        classify(i);
        depends(start, i);
        for (int j = start; j < end; j++) {
          internal.add(i, j);
        }
        for (int j = i + 1; j < end; j++) {
          po.add(i, j);
        }
      }
    }
    locations();
    for (int i = 0; i < events; i++) {
      if (event[i].rmwRead() >= 0 && event[i].mark() != Mark.LOCK_WRITE) {
        modify.add(i);
        modify.add(i - (event[i].index() - event[i].rmwRead()));
      }
    }
    fences();
  }

  private void classify(int i) {
    Event e = event[i];
    boolean isSrcu = e.mark() == Mark.SRCU_LOCK || e.mark() == Mark.SRCU_UNLOCK;
    boolean isAccess = (e.reads() || e.writes()) && (version.srcuByCookie() || !isSrcu);
    if (isAccess) {
      memory.add(i);
      if (e.reads()) {
        reads.add(i);
      }
      if (e.writes()) {
        writes.add(i);
      }
    }
    (e.plain() ? plain : marked).add(i);
    if (e.mark() == null) {
      return;
    }
    switch (e.mark()) {
      case ACQUIRE -> acquire.add(i);
      case RELEASE -> release.add(i);
      case NORETURN -> noReturn.add(i);
      case LOCK_READ -> {
        acquire.add(i);
        lockReads.add(i);
      }
      case UNLOCK -> {
        release.add(i);
        unlocks.add(i);
      }
      default -> {}
    }
  }

  private void depends(int start, int i) {
    Event e = event[i];
    bits(addr, start, i, e.addr());
    bits(data, start, i, e.data());
    bits(ctrl, start, i, e.ctrl());
    if (e.rmwRead() >= 0) {
      rmw.add(start + e.rmwRead(), i);
    }
  }

  private static void bits(Relation into, int start, int i, long bits) {
    for (long left = bits; left != 0; left &= left - 1) {
      into.add(start + Long.numberOfTrailingZeros(left), i);
    }
  }

  private void locations() {
    for (int i = 0; i < events; i++) {
      for (int j = 0; j < events; j++) {
        if (event[i].location() >= 0 && event[i].location() == event[j].location()) {
          sameLocation.add(i, j);
          if (po.has(i, j)) {
            poLoc.add(i, j);
          }
        }
      }
    }
  }

  private void fences() {
    for (Fence fence : Fence.values()) {
      EventSet set = new EventSet(events);
      boolean any = false;
      for (int i = 0; i < events; i++) {
        if (event[i].fence() == fence) {
          set.add(i);
          any = true;
        }
      }
      if (any) {
        fenceOrder.put(fence, po.to(set).then(po.from(set)));
      }
    }
  }

  /** The pairs that a fence of some kind stands between, in program order. */
  Relation between(Fence fence) {
    Relation order = fenceOrder.get(fence);
    return order == null ? none() : order;
  }

  Relation none() {
    return new Relation(events);
  }

  EventSet marked(Mark mark) {
    EventSet set = new EventSet(events);
    for (int i = 0; i < events; i++) {
      if (event[i].mark() == mark) {
        set.add(i);
      }
    }
    return set;
  }

  EventSet fences(Fence fence) {
    EventSet set = new EventSet(events);
    for (int i = 0; i < events; i++) {
      if (event[i].fence() == fence) {
        set.add(i);
      }
    }
    return set;
  }

  /** How many events there are. */
  public int size() {
    return events;
  }

  /** An event by its number. */
  public Event event(int number) {
    return event[number];
  }

  /** The thread of an event. */
  public int thread(int number) {
    return thread[number];
  }

  /** Whether an event is the read of a read-modify-write that writes. */
  public boolean modifies(int number) {
    return event[number].reads()
        && number + 1 < events
        && event[number + 1].rmwRead() == event[number].index()
        && thread[number + 1] == thread[number];
  }

  /** Whether one event stands before another in the same thread. */
  public boolean before(int first, int second) {
    return po.has(first, second);
  }
}
