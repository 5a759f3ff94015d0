package org.dmsim.scenarios.cli;

/**
 * The command line, or a file that it names, is wrong: one line that says what, where, and how to
 * mend it. Ends a command with status 2.
 */
public final class UsageError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what is wrong and what would be right. */
  public UsageError(String message) {
    super(message);
  }
}
