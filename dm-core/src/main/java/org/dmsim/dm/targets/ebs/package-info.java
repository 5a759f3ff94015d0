/** Blocks smaller than those of the device below: {@code dm-ebs-target.c}, 6.1. */
package org.dmsim.dm.targets.ebs;
