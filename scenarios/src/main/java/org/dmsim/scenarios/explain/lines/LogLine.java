package org.dmsim.scenarios.explain.lines;

/**
 * One message of a kernel's, without what others put before it.
 *
 * @param number of the line in the file on which it begins, from 1
 * @param last number of the line on which it ends: a wrapped message takes several
 * @param caller printk's caller id ("T55", "C0"), or "" where the log has none
 * @param text trimmed
 */
public record LogLine(int number, int last, String caller, String text) {

  /** The same message, wrapped on to one more line. */
  LogLine joined(LogLine next) {
    return new LogLine(number, next.last, caller, text + " " + next.text);
  }
}
