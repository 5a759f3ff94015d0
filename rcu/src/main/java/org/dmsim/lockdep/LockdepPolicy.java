package org.dmsim.lockdep;

import org.dmsim.version.Change;
import org.dmsim.version.Fact;
import org.dmsim.version.Part;
import org.dmsim.version.Policy;

/** What differs between kernels in lockdep. */
public enum LockdepPolicy implements Policy {
  /** A lock is printed with its two wait types from then on. */
  WAIT_TYPES(
      "lockdep knows how a lock waits, and reports one that sleeps inside one that spins",
      Change.of("de8f5e4f2dc1", "lockdep: Introduce wait-type checks", "5.7-rc1"));

  private final Fact fact;

  LockdepPolicy(String sentence, Change since) {
    fact = new Fact(Part.CHECKS, sentence, since);
  }

  @Override
  public Fact fact() {
    return fact;
  }
}
