/**
 * Litmus tests under the Linux-kernel memory model: {@link org.dmsim.litmus.LitmusJudge} says
 * whether the end that a test asks for can be reached, as herd7 does.
 *
 * <p>It goes for the answer: ways of the threads first, then who reads from whom by value, then the
 * order of the writes, each cut off as soon as the model forbids what is known. {@link
 * org.dmsim.litmus.Search} does that, on the model in {@link org.dmsim.litmus.lkmm}.
 */
package org.dmsim.litmus;
