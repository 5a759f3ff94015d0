/**
 * System calls on block devices: {@code preadv2} and {@code pwritev2} with O_DIRECT, {@code
 * fdatasync}, and the ioctls that discard and zero. The page cache is not modelled.
 */
package org.dmsim.block.syscall;
