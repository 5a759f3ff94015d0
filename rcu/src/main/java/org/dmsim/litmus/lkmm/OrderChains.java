package org.dmsim.litmus.lkmm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The chains of grace periods and read-side sections that rcu-order is made of, each with its
 * parts: the same rules as {@link GracePeriods}, kept for telling.
 */
final class OrderChains {
  private final Relation link;
  private final List<Part> gracePeriods = new ArrayList<>();
  private final List<Part> sections = new ArrayList<>();
  private final Map<Long, List<Part>> chains = new HashMap<>();

  /**
   * A part of a chain.
   *
   * @param start the event that the chain comes to: a grace period, or the end of a section
   * @param end the event that it goes on from: the same grace period, or the section's beginning
   * @param domain the srcu_struct's number; -1 for RCU
   */
  record Part(int start, int end, int domain) {
    boolean isGracePeriod() {
      return start == end;
    }
  }

  OrderChains(Skeleton s, Relation rscs, Relation srcuRscs, Relation link) {
    this.link = link;
    for (int i = 0; i < s.events; i++) {
      boolean rcu = s.event[i].fence() == org.dmsim.litmus.lang.Fence.SYNC_RCU;
      if (rcu || s.event[i].mark() == org.dmsim.litmus.event.Event.Mark.SYNC_SRCU) {
        gracePeriods.add(new Part(i, i, s.event[i].location()));
      }
      for (int j = 0; j < s.events; j++) {
        if (rscs.has(i, j) || srcuRscs.has(i, j)) {
          sections.add(new Part(j, i, s.event[i].location()));
        }
      }
    }
    derive();
  }

  /** The parts of a chain between two events, or null if there is none. */
  List<Part> between(int start, int end) {
    return chains.get(key(start, end));
  }

  private static long key(int start, int end) {
    return (long) start << 32 | end;
  }

  private boolean add(List<Part> parts) {
    return chains.putIfAbsent(key(parts.getFirst().start, parts.getLast().end), parts) == null;
  }

  private void derive() {
    gracePeriods.forEach(part -> add(List.of(part)));
    boolean grows = true;
    while (grows) {
      grows = false;
      for (Part period : gracePeriods) {
        for (Part section : sections) {
          if (period.domain == section.domain) {
            grows |= around(period, section) | around(section, period);
          }
        }
      }
      for (List<Part> first : List.copyOf(chains.values())) {
        for (List<Part> second : List.copyOf(chains.values())) {
          if (link.has(first.getLast().end, second.getFirst().start)) {
            grows |= add(joined(first, second));
          }
        }
      }
    }
  }

  private boolean around(Part first, Part last) {
    boolean grows = link.has(first.end, last.start) && add(List.of(first, last));
    for (List<Part> inner : List.copyOf(chains.values())) {
      if (link.has(first.end, inner.getFirst().start)
          && link.has(inner.getLast().end, last.start)) {
        grows |= add(joined(joined(List.of(first), inner), List.of(last)));
      }
    }
    return grows;
  }

  private static List<Part> joined(List<Part> first, List<Part> second) {
    List<Part> all = new ArrayList<>(first);
    all.addAll(second);
    return List.copyOf(all);
  }
}
