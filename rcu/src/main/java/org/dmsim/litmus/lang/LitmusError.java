package org.dmsim.litmus.lang;

/** A litmus test that cannot be read or judged: what, and where. */
public final class LitmusError extends Exception {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  /**
   * An error at a place.
   *
   * @param line counted from 1; 0 if the whole test is meant
   * @param column counted from 1
   */
  public LitmusError(int line, int column, String message) {
    super(message);
    this.line = line;
    this.column = column;
  }

  /** An error at a token. */
  LitmusError(Token token, String message) {
    this(token.line(), token.column(), message);
  }

  /** The line, counted from 1; 0 if the whole test is meant. */
  public int line() {
    return line;
  }

  /** The column, counted from 1. */
  public int column() {
    return column;
  }
}
