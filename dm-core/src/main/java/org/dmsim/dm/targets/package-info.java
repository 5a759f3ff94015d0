/**
 * What a target is, and the targets themselves: one class each, registered in {@code
 * META-INF/services/org.dmsim.dm.targets.DmTarget}.
 *
 * <p>A target sees its table through {@link org.dmsim.dm.targets.TargetTable} and a clone's place
 * in its bio through {@link org.dmsim.dm.targets.TargetClone}; it never sees a mapped device's
 * inside.
 */
package org.dmsim.dm.targets;
