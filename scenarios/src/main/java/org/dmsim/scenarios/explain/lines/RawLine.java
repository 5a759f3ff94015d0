package org.dmsim.scenarios.explain.lines;

/**
 * One line of a file, as it is there.
 *
 * @param number in the file, from 1
 * @param text without its end
 */
public record RawLine(int number, String text) {}
