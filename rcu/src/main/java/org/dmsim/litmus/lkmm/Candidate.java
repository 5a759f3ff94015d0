package org.dmsim.litmus.lkmm;

import org.dmsim.litmus.event.Event;

/**
 * A candidate execution: who reads from whom (rf), in which order the writes to a variable reach
 * memory (co), and what follows: which write a read comes before (fr). Parts may be unknown yet;
 * all relations that the model derives only grow with them, so what is forbidden already stays so.
 */
public final class Candidate {
  final Skeleton skeleton;
  final Relation rf;
  final Relation co;
  final Relation fr;
  final Relation external;

  private Candidate(Skeleton skeleton, Relation rf, Relation co, Relation fr) {
    this.skeleton = skeleton;
    this.rf = rf;
    this.co = co;
    this.fr = fr;
    EventSet all = new EventSet(skeleton.events);
    for (int i = 0; i < skeleton.events; i++) {
      all.add(i);
    }
    external = Relation.product(skeleton.events, all, all).minus(skeleton.internal);
  }

  /**
   * Builds a candidate.
   *
   * @param source for each event that reads: the write's number, -1 for the value at the start, -2
   *     if it is not chosen yet
   * @param order for each event that writes: its place among the writes to its variable, from 0; -1
   *     if it is not chosen yet
   */
  public static Candidate of(Skeleton skeleton, int[] source, int[] order) {
    int n = skeleton.events;
    Relation rf = new Relation(n);
    Relation co = new Relation(n);
    Relation fr = new Relation(n);
    for (int i = 0; i < n; i++) {
      if (!skeleton.writes.has(i)) {
        continue;
      }
      for (int j = 0; j < n; j++) {
        if (i != j && skeleton.writes.has(j) && skeleton.sameLocation.has(i, j)) {
          boolean known = order[i] >= 0 && order[j] >= 0;
          if (known ? order[i] < order[j] : skeleton.po.has(i, j)) {
            co.add(i, j);
          }
        }
      }
    }
    for (int r = 0; r < n; r++) {
      if (skeleton.reads.has(r) && source[r] >= 0) {
        rf.add(source[r], r);
      }
    }
    force(skeleton, source, co);
    for (int r = 0; r < n; r++) {
      if (!skeleton.reads.has(r) || source[r] == -2) {
        continue;
      }
      for (int w = 0; w < n; w++) {
        if (skeleton.writes.has(w)
            && skeleton.sameLocation.has(r, w)
            && w != source[r]
            && (source[r] == -1 || co.has(source[r], w))) {
          fr.add(r, w);
        }
      }
    }
    return new Candidate(skeleton, rf, co, fr);
  }

  /**
   * Adds to the order of writes what coherence and atomicity leave no choice about, whatever is not
   * chosen yet. A circle means that no order is left.
   */
  private static void force(Skeleton s, int[] source, Relation co) {
    boolean grows = true;
    while (grows) {
      grows = co.addAll(co.plus());
      for (int r = 0; r < s.events; r++) {
        if (s.reads.has(r) && source[r] != -2) {
          grows |= forcedBy(s, source, co, r);
        }
      }
    }
  }

  private static boolean forcedBy(Skeleton s, int[] source, Relation co, int read) {
    boolean grows = false;
    int from = source[read];
    for (int other = 0; other < s.events; other++) {
      if (other == read || other == from || !s.sameLocation.has(read, other)) {
        continue;
      }
      if (s.rmw.has(read, other)) {
        // Nothing comes between what is read and what is written over it.
        for (int w = 0; w < s.events; w++) {
          if (w != other && s.writes.has(w) && s.sameLocation.has(w, other)) {
            boolean later = from == -1 || co.has(from, w);
            grows |= w != from && later && add(co, other, w);
          }
        }
      }
      if (from < 0) {
        continue;
      }
      if (s.writes.has(other)) {
        grows |= s.po.has(read, other) && add(co, from, other);
        grows |= s.po.has(other, read) && add(co, other, from);
      } else if (s.reads.has(other) && s.po.has(read, other)) {
        int then = source[other];
        grows |= then >= 0 && then != from && add(co, from, then);
      }
    }
    return grows;
  }

  private static boolean add(Relation relation, int from, int to) {
    if (relation.has(from, to)) {
      return false;
    }
    relation.add(from, to);
    return true;
  }

  /** The events that it is made of. */
  public Skeleton skeleton() {
    return skeleton;
  }

  /** The write that a read gets its value from; -1 if it is none of the events. */
  public int source(int read) {
    for (int w = 0; w < skeleton.events; w++) {
      if (rf.has(w, read)) {
        return w;
      }
    }
    return -1;
  }

  /** Whether one write reaches memory before another in every execution that this grows into. */
  public boolean coherentlyBefore(int first, int second) {
    return co.has(first, second);
  }

  Event event(int number) {
    return skeleton.event[number];
  }
}
