/**
 * What a target is, and the targets themselves: one class each, registered in {@code
 * META-INF/services/org.dmsim.dm.target.DmTarget}.
 *
 * <p>A target sees its table through {@link org.dmsim.dm.target.TargetTable} and a clone's place in
 * its bio through {@link org.dmsim.dm.target.TargetClone}; it never sees a mapped device's inside.
 */
package org.dmsim.dm.target;
