/**
 * The block layer between a system call and a driver: bios, their sets, submission and completion,
 * queue limits, devices.
 *
 * <p>Sectors are 512 bytes throughout, as in the kernel; sizes are bytes. Errors are negative
 * errnos where the kernel returns an int, and {@link org.dmsim.block.BlkStatus} where it returns a
 * {@code blk_status_t}.
 */
package org.dmsim.block;
