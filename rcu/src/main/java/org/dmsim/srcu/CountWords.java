package org.dmsim.srcu;

import java.lang.invoke.MethodHandles;
import org.dmsim.cell.LongField;
import org.dmsim.threads.PaddedEntry;

/** The counts: in and out, of half 0 and of half 1. */
abstract class CountWords extends PaddedEntry {
  private static final LongField IN_0 = word("in0");
  private static final LongField IN_1 = word("in1");
  private static final LongField OUT_0 = word("out0");
  private static final LongField OUT_1 = word("out1");

  private long in0;
  private long in1;
  private long out0;
  private long out1;

  private static LongField word(String name) {
    return LongField.of(MethodHandles.lookup(), name);
  }

  final void increment(int half, boolean out) {
    if (out) {
      if (half == 0) {
        OUT_0.incInStep(this);
      } else {
        OUT_1.incInStep(this);
      }
    } else if (half == 0) {
      IN_0.incInStep(this);
    } else {
      IN_1.incInStep(this);
    }
  }

  final void set(int half, boolean out, long value) {
    if (out) {
      if (half == 0) {
        OUT_0.storeReleaseInStep(this, value);
      } else {
        OUT_1.storeReleaseInStep(this, value);
      }
    } else if (half == 0) {
      IN_0.storeReleaseInStep(this, value);
    } else {
      IN_1.storeReleaseInStep(this, value);
    }
  }

  /** Where a count is kept, for accesses that are made late or look for those. */
  static LongField place(int half, boolean out) {
    if (out) {
      return half == 0 ? OUT_0 : OUT_1;
    }
    return half == 0 ? IN_0 : IN_1;
  }

  /** Each field by its name: chosen first and then used, they have crashed the JIT of JDK 25. */
  final long get(int half, boolean out) {
    if (out) {
      return half == 0 ? OUT_0.peek(this) : OUT_1.peek(this);
    }
    return half == 0 ? IN_0.peek(this) : IN_1.peek(this);
  }
}
