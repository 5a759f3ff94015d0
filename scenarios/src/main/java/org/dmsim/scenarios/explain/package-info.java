/**
 * Real kernel logs in plain words: what the kernel objects to, what gave it away, which rule that
 * breaks and which scenario is like it. Every sentence says whether it rests on the log.
 */
package org.dmsim.scenarios.explain;
