package org.dmsim.litmus.lkmm;

import java.util.EnumSet;
import java.util.Set;

/** What the model says of a candidate execution. */
public final class Judgement {
  private final Candidate candidate;
  private final Ordering ordering;
  private GracePeriods gracePeriods;
  private PlainAccesses plainAccesses;

  private Judgement(Candidate candidate) {
    this.candidate = candidate;
    ordering = new Ordering(candidate);
  }

  /**
   * Judges a candidate, or a part of one.
   *
   * @return null if the model forbids it: then nothing that it grows into is allowed either
   */
  public static Judgement of(Candidate candidate) {
    if (!Coherence.holds(candidate)) {
      return null;
    }
    Judgement judgement = new Judgement(candidate);
    return judgement.allowed() ? judgement : null;
  }

  private boolean allowed() {
    if (!ordering.happensBeforeHolds() || !ordering.propagationHolds()) {
      return false;
    }
    gracePeriods = new GracePeriods(ordering);
    if (!gracePeriods.holds()) {
      return false;
    }
    if (candidate.skeleton.plain.isEmpty()) {
      return true;
    }
    plainAccesses = new PlainAccesses(ordering, gracePeriods);
    return plainAccesses.coherent();
  }

  /** What was judged. */
  public Candidate candidate() {
    return candidate;
  }

  /** What the model warns of in this execution, which must be whole. */
  public Set<Flag> flags() {
    Set<Flag> flags = EnumSet.noneOf(Flag.class);
    Misuse.of(candidate, flags);
    if (plainAccesses != null) {
      if (plainAccesses.race()) {
        flags.add(Flag.DATA_RACE);
      }
      if (plainAccesses.mixed()) {
        flags.add(Flag.MIXED_ACCESSES);
      }
    }
    return flags;
  }
}
