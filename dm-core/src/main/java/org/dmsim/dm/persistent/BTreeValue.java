package org.dmsim.dm.persistent;

import java.lang.foreign.MemorySegment;

/** The values of a tree, and what they count: {@code struct dm_btree_value_type}, 6.1. */
@FunctionalInterface
public interface BTreeValue {

  /** Bytes of a value. */
  int size();

  /** A run of values exists once more; {@code inc}. */
  default void inc(MemorySegment at, long offset, int count) {}

  /** A run of values exists once less; {@code dec}. */
  default void dec(MemorySegment at, long offset, int count) {}

  /** Whether a value that is written over the same one need not be counted; {@code equal}. */
  default boolean equal(MemorySegment at, long offset, MemorySegment value) {
    return false;
  }

  /** Numbers of blocks of the metadata device, which are counted: {@code init_le64_type}. */
  static BTreeValue blocks(TransactionManager tm) {
    return new BTreeValue() {
      @Override
      public int size() {
        return Long.BYTES;
      }

      @Override
      public void inc(MemorySegment at, long offset, int count) {
        withRuns(at, offset, count, tm::incRange);
      }

      @Override
      public void dec(MemorySegment at, long offset, int count) {
        withRuns(at, offset, count, tm::decRange);
      }

      @Override
      public boolean equal(MemorySegment at, long offset, MemorySegment value) {
        return at.get(Le.LE64, offset) == value.get(Le.LE64, 0);
      }
    };
  }

  /** What is done to a run of blocks. */
  @FunctionalInterface
  interface RunFn {

    /** From {@code begin} to before {@code end}. */
    void run(long begin, long end);
  }

  /** Calls {@code fn} for each run of successive numbers; mirrors {@code dm_tm_with_runs}. */
  static void withRuns(MemorySegment at, long offset, int count, RunFn fn) {
    if (count == 0) {
      return;
    }
    long begin = at.get(Le.LE64, offset);
    long end = begin + 1;
    for (int i = 1; i < count; i++) {
      long b = at.get(Le.LE64, offset + (long) i * Long.BYTES);
      if (b != end) {
        fn.run(begin, end);
        begin = b;
        end = b;
      }
      end++;
    }
    fn.run(begin, end);
  }
}
