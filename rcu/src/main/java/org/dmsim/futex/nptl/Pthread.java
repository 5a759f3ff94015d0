package org.dmsim.futex.nptl;

import org.dmsim.futex.FutexTask;
import org.dmsim.futex.UserMemory;

/**
 * One thread as glibc sees it: its descriptor in memory, with the list of the robust mutexes that
 * it holds.
 *
 * <p>The list is doubly linked, through the mutexes. Pointers lead to an entry's next-pointer; the
 * pointer back lies eight bytes before. The kernel follows the next-pointers only.
 */
public final class Pthread {

  /** Bytes of a descriptor. */
  public static final int SIZE = 32;

  /** {@code robust_prev}; its place lets the head be treated as an entry. */
  private static final int ROBUST_PREV = 0;

  private static final int HEAD = 8;
  private static final int FUTEX_OFFSET = 16;
  private static final int PENDING = 24;
  private static final int PREVIOUS = -8;
  private static final long PI = 1;
  private static final long HEAD_SIZE = 24;

  private final FutexTask kernel;
  private final UserMemory memory;
  private final long descriptor;
  private final Protocol protocol;

  /**
   * The thread that is a given task of the kernel.
   *
   * @param descriptor address of {@link #SIZE} bytes in the thread's own memory
   * @param protocol how it locks and unlocks
   */
  public Pthread(FutexTask kernel, long descriptor, Protocol protocol) {
    this.kernel = kernel;
    this.memory = kernel.memory();
    this.descriptor = descriptor;
    this.protocol = protocol;
    memory.name(descriptor, SIZE, "descriptor of " + kernel.tid());
  }

  /** What glibc does first in a thread: an empty list, and the kernel is told of it. */
  public void start() {
    memory.store64(descriptor + ROBUST_PREV, head());
    memory.store64(head(), head());
    memory.store64(descriptor + FUTEX_OFFSET, MutexLayout.LOCK - (long) MutexLayout.ENTRY);
    memory.store64(descriptor + PENDING, 0);
    kernel.setRobustList(head(), HEAD_SIZE);
  }

  /** Address of the list's head: what the kernel is told. */
  public long head() {
    return descriptor + HEAD;
  }

  /** What the kernel knows of it. */
  public FutexTask kernel() {
    return kernel;
  }

  int tid() {
    return kernel.tid();
  }

  UserMemory memory() {
    return memory;
  }

  Protocol protocol() {
    return protocol;
  }

  /** Announces that the list is about to be changed at an entry. */
  void setPending(long entry) {
    if (protocol.listOpPending()) {
      memory.store64(descriptor + PENDING, entry);
    }
  }

  /** The list is in order again. */
  void clearPending() {
    if (protocol.listOpPending()) {
      memory.store64(descriptor + PENDING, 0);
    }
  }

  /** The entry becomes the list's first. It is whole before it can be reached from the head. */
  void enqueue(long entry) {
    long first = memory.load64(head());
    memory.store64((first & ~PI) + PREVIOUS, entry);
    memory.store64(entry, first);
    memory.store64(entry + PREVIOUS, head());
    memory.store64(head(), entry);
  }

  /** Takes the entry out. Nothing leads to it any more before its own pointer is cleared. */
  void dequeue(long entry) {
    long next = memory.load64(entry);
    long previous = memory.load64(entry + PREVIOUS);
    memory.store64((next & ~PI) + PREVIOUS, previous);
    memory.store64(previous & ~PI, next);
    memory.store64(entry + PREVIOUS, 0);
    memory.store64(entry, 0);
  }
}
