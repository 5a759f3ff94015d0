package org.dmsim.block.disk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.dmsim.block.Sectors;

/**
 * The data of a disk, in pages of 4 KiB that exist once they are written. What does not exist reads
 * as zeroes. Pages may be looked up, made and copied by several threads; bytes that two of them
 * write at once are either's.
 */
final class PageStore {

  private static final int GROUP_SHIFT = 8;
  private static final int GROUP = 1 << GROUP_SHIFT;
  private static final VarHandle GROUPS = MethodHandles.arrayElementVarHandle(byte[][][].class);
  private static final VarHandle PAGES = MethodHandles.arrayElementVarHandle(byte[][].class);

  private final byte[][][] groups;

  /** No data yet. */
  PageStore(long sectors) {
    long pages = (sectors + Sectors.PER_PAGE - 1) / Sectors.PER_PAGE;
    groups = new byte[Math.toIntExact((pages + GROUP - 1) >> GROUP_SHIFT)][][];
  }

  /** The page of a sector; null if nothing was written there. */
  byte[] lookup(long sector) {
    long page = sector / Sectors.PER_PAGE;
    byte[][] group = (byte[][]) GROUPS.getAcquire(groups, (int) (page >> GROUP_SHIFT));
    return group == null ? null : (byte[]) PAGES.getAcquire(group, (int) page & (GROUP - 1));
  }

  /** The page of a sector, made of zeroes if nothing was written there. */
  byte[] insert(long sector) {
    long page = sector / Sectors.PER_PAGE;
    int at = (int) (page >> GROUP_SHIFT);
    byte[][] group = (byte[][]) GROUPS.getAcquire(groups, at);
    if (group == null) {
      byte[][] made = new byte[GROUP][];
      byte[][] other = (byte[][]) GROUPS.compareAndExchange(groups, at, null, made);
      group = other == null ? made : other;
    }
    int in = (int) page & (GROUP - 1);
    byte[] found = (byte[]) PAGES.getAcquire(group, in);
    if (found == null) {
      byte[] made = new byte[Sectors.PAGE_SIZE];
      byte[] other = (byte[]) PAGES.compareAndExchange(group, in, null, made);
      found = other == null ? made : other;
    }
    return found;
  }

  /** Forgets a page. */
  private void remove(long sector) {
    long page = sector / Sectors.PER_PAGE;
    byte[][] group = groups[(int) (page >> GROUP_SHIFT)];
    if (group != null) {
      PAGES.setRelease(group, (int) page & (GROUP - 1), (byte[]) null);
    }
  }

  /** Copies bytes of one page to {@code to}; no further than the page's end. */
  void read(long sector, byte[] to, int offset, int bytes) {
    byte[] page = lookup(sector);
    if (page == null) {
      Arrays.fill(to, offset, offset + bytes, (byte) 0);
    } else {
      System.arraycopy(page, offsetOf(sector), to, offset, bytes);
    }
  }

  /** Copies bytes of {@code from} to one page; no further than the page's end. */
  void write(long sector, byte[] from, int offset, int bytes) {
    System.arraycopy(from, offset, insert(sector), offsetOf(sector), bytes);
  }

  /** Makes a range read as zeroes; whole pages are forgotten. */
  void discard(long sector, long count) {
    for (long at = sector, end = sector + count; at < end; ) {
      long next = Math.min(end, (at / Sectors.PER_PAGE + 1) * Sectors.PER_PAGE);
      if (next - at == Sectors.PER_PAGE) {
        remove(at);
      } else {
        byte[] page = lookup(at);
        if (page != null) {
          int from = offsetOf(at);
          Arrays.fill(page, from, from + (int) (next - at << Sectors.SHIFT), (byte) 0);
        }
      }
      at = next;
    }
  }

  /** Where in its page a sector lies, bytes. */
  static int offsetOf(long sector) {
    return (int) (sector & (Sectors.PER_PAGE - 1)) << Sectors.SHIFT;
  }
}
