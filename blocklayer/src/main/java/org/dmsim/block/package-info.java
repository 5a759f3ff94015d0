/**
 * The block layer between a system call and a driver. In the order in which each package stands on
 * those before it:
 *
 * <ul>
 *   <li>this one: the words that all of them use (units, errors, operations);
 *   <li>{@code queue}: what a queue can take, and who is inside it;
 *   <li>{@code device}: disks and their partitions, opened and closed, by number and by name;
 *   <li>{@code bio}: bios, where they come from and how they end;
 *   <li>{@code core}: how a bio gets from who made it to a driver;
 *   <li>{@code syscall} above, {@code disk} below: who makes bios, and who takes them.
 * </ul>
 *
 * <p>In the kernel a bio, its device, its disk and the disk's driver all name one another. Here a
 * bio names its device, and no device names a bio: what a driver does with one is said by {@code
 * bio.BioDriver}, and what the block layer keeps of bios once a machine by {@code bio.BlockLayer}.
 *
 * <p>Sectors are 512 bytes throughout, as in the kernel; sizes are bytes. Errors are negative
 * errnos where the kernel returns an int, and {@link org.dmsim.block.BlkStatus} where it returns a
 * {@code blk_status_t}.
 */
package org.dmsim.block;
