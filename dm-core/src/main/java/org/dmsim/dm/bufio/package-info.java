/**
 * Blocks of a device that are read and written through a cache, one client for each device and
 * purpose; {@code dm-bufio.c}, 6.1.
 */
package org.dmsim.dm.bufio;
