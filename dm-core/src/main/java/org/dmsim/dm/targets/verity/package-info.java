/**
 * Verity: a read-only device each block of which is held against a tree of digests. {@link
 * org.dmsim.dm.targets.verity.VerityTarget} takes bios, {@link
 * org.dmsim.dm.targets.verity.Geometry} knows where the tree lies, {@link
 * org.dmsim.dm.targets.verity.Fec} corrects errors.
 */
package org.dmsim.dm.targets.verity;
