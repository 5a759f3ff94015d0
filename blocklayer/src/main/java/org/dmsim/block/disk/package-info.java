/**
 * Disks whose data lies in memory: the ram disk and the null disk, with what a test wants of them.
 */
package org.dmsim.block.disk;
