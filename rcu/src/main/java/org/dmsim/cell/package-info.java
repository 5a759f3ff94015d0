/**
 * The values that tasks share, and their memory model: the one place that says what a load finds
 * and when a store is seen.
 *
 * <p>An object keeps its value in a field of its own and names the field here: {@link
 * org.dmsim.cell.IntField}, {@link org.dmsim.cell.LongField}, {@link org.dmsim.cell.RefField}. Code
 * then makes the kernel's accesses: {@code readOnce}, {@code loadAcquire}, {@code dereference},
 * {@code writeOnce}, {@code storeRelease}, atomics that return something or nothing, and {@link
 * org.dmsim.cell.Fence}. On a real thread each is an access of the same strength.
 *
 * <p>In a machine the model is sequential consistency: a store is seen by everybody at once, so
 * that the order of an access changes nothing. A weaker model would keep here what a CPU has stored
 * and nobody else sees yet: loads look there first, atomics and fences wait until it is empty, and
 * emptying it is a step of its own. No caller would change; those that read {@code InStep} after a
 * wait see what the wait saw.
 *
 * <p>Not here: what only real threads use ({@code org.dmsim.threads}), and user memory, whose words
 * are accessed by programs.
 */
package org.dmsim.cell;
