package org.dmsim.dm.targets.snapshot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One chunk of exceptions as it lies on the COW device: pairs of 64-bit chunk numbers, that of the
 * origin and that of the COW device, little-endian. A COW chunk of 0 ends the list.
 */
final class MetadataArea {

  /** Bytes of a {@code struct disk_exception}. */
  static final int EXCEPTION_SIZE = 16;

  final byte[] bytes;
  private final ByteBuffer view;

  MetadataArea(int size) {
    bytes = new byte[size];
    view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  long oldChunk(int index) {
    return view.getLong(index * EXCEPTION_SIZE);
  }

  long newChunk(int index) {
    return view.getLong(index * EXCEPTION_SIZE + 8);
  }

  void set(int index, long oldChunk, long newChunk) {
    view.putLong(index * EXCEPTION_SIZE, oldChunk);
    view.putLong(index * EXCEPTION_SIZE + 8, newChunk);
  }

  void clear() {
    Arrays.fill(bytes, (byte) 0);
  }
}
