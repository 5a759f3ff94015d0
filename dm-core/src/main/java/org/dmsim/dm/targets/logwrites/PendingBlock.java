package org.dmsim.dm.targets.logwrites;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;

/**
 * One thing to be logged: a write, a discard, a flush or a mark; {@code struct pending_block}.
 * Sectors are the device's logical blocks.
 */
final class PendingBlock {

  static final int FLUSH = 1 << 0;
  static final int FUA = 1 << 1;
  static final int DISCARD = 1 << 2;
  static final int MARK = 1 << 3;
  static final int METADATA = 1 << 4;

  /** Bytes of the {@code struct log_write_entry} with which it begins on disk. */
  static final int ENTRY_SIZE = 32;

  int flags;
  long sector;
  long sectors;

  /** The text of a mark; empty for all else. */
  byte[] text = {};

  /** What is written; null where nothing is. */
  byte[] data;

  /** For a flush: the writes that it made safe, in the order in which they ended. */
  final ArrayDeque<PendingBlock> flushed = new ArrayDeque<>(0);

  boolean is(int flag) {
    return (flags & flag) != 0;
  }

  /** The sector in front of its data, {@code size} bytes; little-endian as all of the log. */
  byte[] entry(int size) {
    return ByteBuffer.allocate(size)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(sector)
        .putLong(sectors)
        .putLong(flags)
        .putLong(text.length)
        .put(text)
        .array();
  }
}
