package org.dmsim.litmus.lkmm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.dmsim.litmus.event.Event;
import org.dmsim.litmus.event.Event.Mark;
import org.dmsim.litmus.lang.Fence;

/**
 * Why the model forbids a candidate: the circle in which each event would come before the next, in
 * steps that a person can check in the test's source.
 */
public final class Reasons {
  private final Candidate candidate;
  private final Skeleton s;
  private final Ordering ordering;

  private Reasons(Candidate candidate) {
    this.candidate = candidate;
    s = candidate.skeleton;
    ordering = new Ordering(candidate);
  }

  /**
   * The circle that forbids a candidate.
   *
   * @return no steps if what forbids it is no circle of the axioms of order: it is a plain access
   *     that would see what it cannot, or the candidate is allowed
   */
  public static List<Step> of(Candidate candidate) {
    return new Reasons(candidate).steps();
  }

  private List<Step> steps() {
    Relation perVariable =
        s.poLoc.from(s.memory).to(s.memory).or(candidate.rf).or(candidate.co).or(candidate.fr);
    List<Integer> circle = circle(perVariable);
    if (circle != null) {
      return along(circle, this::coherenceStep);
    }
    List<Step> torn = torn();
    if (torn != null) {
      return torn;
    }
    circle = circle(ordering.hb);
    if (circle != null) {
      return along(circle, this::hbSteps);
    }
    circle = circle(ordering.pb());
    if (circle != null) {
      return along(circle, this::pbSteps);
    }
    return gracePeriodSteps();
  }

  // --- finding paths

  private interface Telling {
    List<Step> steps(int from, int to);
  }

  private static List<Step> along(List<Integer> path, Telling telling) {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i + 1 < path.size(); i++) {
      steps.addAll(telling.steps(path.get(i), path.get(i + 1)));
    }
    return steps;
  }

  /** The shortest circle, its first event again at its end; null if there is none. */
  private static List<Integer> circle(Relation relation) {
    List<Integer> best = null;
    for (int start = 0; start < relation.events; start++) {
      List<Integer> found = path(relation, start, start);
      if (found != null && (best == null || found.size() < best.size())) {
        best = found;
      }
    }
    return best;
  }

  /** The shortest way of one step or more; null if there is none. */
  private static List<Integer> path(Relation relation, int from, int to) {
    int[] before = new int[relation.events];
    Arrays.fill(before, -1);
    Deque<Integer> open = new ArrayDeque<>(List.of(from));
    while (!open.isEmpty()) {
      int at = open.poll();
      for (int next = 0; next < relation.events; next++) {
        if (!relation.has(at, next) || (next != to && before[next] >= 0)) {
          continue;
        }
        if (next == to) {
          List<Integer> path = new ArrayList<>(List.of(to, at));
          while (path.getLast() != from) {
            path.add(before[path.getLast()]);
          }
          Collections.reverse(path);
          return path;
        }
        if (next != from) {
          before[next] = at;
          open.add(next);
        }
      }
    }
    return null;
  }

  /** As {@link #path}, but none is a way from an event to itself. */
  private static List<Integer> pathOrNone(Relation relation, int from, int to) {
    return from == to ? List.of(from) : path(relation, from, to);
  }

  // --- single steps

  private static List<Step> one(int from, int to, String why) {
    return List.of(new Step(from, to, why));
  }

  private List<Step> coherenceStep(int from, int to) {
    return candidate.rf.has(from, to) || candidate.co.has(from, to) || candidate.fr.has(from, to)
        ? communication(from, to)
        : one(from, to, "same variable, in program order");
  }

  private List<Step> communication(int from, int to) {
    if (candidate.rf.has(from, to)) {
      return one(from, to, "which reads it");
    }
    return one(
        from, to, candidate.fr.has(from, to) ? "which it does not see" : "which overwrites it");
  }

  /** A read-modify-write that another write comes into. */
  private List<Step> torn() {
    Relation fre = candidate.fr.and(candidate.external);
    Relation coe = candidate.co.and(candidate.external);
    for (int read = 0; read < s.events; read++) {
      for (int write = 0; write < s.events; write++) {
        for (int middle = 0; s.rmw.has(read, write) && middle < s.events; middle++) {
          if (fre.has(read, middle) && coe.has(middle, write)) {
            return List.of(
                new Step(read, middle, "which it does not see"),
                new Step(middle, write, "which overwrites it"),
                new Step(write, read, "one read-modify-write: nothing comes between"));
          }
        }
      }
    }
    return null;
  }

  private List<Step> hbSteps(int from, int to) {
    if (ordering.rfe.has(from, to)) {
      return one(from, to, "which reads it");
    }
    return ordering.ppo.has(from, to) ? one(from, to, preserved(from, to)) : propSteps(from, to);
  }

  /** Why the order of a thread's own events is kept. */
  private String preserved(int from, int to) {
    if (ordering.fence.has(from, to)) {
      return fence(from, to);
    }
    if (ordering.addr.has(from, to)) {
      return "address dependency";
    }
    if (ordering.data.has(from, to)) {
      return "data dependency";
    }
    if (ordering.ctrl.has(from, to)) {
      return "control dependency";
    }
    if (candidate.co.has(from, to) || candidate.fr.has(from, to)) {
      return "same variable";
    }
    return ordering.unlockLock.has(from, to)
        ? "unlock, then lock"
        : "dependency, and read back by the same thread";
  }

  private String fence(int from, int to) {
    for (Fence fence : List.of(Fence.MB, Fence.SYNC_RCU, Fence.RMB, Fence.WMB)) {
      for (int i = 0; i < s.events; i++) {
        if (s.event[i].fence() == fence && s.po.has(from, i) && s.po.has(i, to)) {
          return name(fence) + " at line " + s.event[i].line();
        }
      }
    }
    for (int i = 0; i < s.events; i++) {
      if (s.event[i].mark() == Mark.SYNC_SRCU && s.po.has(from, i) && s.po.has(i, to)) {
        return "synchronize_srcu at line " + s.event[i].line();
      }
    }
    if (s.release.has(to)) {
      return "release";
    }
    if (s.acquire.has(from)) {
      return "acquire";
    }
    for (int i = 0; i < s.events; i++) {
      if (s.event[i].fence() != null && s.po.has(from, i) && s.po.has(i, to)) {
        return name(s.event[i].fence()) + " at line " + s.event[i].line();
      }
    }
    return "full barrier";
  }

  private static String name(Fence fence) {
    return switch (fence) {
      case MB -> "smp_mb";
      case RMB -> "smp_rmb";
      case WMB -> "smp_wmb";
      case SYNC_RCU -> "synchronize_rcu";
      case BARRIER -> "barrier";
      case RCU_LOCK -> "rcu_read_lock";
      case RCU_UNLOCK -> "rcu_read_unlock";
      default -> "smp_mb__" + fence.name().toLowerCase(java.util.Locale.ROOT);
    };
  }

  // --- composed steps

  /** Propagation: perhaps overwritten, then cumulative fences, then perhaps read elsewhere. */
  private List<Step> propSteps(int from, int to) {
    Relation overwrites = candidate.co.or(candidate.fr).and(candidate.external);
    List<Step> best = null;
    for (int first = 0; first < s.events; first++) {
      if (first != from && !overwrites.has(from, first)) {
        continue;
      }
      for (int last = 0; last < s.events; last++) {
        if (last != to && !ordering.rfe.has(last, to)) {
          continue;
        }
        List<Integer> fences = pathOrNone(ordering.cumulFence, first, last);
        if (fences == null) {
          continue;
        }
        List<Step> steps = new ArrayList<>();
        if (first != from) {
          steps.addAll(communication(from, first));
        }
        steps.addAll(along(fences, this::cumulativeSteps));
        if (last != to) {
          steps.add(new Step(last, to, "which reads it"));
        }
        if (best == null || steps.size() < best.size()) {
          best = steps;
        }
      }
    }
    return best == null ? List.of() : best;
  }

  private List<Step> cumulativeSteps(int from, int to) {
    for (int end = 0; end < s.events; end++) {
      if (!ordering.rmwSequence.has(end, to)) {
        continue;
      }
      for (int middle = 0; middle < s.events; middle++) {
        boolean handed = middle == from || ordering.rfe.has(from, middle);
        boolean fenced =
            ordering.nonReadWriteFence.has(middle, end)
                && (s.release.has(end) || ordering.strongFence.has(middle, end));
        boolean own =
            middle == from && (ordering.wmb.has(from, end) || ordering.unlockLock.has(from, end));
        if (!handed || !(fenced || own)) {
          continue;
        }
        List<Step> steps = new ArrayList<>();
        if (middle != from) {
          steps.add(new Step(from, middle, "which reads it"));
        }
        steps.add(
            new Step(
                middle,
                end,
                ordering.fence.has(middle, end) ? fence(middle, end) : "unlock, then lock"));
        if (end != to) {
          steps.add(new Step(end, to, "through read-modify-writes"));
        }
        return steps;
      }
    }
    return List.of();
  }

  private List<Step> pbSteps(int from, int to) {
    List<Step> best = null;
    for (int middle = 0; middle < s.events; middle++) {
      for (int after = 0; ordering.prop.has(from, middle) && after < s.events; after++) {
        if (!ordering.strongFence.has(middle, after) || !ordering.hbStar.has(after, to)) {
          continue;
        }
        List<Step> steps = new ArrayList<>();
        if (from != middle) {
          steps.addAll(propSteps(from, middle));
        }
        steps.add(new Step(middle, after, fence(middle, after)));
        steps.addAll(along(pathOrNone(ordering.hb, after, to), this::hbSteps));
        if (best == null || steps.size() < best.size()) {
          best = steps;
        }
      }
    }
    return best == null ? List.of() : best;
  }

  // --- grace periods

  private List<Step> gracePeriodSteps() {
    GracePeriods periods = new GracePeriods(ordering);
    Relation pbStar = ordering.pb().star();
    Relation tail = ordering.hbStar.then(pbStar);
    Relation link = s.po.maybe().then(tail).then(ordering.prop).then(s.po);
    OrderChains chains = new OrderChains(s, Sections.ofRcu(s), Sections.ofSrcu(candidate), link);
    List<Step> best = List.of();
    for (int from = 0; from < s.events; from++) {
      if (!periods.rb.has(from, from)) {
        continue;
      }
      for (int x = 0; x < s.events; x++) {
        for (int start = 0; ordering.prop.has(from, x) && start < s.events; start++) {
          for (int end = 0; s.po.has(x, start) && end < s.events; end++) {
            List<OrderChains.Part> parts = chains.between(start, end);
            if (parts == null || (!best.isEmpty() && best.size() <= parts.size())) {
              continue;
            }
            for (int y = 0; y < s.events; y++) {
              if ((y == end || s.po.has(end, y)) && tail.has(y, from)) {
                List<Step> steps = chained(from, x, parts, y);
                if (best.isEmpty() || steps.size() < best.size()) {
                  best = steps;
                }
              }
            }
          }
        }
      }
    }
    return best;
  }

  private List<Step> chained(int from, int x, List<OrderChains.Part> parts, int y) {
    List<Step> steps = new ArrayList<>();
    if (from != x) {
      steps.addAll(propSteps(from, x));
    }
    steps.add(new Step(x, parts.getFirst().start(), "in program order"));
    for (int i = 0; i < parts.size(); i++) {
      OrderChains.Part part = parts.get(i);
      if (!part.isGracePeriod()) {
        steps.add(
            new Step(
                part.start(),
                part.end(),
                "a section that a grace period has to wait for as a whole"));
      }
      if (i + 1 < parts.size()) {
        linked(part.end(), parts.get(i + 1).start(), steps);
      }
    }
    int end = parts.getLast().end();
    if (y != end) {
      steps.add(new Step(end, y, "in program order"));
    }
    tailed(y, from, steps);
    return steps;
  }

  private void linked(int from, int to, List<Step> steps) {
    Relation tail = ordering.hbStar.then(ordering.pb().star());
    List<Step> best = null;
    for (int first = 0; first < s.events; first++) {
      if (first != from && !s.po.has(from, first)) {
        continue;
      }
      for (int middle = 0; middle < s.events; middle++) {
        for (int last = 0; tail.has(first, middle) && last < s.events; last++) {
          if (!ordering.prop.has(middle, last) || !s.po.has(last, to)) {
            continue;
          }
          List<Step> found = new ArrayList<>();
          if (first != from) {
            found.add(new Step(from, first, "in program order"));
          }
          tailed(first, middle, found);
          if (middle != last) {
            found.addAll(propSteps(middle, last));
          }
          found.add(new Step(last, to, "in program order"));
          if (best == null || found.size() < best.size()) {
            best = found;
          }
        }
      }
    }
    if (best != null) {
      steps.addAll(best);
    }
  }

  private void tailed(int from, int to, List<Step> steps) {
    Relation pbStar = ordering.pb().star();
    for (int middle = 0; middle < s.events; middle++) {
      if (ordering.hbStar.has(from, middle) && pbStar.has(middle, to)) {
        steps.addAll(along(pathOrNone(ordering.hb, from, middle), this::hbSteps));
        steps.addAll(along(pathOrNone(ordering.pb(), middle, to), this::pbSteps));
        return;
      }
    }
  }

  /** An event in words, as "reads x=1" or "synchronize_rcu". */
  public static String shown(Event event, List<String> variables, String value) {
    if (event.fence() != null) {
      return name(event.fence());
    }
    String variable = variables.get(event.location());
    return switch (event.mark()) {
      case LOCK_READ, LOCK_WRITE -> "locks " + variable;
      case UNLOCK -> "unlocks " + variable;
      case LOCK_FAIL -> "finds " + variable + " locked";
      case LOCK_FREE -> "finds " + variable + " free";
      case SRCU_LOCK -> "srcu_read_lock " + variable;
      case SRCU_UNLOCK -> "srcu_read_unlock " + variable;
      case SYNC_SRCU -> "synchronize_srcu " + variable;
      default -> (event.writes() ? "writes " : "reads ") + variable + "=" + value;
    };
  }
}
