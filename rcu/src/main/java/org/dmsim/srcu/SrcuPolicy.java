package org.dmsim.srcu;

import org.dmsim.machine.Task;
import org.dmsim.version.Change;
import org.dmsim.version.Fact;
import org.dmsim.version.Part;
import org.dmsim.version.Policy;

/** What differs between kernels in SRCU. */
public enum SrcuPolicy implements Policy {
  /**
   * A reader that waits for its own domain is then told of recursive locking; lockdep is off after
   * that, and so says nothing of the illegal call.
   */
  WAITING_IN_LOCKDEP(
      "lockdep puts SRCU's readers into its graph and takes synchronize_srcu for a writer",
      Change.of("f0f44752f5f6", "rcu: Annotate SRCU's update-side lockdep dependencies", "6.4")),
  /** What lockdep calls its locks follows from where they lie. */
  UPDATE_SIDE_APART(
      "what only updaters of an SRCU domain touch lies in a srcu_usage of its own",
      Change.of("95433f726301", "srcu: Begin offloading srcu_struct fields to srcu_update", "6.4"));

  private final Fact fact;

  SrcuPolicy(String sentence, Change since) {
    fact = new Fact(Part.RCU, sentence, since);
  }

  @Override
  public Fact fact() {
    return fact;
  }

  /** Whether it holds where {@code t} runs; false on a real thread. */
  boolean holdsFor(Task t) {
    return t != null && t.machine().configuration().policies().has(this);
  }
}
