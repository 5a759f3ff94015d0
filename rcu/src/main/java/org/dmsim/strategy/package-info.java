/**
 * Strategies: who goes on, wherever a run could go on in more than one way. The exhaustive ones
 * live with the explorer.
 */
package org.dmsim.strategy;
