/**
 * The kernel's locks and waits. In a machine a lock is taken in one step, which is enabled only
 * while the lock is free; on a real thread the same object is a real lock.
 */
package org.dmsim.locking;
