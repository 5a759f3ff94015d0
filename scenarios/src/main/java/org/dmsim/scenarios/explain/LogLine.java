package org.dmsim.scenarios.explain;

/**
 * One line of the kernel's, without what syslog, the journal and printk put before it.
 *
 * @param number in the file, from 1
 * @param caller printk's caller id ("T55", "C0"), or "" where the log has none
 * @param kernel whether a kernel said it; false for a journal line of some program
 * @param text trimmed
 */
record LogLine(int number, String caller, boolean kernel, String text) {}
