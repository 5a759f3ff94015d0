/**
 * Robust futexes put to the model: recorded cases of the real kernel, scenarios and measurements.
 */
package org.dmsim.scenarios.futex;
