package org.dmsim.futex.nptl;

import org.dmsim.futex.UserMemory;

/** Where in a {@code pthread_mutex_t} what stands, on x86-64; and what its owner field can say. */
public final class MutexLayout {

  private MutexLayout() {}

  /** Bytes of a mutex. */
  public static final int SIZE = 40;

  /** The futex word. */
  static final int LOCK = 0;

  static final int COUNT = 4;
  static final int OWNER = 8;
  static final int KIND = 16;
  static final int PREVIOUS = 24;

  /** The entry by which a robust mutex is on its owner's list: its next-pointer. */
  static final int ENTRY = 32;

  /** {@code PTHREAD_MUTEX_INCONSISTENT}: taken from an owner that died. */
  static final int INCONSISTENT = 0x7fffffff;

  /** {@code PTHREAD_MUTEX_NOTRECOVERABLE}: let go of without having been made consistent. */
  static final int NOT_RECOVERABLE = 0x7ffffffe;

  /** What happens when the owner locks again. */
  public enum Type {
    /** It waits for itself. */
    NORMAL,
    /** It counts. */
    RECURSIVE,
    /** It is told. */
    ERRORCHECK
  }

  /** Makes a mutex out of zeroed memory, before any thread uses it. */
  public static void init(UserMemory memory, long mutex, String name, Type type) {
    memory.name(mutex, 8, name + ".lock");
    memory.name(mutex + OWNER, 8, name + ".owner");
    memory.name(mutex + KIND, 8, name + ".kind");
    memory.name(mutex + PREVIOUS, 16, name + ".list");
    memory.pagesAt(mutex).poke32(memory.offsetAt(mutex) + KIND, type.ordinal());
  }

  static Type type(UserMemory memory, long mutex) {
    int kind = memory.pagesAt(mutex).peek32(memory.offsetAt(mutex) + KIND);
    return kind == 0 ? Type.NORMAL : kind == 1 ? Type.RECURSIVE : Type.ERRORCHECK;
  }

  /** The futex word, without a scheduling point: for what is looked at after a run. */
  public static int word(UserMemory memory, long mutex) {
    return memory.pagesAt(mutex).peek32(memory.offsetAt(mutex) + LOCK);
  }
}
