/**
 * How a bio gets from who made it to a driver: checks, cutting to what the queue can take, and the
 * loop that keeps stacked drivers off each other's stack. {@code block/blk-core.c}, {@code
 * blk-merge.c} and {@code blk-lib.c}.
 */
package org.dmsim.block.core;
