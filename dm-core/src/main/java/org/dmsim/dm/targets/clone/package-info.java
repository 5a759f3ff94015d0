/**
 * The clone target, 6.1: a device that is there at once, while its regions are copied (hydrated)
 * from a source in the background; which are there already stands in metadata.
 */
package org.dmsim.dm.targets.clone;
