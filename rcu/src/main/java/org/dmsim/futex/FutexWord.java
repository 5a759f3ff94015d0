package org.dmsim.futex;

/** The bits of a futex word; {@code include/uapi/linux/futex.h}. */
public final class FutexWord {

  private FutexWord() {}

  /** Somebody waits, or may wait, inside the kernel: an unlock has to call it. */
  public static final int WAITERS = 0x80000000;

  /** The owner died with the lock held. */
  public static final int OWNER_DIED = 0x40000000;

  /** The owner's thread id; 0 where the lock is free. */
  public static final int TID_MASK = 0x3fffffff;

  /** The owner's thread id. */
  public static int owner(int word) {
    return word & TID_MASK;
  }

  /** The word in words, for tables and traces: {@code 57|WAITERS}. */
  public static String describe(int word) {
    return owner(word)
        + ((word & WAITERS) != 0 ? "|WAITERS" : "")
        + ((word & OWNER_DIED) != 0 ? "|OWNER_DIED" : "");
  }
}
