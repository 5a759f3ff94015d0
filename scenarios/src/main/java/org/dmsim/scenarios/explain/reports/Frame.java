package org.dmsim.scenarios.explain.reports;

/**
 * One function of a stack.
 *
 * @param symbol without what the compiler appends (".cold", ".part.0")
 * @param module that it is in, or ""
 * @param sure false for a line with a question mark: an address found on the stack, perhaps stale
 * @param inIrq whether it stands between {@code <IRQ>} and {@code </IRQ>}, or the like for NMI
 * @param line of the log
 */
public record Frame(String symbol, String module, boolean sure, boolean inIrq, int line) {}
