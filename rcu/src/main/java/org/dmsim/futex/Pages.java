package org.dmsim.futex;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;

/**
 * Memory that processes map: anonymous, or an object that several share.
 *
 * <p>Interface: offsets are bytes, words little endian. A 32-bit word is read and written as one; a
 * 64-bit one, which only ever holds a pointer that is private to its thread, as two halves. Aligned
 * 32-bit accesses are scheduling points in a machine, on the {@link #name named} object that the
 * offset belongs to, and volatile or atomic accesses on a real thread.
 */
public final class Pages implements FutexSpace {

  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(int[].class);

  private final String name;
  private final int[] words;
  private final Cell[] cells;
  private final Cell rest;

  /**
   * Zeroed memory.
   *
   * @param name what a trace calls it
   * @param bytes a multiple of the page size
   */
  public Pages(String name, int bytes) {
    if (bytes <= 0 || bytes % UserMemory.PAGE_SIZE != 0) {
      throw new IllegalArgumentException(
          bytes + " bytes are no whole pages of " + UserMemory.PAGE_SIZE);
    }
    this.name = name;
    this.words = new int[bytes >> 2];
    boolean observed = Task.current() != null;
    this.cells = observed ? new Cell[bytes >> 2] : null;
    this.rest = observed ? new Cell(name) : null;
  }

  /** Bytes in it. */
  public int length() {
    return words.length << 2;
  }

  /**
   * Says that some bytes are one object of their own: steps of two tasks conflict only where they
   * touch the same object. In a machine everything that has no name is one object together.
   *
   * @param what its name in traces
   */
  public void name(int offset, int bytes, String what) {
    if (cells == null) {
      return;
    }
    Cell cell = new Cell(what);
    for (int i = offset >> 2; i < (offset + bytes) >> 2; i++) {
      cells[i] = cell;
    }
  }

  private void point(int index, Access access) {
    if (cells != null) {
      Sched.point(cells[index] == null ? rest : cells[index], access);
    }
  }

  /** Reads an aligned word. */
  public int get32(int offset) {
    point(offset >> 2, Access.READ);
    return (int) WORD.getVolatile(words, offset >> 2);
  }

  /** Writes an aligned word. */
  public void set32(int offset, int value) {
    point(offset >> 2, Access.WRITE);
    WORD.setVolatile(words, offset >> 2, value);
  }

  /** Writes {@code value} where {@code expected} stands; returns what stood there. */
  public int compareAndExchange32(int offset, int expected, int value) {
    point(offset >> 2, Access.WRITE);
    return (int) WORD.compareAndExchange(words, offset >> 2, expected, value);
  }

  /** Writes a word; returns what stood there. */
  public int exchange32(int offset, int value) {
    point(offset >> 2, Access.WRITE);
    return (int) WORD.getAndSet(words, offset >> 2, value);
  }

  /** Reads a private pointer, as its own thread's step. */
  public long get64(int offset) {
    point(offset >> 2, Access.READ);
    return peek64(offset);
  }

  /** Writes a private pointer, as its own thread's step. */
  public void set64(int offset, long value) {
    point(offset >> 2, Access.WRITE);
    poke64(offset, value);
  }

  /**
   * A word without a scheduling point: for what is set up before anybody runs, and looked at after.
   */
  public int peek32(int offset) {
    return (offset & 3) == 0 ? words[offset >> 2] : (int) bytes(offset, 4);
  }

  /** Writes a word without a scheduling point. */
  public void poke32(int offset, int value) {
    words[offset >> 2] = value;
  }

  /** A pointer, also a misaligned one, without a scheduling point. */
  public long peek64(int offset) {
    int i = offset >> 2;
    return (offset & 3) == 0
        ? (words[i] & 0xffffffffL) | ((long) words[i + 1] << 32)
        : bytes(offset, 8);
  }

  /** Writes an aligned pointer without a scheduling point. */
  public void poke64(int offset, long value) {
    words[offset >> 2] = (int) value;
    words[(offset >> 2) + 1] = (int) (value >>> 32);
  }

  /** {@code count} bytes from anywhere. */
  private long bytes(int offset, int count) {
    long value = 0;
    for (int i = count - 1; i >= 0; i--) {
      value = (value << 8) | peek8(offset + i);
    }
    return value;
  }

  /** One byte, 0 to 255, without a scheduling point. */
  int peek8(int offset) {
    return (words[offset >> 2] >>> ((offset & 3) << 3)) & 0xff;
  }

  @Override
  public int seed() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }

  /** One object of user space, as a search sees it. */
  private static final class Cell extends Shared {
    Cell(String label) {
      super(label);
    }
  }
}
