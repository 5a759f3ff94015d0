/**
 * SRCU: RCU whose readers may sleep, one domain a use.
 *
 * <p>{@link org.dmsim.srcu.SrcuStruct} is what modelled code calls; {@code SrcuAlgorithm} counts
 * readers and waits for them, in a machine and on real threads with the same code.
 */
package org.dmsim.srcu;
