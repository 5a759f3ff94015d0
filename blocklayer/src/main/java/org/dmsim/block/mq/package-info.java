/**
 * Disks that take requests (blk-mq): one hardware queue, no scheduler. A bio becomes a {@link
 * org.dmsim.block.mq.Request}, or part of one; plugs hold requests back, the flush machinery orders
 * those that concern a volatile cache, {@code kblockd} runs what nobody may run on the spot.
 */
package org.dmsim.block.mq;
