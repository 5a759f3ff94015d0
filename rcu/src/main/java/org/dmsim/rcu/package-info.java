/**
 * RCU: readers that never wait, updaters that wait until every reader is gone who could still see
 * the old state.
 *
 * <p>Read it in this order: {@link org.dmsim.rcu.Rcu} (what modelled code calls), {@link
 * org.dmsim.rcu.RcuPointer}, then the two algorithms behind them: {@code RcuState} with {@code
 * GracePeriod} in a machine, {@code ThreadRcu} on real threads.
 */
package org.dmsim.rcu;
