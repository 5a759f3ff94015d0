/**
 * What a run looked like: one column for each task, with values and the reason of each switch.
 *
 * <p>An {@link org.dmsim.interleaving.Interleaving} watches one run; {@link
 * org.dmsim.interleaving.InterleavingTable} draws it.
 */
package org.dmsim.interleaving;
