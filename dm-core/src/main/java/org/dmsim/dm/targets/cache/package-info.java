/**
 * A slow device with some of its blocks on a fast one: {@code dm-cache-target.c} and {@code
 * dm-cache-metadata.c}, 6.1. A policy ({@link org.dmsim.dm.targets.cache.smq.SmqPolicy}) says which
 * blocks; a migration ({@link org.dmsim.dm.targets.cache.Migration}) moves one, step by step, each
 * step a work of the cache's queue.
 */
package org.dmsim.dm.targets.cache;
