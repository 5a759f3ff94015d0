package org.dmsim.scenarios.explain;

/**
 * One line of a call trace.
 *
 * @param symbol without what the compiler appends (".cold", ".part.0")
 * @param text as the log has it
 * @param sure false for a line with a question mark: an address found on the stack, perhaps stale
 */
record Frame(String symbol, String text, boolean sure) {}
