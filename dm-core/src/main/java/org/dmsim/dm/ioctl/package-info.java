/**
 * The ioctl interface: names and uuids, the inactive table, the state machine that dmsetup drives.
 * Mirrors {@code dm-ioctl.c}, 6.1.
 */
package org.dmsim.dm.ioctl;
