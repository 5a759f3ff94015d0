package org.dmsim.litmus.lkmm;

/** A warning of the model, under the name that herd7 prints. */
public enum Flag {
  DATA_RACE("data-race"),
  MIXED_ACCESSES("mixed-accesses"),
  UNMATCHED_RCU_LOCK("unmatched-rcu-lock"),
  UNMATCHED_RCU_UNLOCK("unmatched-rcu-unlock"),
  /** The name of the two above before 6cd244c87428. */
  UNBALANCED_RCU_LOCKING("unbalanced-rcu-locking"),
  UNMATCHED_SRCU_LOCK("unmatched-srcu-lock"),
  UNMATCHED_SRCU_UNLOCK("unmatched-srcu-unlock"),
  MULTIPLE_SRCU_MATCHES("multiple-srcu-matches"),
  SRCU_BAD_VALUE_MATCH("srcu-bad-value-match"),
  /** Before 6cd244c87428. */
  UNBALANCED_SRCU_LOCKING("unbalanced-srcu-locking"),
  /** Before 6cd244c87428. */
  SRCU_BAD_NESTING("srcu-bad-nesting"),
  /** A synchronize_srcu inside an RCU read-side section. */
  INVALID_SLEEP("invalid-sleep"),
  MIXED_LOCK_ACCESSES("mixed-lock-accesses"),
  LOCK_FINAL("lock-final"),
  UNMATCHED_UNLOCK("unmatched-unlock");

  private final String text;

  Flag(String text) {
    this.text = text;
  }

  /** As herd7 prints it. */
  public String text() {
    return text;
  }
}
