package org.dmsim.block.disk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.dmsim.block.Sectors;
import org.dmsim.machine.Shared;

/**
 * 4 KiB of a disk, as tasks see them. It has memory once something was written to it; without, it
 * reads as zeroes. Bytes that two threads write at once are either's.
 */
final class Page extends Shared {

  private static final VarHandle BYTES;

  static {
    try {
      BYTES = MethodHandles.lookup().findVarHandle(Page.class, "bytes", byte[].class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final String disk;
  private final long index;
  private byte[] bytes;

  /** Page {@code index} of a disk, without memory; {@code id} is the same in every run. */
  Page(String disk, long index, long id) {
    super(id);
    this.disk = disk;
    this.index = index;
  }

  /** Whether it has memory. */
  boolean exists() {
    return memory() != null;
  }

  /** Its memory; null if nothing was written to it. */
  byte[] memory() {
    return (byte[]) BYTES.getAcquire(this);
  }

  /** Gives it memory, if it has none. */
  byte[] make() {
    byte[] found = memory();
    if (found == null) {
      byte[] made = new byte[Sectors.PAGE_SIZE];
      byte[] other = (byte[]) BYTES.compareAndExchange(this, null, made);
      found = other == null ? made : other;
    }
    return found;
  }

  /** Copies bytes out of it. */
  void read(int from, byte[] to, int offset, int count) {
    byte[] b = memory();
    if (b == null) {
      Arrays.fill(to, offset, offset + count, (byte) 0);
    } else {
      System.arraycopy(b, from, to, offset, count);
    }
  }

  /** Copies bytes into it. */
  void write(int to, byte[] from, int offset, int count) {
    System.arraycopy(from, offset, make(), to, count);
  }

  /** Makes bytes of it read as zeroes; all of them, and its memory is given back. */
  void zero(int from, int count) {
    if (count == Sectors.PAGE_SIZE) {
      BYTES.setRelease(this, (byte[]) null);
    } else {
      byte[] b = memory();
      if (b != null) {
        Arrays.fill(b, from, from + count, (byte) 0);
      }
    }
  }

  @Override
  public String label() {
    return "page " + index + " of " + disk;
  }
}
