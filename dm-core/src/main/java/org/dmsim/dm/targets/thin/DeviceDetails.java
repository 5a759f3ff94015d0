package org.dmsim.dm.targets.thin;

import java.lang.foreign.MemorySegment;
import org.dmsim.dm.persistent.Le;

/**
 * What is kept of a device: {@code struct disk_device_details}.
 *
 * @param mappedBlocks how many blocks it has
 * @param transactionId when it was created, as user space counts
 * @param creationTime when it was created, as snapshots count
 * @param snapshottedTime when it was snapshotted last
 */
record DeviceDetails(long mappedBlocks, long transactionId, int creationTime, int snapshottedTime) {

  /** Bytes on disk. */
  static final int SIZE = 24;

  static DeviceDetails read(byte[] bytes) {
    MemorySegment at = MemorySegment.ofArray(bytes);
    return new DeviceDetails(
        at.get(Le.LE64, 0), at.get(Le.LE64, 8), at.get(Le.LE32, 16), at.get(Le.LE32, 20));
  }

  byte[] bytes() {
    byte[] bytes = new byte[SIZE];
    MemorySegment at = MemorySegment.ofArray(bytes);
    at.set(Le.LE64, 0, mappedBlocks);
    at.set(Le.LE64, 8, transactionId);
    at.set(Le.LE32, 16, creationTime);
    at.set(Le.LE32, 20, snapshottedTime);
    return bytes;
  }
}
