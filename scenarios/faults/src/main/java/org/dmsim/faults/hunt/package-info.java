/**
 * All faults put in on purpose, and who looks for them: {@link org.dmsim.faults.hunt.FaultSearch}
 * in every schedule that matters, {@link org.dmsim.faults.hunt.FaultHunt} at random, {@link
 * org.dmsim.faults.hunt.LincheckHunt} on real threads.
 */
package org.dmsim.faults.hunt;
