package org.dmsim.scenarios.cli;

/** The word that a command ends in: the first word of its last line. */
public enum Verdict {
  /** One run, nothing found. */
  CLEAN("CLEAN", 0),
  /** Every schedule, nothing found. */
  EXHAUSTED("EXHAUSTED", 0),
  /** Nothing found, and not every schedule seen. */
  BOUND_REACHED("BOUND-REACHED", 3),
  /** Something was found. */
  VIOLATION("VIOLATION", 1),
  /** The user stopped it; nothing found until then. */
  INTERRUPTED("INTERRUPTED", 130),
  /** A fault of dmsim itself. */
  BROKEN("BROKEN", 70);

  private final String word;
  private final int status;

  Verdict(String word, int status) {
    this.word = word;
    this.status = status;
  }

  /** The word. */
  public String word() {
    return word;
  }

  /** The status that the command ends with. */
  public int status() {
    return status;
  }

  /** The word, as the last line begins with it. */
  @Override
  public String toString() {
    return word;
  }
}
