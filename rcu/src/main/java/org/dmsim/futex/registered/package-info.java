/**
 * The design that Linux did not take, to be compared with the one it took: robust futexes are
 * registered with the memory area in which they lie, and a task that ends has every area of its
 * address space searched.
 *
 * <p>It was never merged. What stands here follows from the description in robust-futexes.rst
 * alone: its three system calls, that the registration is found through any process that maps the
 * memory, and that the search cannot be left out.
 */
package org.dmsim.futex.registered;
