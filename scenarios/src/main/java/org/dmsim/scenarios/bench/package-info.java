/** What {@code dmsim bench} measures. Benchmarks may look at the clock; nothing else may. */
package org.dmsim.scenarios.bench;
