/**
 * Thin provisioning: {@code dm-thin.c} and {@code dm-thin-metadata.c}, 6.1. A pool ({@link
 * org.dmsim.dm.targets.thin.Pool}) gives blocks of a data device to devices when they are written;
 * its metadata ({@link org.dmsim.dm.targets.thin.PoolMetadata}) say which block is whose. What a
 * device's map function cannot answer from what is cached goes to the pool's one worker.
 */
package org.dmsim.dm.targets.thin;
