/**
 * The target {@code mirror}: writes go to every leg, and legs that differ are brought into sync by
 * the region, in the background. The region hash knows what happens to regions now, the dirty log
 * what must not be forgotten.
 */
package org.dmsim.dm.targets.mirror;
