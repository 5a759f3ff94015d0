/**
 * User space's side of futexes, as glibc plays it on x86-64: what a thread keeps in its own memory
 * for the kernel to find, and the mutexes built on it.
 *
 * <p>Facts are those of nptl in glibc 2.36. Layouts, orders of stores, values and results are
 * glibc's; each load and store of memory that the kernel or another thread can see is a scheduling
 * point of its own, so a thread can be killed between any two of them.
 */
package org.dmsim.futex.nptl;
