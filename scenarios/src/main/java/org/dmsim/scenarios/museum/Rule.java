package org.dmsim.scenarios.museum;

/** The rules that the exhibits break; {@code TABLE-LOOKUP.md} numbers them in this order. */
public enum Rule {
  /** Entry 1. */
  NO_BLOCKING_ALLOCATION_UNDER_RCU(
      "Never call what may sleep, a blocking allocation least of all, inside a plain RCU read"
          + " section."),
  /** Entries 1 and 18. */
  NOWAIT_IS_NOT_ATOMIC(
      "REQ_NOWAIT means: do not wait for other I/O. It does not mean that the submitter may not"
          + " sleep, and it is all or nothing."),
  /** Entries 3d and 8. */
  TEST_INSIDE_THE_BRACKET(
      "Test what depends on the table, or on the suspended state, inside the bracket that pins"
          + " it."),
  /** Entry 3b. */
  DECIDE_ONCE("Decide once which bracket to open, and remember it for the close."),
  /** Entries 3a and 3c. */
  CLOSE_WHAT_YOU_OPENED(
      "Close every bracket exactly once, on every path, on the index that the open returned; also"
          + " when the table was NULL."),
  /** Entry 9. */
  NEVER_ASK_A_BIO_GIVEN_AWAY("Never look at a bio after you gave it away; copy first."),
  /** Entry 2. */
  A_GRACE_PERIOD_IS_A_LOCK(
      "Waiting for a grace period is like taking a lock that every reader holds: never take"
          + " suspend_lock inside the bracket."),
  /** Entry 6. */
  WAIT_BEFORE_YOU_FREE(
      "Wait until everyone who may touch an object is gone, and only then free it; whoever says"
          + " that he is gone must not touch it again."),
  /** Entries 4 and 5. */
  DEFER_ONLY_WHAT_SOMEBODY_WILL_FETCH(
      "Defer a bio only where some event is certain to come for it, and never where that event may"
          + " wait for the bio."),
  /** Entry 11. */
  REQUEUE_THE_PIECE("What is put back is the piece that failed, and nobody else holds it then."),
  /** Entry 12. */
  HOOKS_ALTERNATE("Suspend and resume hooks of a target alternate, whoever asked for them."),
  /** Entries 7, 14 and 20. */
  TEST_AND_ACT_UNDER_ONE_LOCK(
      "A test and the act that rests on it are one step under the lock that guards the change."),
  /** Entries 15, 16, 21 and 22. */
  HOLD_NOTHING_THAT_THE_WAKER_NEEDS(
      "Whoever waits holds nothing that the one who will wake him needs: no lock, no slot of the"
          + " same pool, no bio on his own list."),
  /** Origins without snapshots. */
  AN_EMPTY_LIST_IS_A_CASE("What is computed over a list makes sense where the list is empty, too."),
  /** A snapshot whose COW is its origin. */
  NEVER_KEEP_WHAT_ANOTHER_OPEN_MAY_REPLACE(
      "A pointer to what a later call may replace is read again after that call.");

  private final String sentence;

  Rule(String sentence) {
    this.sentence = sentence;
  }

  /** The rule as a sentence. */
  public String sentence() {
    return sentence;
  }
}
