/**
 * Which blocks a cache keeps: the stochastic multi-queue policy, {@code dm-cache-policy-smq.c},
 * 6.1, under its names smq, mq, default and cleaner.
 */
package org.dmsim.dm.targets.cache.smq;
