/**
 * Integrity: tags beside the data, kept in step by a journal, by a bitmap, or not at all. {@link
 * org.dmsim.dm.targets.integrity.Integrity} is what the bios of a target share, {@link
 * org.dmsim.dm.targets.integrity.IntegrityIo} one of them.
 */
package org.dmsim.dm.targets.integrity;
