package org.dmsim.srcu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmsim.threads.PaddedEntry;

/** The counts: in and out, of half 0 and of half 1. */
abstract class CountWords extends PaddedEntry {
  private static final VarHandle IN_0 = handle("in0");
  private static final VarHandle IN_1 = handle("in1");
  private static final VarHandle OUT_0 = handle("out0");
  private static final VarHandle OUT_1 = handle("out1");

  private long in0;
  private long in1;
  private long out0;
  private long out1;

  private static VarHandle handle(String field) {
    try {
      return MethodHandles.lookup().findVarHandle(CountWords.class, field, long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final void increment(int half, boolean out) {
    if (out) {
      if (half == 0) {
        OUT_0.setRelease(this, out0 + 1);
      } else {
        OUT_1.setRelease(this, out1 + 1);
      }
    } else if (half == 0) {
      IN_0.setRelease(this, in0 + 1);
    } else {
      IN_1.setRelease(this, in1 + 1);
    }
  }

  final void set(int half, boolean out, long value) {
    if (out) {
      if (half == 0) {
        OUT_0.setRelease(this, value);
      } else {
        OUT_1.setRelease(this, value);
      }
    } else if (half == 0) {
      IN_0.setRelease(this, value);
    } else {
      IN_1.setRelease(this, value);
    }
  }

  /** Each handle by its name: chosen first and then used, they have crashed the JIT of JDK 25. */
  final long get(int half, boolean out) {
    if (out) {
      return half == 0 ? (long) OUT_0.getAcquire(this) : (long) OUT_1.getAcquire(this);
    }
    return half == 0 ? (long) IN_0.getAcquire(this) : (long) IN_1.getAcquire(this);
  }
}
