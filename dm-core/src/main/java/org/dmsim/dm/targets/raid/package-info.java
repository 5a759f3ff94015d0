/**
 * RAID 0, 1, 4, 5, 6 and 10 over whole devices, without metadata devices: {@code dm-raid.c} and as
 * much of {@code md}, 6.1, as such a set uses.
 */
package org.dmsim.dm.targets.raid;
