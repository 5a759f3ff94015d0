/**
 * Snapshots: {@code snapshot}, {@code snapshot-origin} and {@code snapshot-merge}. A chunk of the
 * origin that is about to change is copied to the COW device first, and the exception that says
 * where to is kept in memory and, by the persistent store, on the COW device.
 */
package org.dmsim.dm.targets.snapshot;
