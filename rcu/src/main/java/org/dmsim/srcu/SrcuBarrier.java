package org.dmsim.srcu;

/** The barriers of the algorithm, by the letters of kernel/rcu/srcutree.c and srcutiny.c. */
public enum SrcuBarrier {
  /** Before a grace period looks at anything: what was stored before it is seen by new readers. */
  S("at the start of a grace period"),
  /** Whoever is counted out in the first sum is counted in in the second. */
  A("between the two sums"),
  /** A reader that was counted so far had the old index. */
  E("before the flip of the index"),
  /** Who is counted out later than the next sum reads the new index. */
  D("behind the flip of the index"),
  /** What comes after the grace period is seen by no reader that it has waited for. */
  F("at the end of a grace period"),
  /** A reader is counted in before it reads or writes anything that the domain protects. */
  B("behind counting a reader in"),
  /** All that a reader has read and written it has before it is counted out. */
  C("before counting a reader out");

  private final String where;

  SrcuBarrier(String where) {
    this.where = where;
  }

  /** Where it stands. */
  public String where() {
    return where;
  }

  /** Whether readers make it; else grace periods do. */
  boolean isReaders() {
    return this == B || this == C;
  }
}
