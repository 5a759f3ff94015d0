package org.dmsim.litmus.lkmm;

/**
 * One step of a reason: an event that comes before another, and why.
 *
 * @param from number of the earlier event
 * @param to number of the later event
 * @param why in words
 */
public record Step(int from, int to, String why) {}
