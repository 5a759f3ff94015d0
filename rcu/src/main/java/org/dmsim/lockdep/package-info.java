/**
 * lockdep: which locks a task holds, and the rules on taking and releasing them. Mirrors
 * kernel/locking/lockdep.c, 6.1.
 */
package org.dmsim.lockdep;
