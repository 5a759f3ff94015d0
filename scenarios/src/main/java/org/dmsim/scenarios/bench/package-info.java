/**
 * What {@code dmsim bench} measures. Benchmarks may look at the clock; nothing else may.
 *
 * <p>They do not use JMH. What is measured are whole searches and whole runs of a second and more,
 * in one process and side by side, against budgets that the command prints and that it answers for
 * with its exit status; JMH forks a process for each, wants classes generated at build time on the
 * class path of the tool, and reports in a form of its own. What it is for, calls of some
 * nanoseconds that a compiler could remove, no command here measures alone.
 */
package org.dmsim.scenarios.bench;
