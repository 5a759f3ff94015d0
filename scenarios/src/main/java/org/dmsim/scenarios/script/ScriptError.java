package org.dmsim.scenarios.script;

/**
 * A script that makes no sense: one line that says where, what was found, and what would be right.
 * Ends a command with status 2.
 */
public final class ScriptError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Place place;

  /** Says what was found at {@code place}, and what would be right. */
  public ScriptError(Place place, String message) {
    super(place + ": " + message);
    this.place = place;
  }

  /** Where. */
  public Place place() {
    return place;
  }
}
