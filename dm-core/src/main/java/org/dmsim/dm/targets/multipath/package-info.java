/**
 * Several ways to one device: priority groups of paths, each with a selector that chooses among
 * them. Bio-based only; {@code dm-mpath.c} and {@code dm-ps-*.c}, 6.1.
 */
package org.dmsim.dm.targets.multipath;
