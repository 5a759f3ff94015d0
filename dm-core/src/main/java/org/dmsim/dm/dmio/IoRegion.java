package org.dmsim.dm.dmio;

import org.dmsim.block.device.BlockDevice;

/**
 * A range of a device: {@code struct dm_io_region}.
 *
 * @param bdev the device
 * @param sector first sector
 * @param count sectors; 0 is nothing, or a flush alone
 */
public record IoRegion(BlockDevice bdev, long sector, long count) {}
