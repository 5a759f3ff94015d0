package org.dmsim.scenarios.explain;

/**
 * One sentence of an explanation.
 *
 * @param about "objection", "counts", "reason", "opened by", "sleeping call", "path", "unread" …
 * @param text the sentence
 * @param basis on what it rests
 */
public record Statement(String about, String text, Basis basis) {

  /** On what a sentence rests. */
  public enum Basis {
    /** The log shows it. */
    LOG,
    /** The log does not show it; a rule of the kernel, or its source, says so. */
    GENERAL_RULE,
    /** The log does not show it, and nothing else can. */
    NOT_READ
  }
}
