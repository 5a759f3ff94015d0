/** Zoned devices as ordinary ones: what {@code dm-zoned-target.c}, 6.1, refuses. */
package org.dmsim.dm.targets.zoned;
