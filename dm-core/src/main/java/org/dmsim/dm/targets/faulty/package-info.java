/** Targets that disturb I/O on purpose: late, lost, damaged or failing. */
package org.dmsim.dm.targets.faulty;
