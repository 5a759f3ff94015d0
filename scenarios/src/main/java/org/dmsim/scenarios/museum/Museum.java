package org.dmsim.scenarios.museum;

import java.util.List;
import java.util.Optional;

/** All exhibits, in the order of the rules that they break. */
public final class Museum {

  private static final List<Exhibit> EXHIBITS =
      List.of(
          new SuspendAgainstNowait(),
          new NowaitPartial(),
          new CapabilityTestOutside(),
          new SuspendedTestOutside(),
          new BracketDecidedTwice(),
          new ForgottenPut(),
          new DoubledPut(),
          new DeadBioAsked(),
          new DestroyAgainstSwap(),
          new AccountingEndsTooEarly(),
          new RequeuedForEver(),
          new FirstResumeAgainstMount(),
          new RequeueOfTheWhole(),
          new PostsuspendTwice(),
          new GetFromKobject(),
          new DelayedAfterTheFlush(),
          new FreezeAndUnfreeze(),
          new ReserveBehindOneself(),
          new NestedBiosInOrder(),
          new HashLockTwice(),
          new CowThrottle());

  private Museum() {}

  /** Every exhibit. */
  public static List<Exhibit> exhibits() {
    return EXHIBITS;
  }

  /** The exhibit with a name. */
  public static Optional<Exhibit> find(String name) {
    return EXHIBITS.stream().filter(e -> e.plaque().name().equals(name)).findFirst();
  }
}
