/**
 * The metadata of thin, cache, era and clone: a copy-on-write store of blocks with checksums,
 * {@code drivers/md/persistent-data}, 6.1. A transaction changes copies of blocks only, and becomes
 * real when its superblock is written.
 *
 * <p>From below to above: {@link org.dmsim.dm.persistent.BlockManager} (blocks, on dm-bufio),
 * {@link org.dmsim.dm.persistent.SpaceMap} (who counts references), {@link
 * org.dmsim.dm.persistent.TransactionManager} (shadows), {@link org.dmsim.dm.persistent.BTree},
 * {@link org.dmsim.dm.persistent.DiskArray}, {@link org.dmsim.dm.persistent.DiskBitset}.
 */
package org.dmsim.dm.persistent;
