/**
 * Disks, their partitions, and who has them open: {@code block/genhd.c} and {@code block/bdev.c}.
 *
 * <p>A disk and its devices name each other, and both the list of the machine's disks: that knot is
 * the kernel's own.
 */
package org.dmsim.block.device;
