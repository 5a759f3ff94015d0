package org.dmsim.litmus.event;

/**
 * An access through a value that is no address of the test: there a real thread would crash, and
 * the model has no word for it.
 *
 * @param thread its number
 * @param line in the test's source
 * @param value that was followed
 */
public record WildAccess(int thread, int line, long value) {}
