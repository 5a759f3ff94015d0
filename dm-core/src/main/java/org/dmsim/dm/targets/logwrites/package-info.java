/** The target {@code log-writes}: all writes to a device, written down in order on another. */
package org.dmsim.dm.targets.logwrites;
