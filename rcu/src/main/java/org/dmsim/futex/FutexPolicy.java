package org.dmsim.futex;

import org.dmsim.version.Change;
import org.dmsim.version.Fact;
import org.dmsim.version.Part;
import org.dmsim.version.Policy;

/** What differs between kernels in futexes. */
public enum FutexPolicy implements Policy {
  /** See {@link DeathPolicy#WAKE_IF_ZERO}. */
  WAKE_IF_ZERO(
      "a dying task wakes a waiter of the lock it was about to take, if the word is 0",
      Change.of("ca16d5bee598", "futex: Prevent robust futex exit race", "5.5")),
  /** See {@link DeathPolicy#WAKE_IF_UNOWNED}. */
  WAKE_IF_UNOWNED(
      "it also does where an earlier owner died and nobody has the lock",
      Change.of(
          "90d758896787",
          "futex: Resend potentially swallowed owner death notification",
          "6.2",
          "6.1.192")),
  /** Merged for 7.2-rc7; 6.1.183 took it over, 6.18.44 has not got it. */
  WAKE_UNLESS_OWNER_WILL(
      "it also does where the owner would wake nobody, since WAITERS is not set",
      Change.of(
          "6d4514ca9cdf",
          "futex: Prevent robust futex exit race some more",
          "7.2",
          "6.1.183",
          "6.12.117"));

  private final Fact fact;

  FutexPolicy(String sentence, Change since) {
    fact = new Fact(Part.FUTEX, sentence, since);
  }

  @Override
  public Fact fact() {
    return fact;
  }
}
