/**
 * Real kernel logs in plain words. The way of a log: {@code lines} (bytes to messages), {@code
 * reports} (messages to reports), {@code meaning} (who did what, waits for whom, what follows from
 * what) with {@code bugs} (those known by name), and here the answer, as text and as JSON.
 */
package org.dmsim.scenarios.explain;
