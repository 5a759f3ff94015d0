/**
 * The Linux-kernel memory model over one candidate execution, written from its axioms as {@code
 * tools/memory-model/Documentation/explanation.txt} tells them. {@link
 * org.dmsim.litmus.lkmm.Skeleton} is what the threads' ways fix, {@link
 * org.dmsim.litmus.lkmm.Candidate} adds who reads from whom and in which order writes reach memory;
 * one class judges each group of axioms: {@link org.dmsim.litmus.lkmm.Coherence}, {@link
 * org.dmsim.litmus.lkmm.Ordering} (happens-before, propagation), {@link
 * org.dmsim.litmus.lkmm.GracePeriods} (RCU and SRCU), {@link org.dmsim.litmus.lkmm.PlainAccesses}.
 * What differs between kernels is in {@link org.dmsim.litmus.lkmm.ModelVersion}.
 */
package org.dmsim.litmus.lkmm;
