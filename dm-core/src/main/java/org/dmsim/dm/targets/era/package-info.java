/**
 * Remembers in which era each block of a device was written last: {@code dm-era-target.c}, 6.1. The
 * first write of an era to a block waits until that is on the metadata device; what an era that is
 * over has marked is entered in an array later, step by step.
 */
package org.dmsim.dm.targets.era;
