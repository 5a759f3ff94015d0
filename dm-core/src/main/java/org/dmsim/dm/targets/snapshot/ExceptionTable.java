package org.dmsim.dm.targets.snapshot;

import java.util.concurrent.ConcurrentHashMap;

/**
 * Exceptions by the chunk of the origin that they are for: {@code struct dm_exception_table}. The
 * kernel keeps consecutive chunks of the complete table in one entry; here each has its own. The
 * slots are the kernel's, and their locks protect what they hold.
 *
 * @param <V> what is known of a chunk
 */
final class ExceptionTable<V> {

  private final int hashShift;
  private final int hashMask;
  private final ConcurrentHashMap<Integer, SlotLock> slots = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Long, V> entries = new ConcurrentHashMap<>();

  /**
   * An empty table.
   *
   * @param size slots, a power of two
   * @param hashShift low bits of a chunk's number that all lead to one slot
   */
  ExceptionTable(int size, int hashShift) {
    this.hashMask = size - 1;
    this.hashShift = hashShift;
  }

  /** The lock of a chunk's slot. */
  SlotLock slot(long chunk) {
    return slots.computeIfAbsent((int) (chunk >>> hashShift) & hashMask, i -> SlotLock.make());
  }

  /** What is known of a chunk; null for nothing. The slot is locked. */
  V find(long chunk) {
    return entries.get(chunk);
  }

  void insert(long chunk, V value) {
    entries.put(chunk, value);
  }

  /** False if there was nothing. */
  boolean remove(long chunk) {
    return entries.remove(chunk) != null;
  }
}
