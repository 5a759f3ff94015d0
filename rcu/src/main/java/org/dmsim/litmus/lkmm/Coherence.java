package org.dmsim.litmus.lkmm;

/**
 * Each variable by itself behaves as if memory were sequentially consistent, and nothing comes
 * between the read and the write of a read-modify-write (explanation.txt, "Sequential consistency
 * per variable" and "Atomic updates").
 */
final class Coherence {
  private Coherence() {}

  static boolean holds(Candidate candidate) {
    Skeleton skeleton = candidate.skeleton;
    Relation seen = skeleton.poLoc.from(skeleton.memory).to(skeleton.memory);
    Relation all = seen.or(candidate.rf).or(candidate.co).or(candidate.fr);
    if (!all.plus().irreflexive()) {
      return false;
    }
    Relation between =
        candidate.fr.and(candidate.external).then(candidate.co.and(candidate.external));
    return skeleton.rmw.and(between).isEmpty();
  }
}
