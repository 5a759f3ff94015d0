/** Timers: what is to happen at a moment of virtual time, in a softirq. */
package org.dmsim.timer;
