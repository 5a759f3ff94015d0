/**
 * Futexes: the kernel's side. A word in a process's memory is a lock that the kernel hears of only
 * where somebody waits, or where its owner dies.
 *
 * <p>Facts are those of kernel/futex in 6.1, held against recordings of 6.18.44.
 */
package org.dmsim.futex;
