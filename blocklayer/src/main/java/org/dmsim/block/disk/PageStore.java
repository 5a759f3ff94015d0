package org.dmsim.block.disk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.dmsim.block.Sectors;
import org.dmsim.machine.Maker;

/**
 * The pages of a disk, each made when somebody first looks at it, and their memory, made when
 * somebody first writes. Bytes that two threads write at once are either's.
 */
final class PageStore {

  private static final int GROUP_SHIFT = 8;
  private static final int GROUP = 1 << GROUP_SHIFT;
  private static final VarHandle GROUPS = MethodHandles.arrayElementVarHandle(Page[][].class);
  private static final VarHandle PAGES = MethodHandles.arrayElementVarHandle(Page[].class);
  private static final VarHandle BYTE_GROUPS =
      MethodHandles.arrayElementVarHandle(byte[][][].class);
  private static final VarHandle BYTES = MethodHandles.arrayElementVarHandle(byte[][].class);

  /** Stands for the memory of a page that was written, and holds zeroes only. */
  private final byte[] zeroes = new byte[0];

  private final String disk;
  private final Maker maker;
  private final Page[][] groups;

  /** Memory, in the same groups as the pages; an empty group has none. */
  private final byte[][][] bytes;

  /**
   * No page was looked at yet.
   *
   * @param number of the disk, different from that of every other one on the machine
   */
  PageStore(String disk, int number, long sectors) {
    this.disk = disk;
    maker = Maker.of(disk, number);
    long pages = (sectors + Sectors.PER_PAGE - 1) / Sectors.PER_PAGE;
    groups = new Page[Math.toIntExact((pages + GROUP - 1) >> GROUP_SHIFT)][];
    bytes = new byte[groups.length][][];
  }

  /** The disk's name. */
  String disk() {
    return disk;
  }

  /** Who has made its pages: the disk, whoever looked first. */
  Maker maker() {
    return maker;
  }

  // ---- pages -----------------------------------------------------------------------------------

  /** The page of a sector; null if nobody looked at it yet. */
  Page lookup(long sector) {
    long page = sector / Sectors.PER_PAGE;
    Page[] group = (Page[]) GROUPS.getAcquire(groups, (int) (page >> GROUP_SHIFT));
    return group == null ? null : (Page) PAGES.getAcquire(group, (int) page & (GROUP - 1));
  }

  /** The page of a sector. */
  Page at(long sector) {
    Page found = lookup(sector);
    return found == null ? add(sector / Sectors.PER_PAGE) : found;
  }

  private Page add(long page) {
    int at = (int) (page >> GROUP_SHIFT);
    Page[] group = (Page[]) GROUPS.getAcquire(groups, at);
    if (group == null) {
      Page[] made = new Page[GROUP];
      Page[] other = (Page[]) GROUPS.compareAndExchange(groups, at, null, made);
      group = other == null ? made : other;
    }
    Page made = new Page(this, page);
    Page other = (Page) PAGES.compareAndExchange(group, (int) page & (GROUP - 1), null, made);
    return other == null ? made : other;
  }

  /** The first sector behind {@code sector} whose group of pages somebody looked at. */
  long skipEmptyGroups(long sector) {
    long page = sector / Sectors.PER_PAGE;
    int at = (int) (page >> GROUP_SHIFT);
    if (GROUPS.getAcquire(groups, at) != null) {
      return sector;
    }
    while (++at < groups.length && GROUPS.getAcquire(groups, at) == null) {
      // nobody looked at these
    }
    return ((long) at << GROUP_SHIFT) * Sectors.PER_PAGE;
  }

  // ---- memory ----------------------------------------------------------------------------------

  /** Whether something was written to a page. */
  boolean exists(long page) {
    return memory(page) != null;
  }

  /** The memory of a page; null if nothing was written to it. */
  private byte[] memory(long page) {
    byte[][] group = (byte[][]) BYTE_GROUPS.getAcquire(bytes, (int) (page >> GROUP_SHIFT));
    return group == null ? null : (byte[]) BYTES.getAcquire(group, (int) page & (GROUP - 1));
  }

  /** The memory of a page, made if it has none of its own. */
  private byte[] make(long page) {
    byte[] found = memory(page);
    return found != null && found != zeroes
        ? found
        : exchange(page, found, new byte[Sectors.PAGE_SIZE]);
  }

  /** Gives a page other memory, unless somebody was faster: what it has then. */
  private byte[] exchange(long page, byte[] expected, byte[] memory) {
    byte[][] group = madeGroup((int) (page >> GROUP_SHIFT));
    byte[] other =
        (byte[]) BYTES.compareAndExchange(group, (int) page & (GROUP - 1), expected, memory);
    boolean none = other == null || other == zeroes;
    return other == expected ? memory : none ? make(page) : other;
  }

  private byte[][] madeGroup(int at) {
    byte[][] group = (byte[][]) BYTE_GROUPS.getAcquire(bytes, at);
    if (group != null) {
      return group;
    }
    byte[][] made = new byte[GROUP][];
    byte[][] other = (byte[][]) BYTE_GROUPS.compareAndExchange(bytes, at, (byte[][]) null, made);
    return other == null ? made : other;
  }

  /** Copies bytes out of one page, from {@code sector} on. */
  void read(long sector, byte[] to, int offset, int count) {
    read(sector / Sectors.PER_PAGE, offsetOf(sector), to, offset, count);
  }

  /** Copies bytes out of a page, from byte {@code from} of it on. */
  void read(long page, int from, byte[] to, int offset, int count) {
    byte[] b = memory(page);
    if (b == null || b == zeroes) {
      Arrays.fill(to, offset, offset + count, (byte) 0);
    } else {
      System.arraycopy(b, from, to, offset, count);
    }
  }

  /** How many pages have memory of their own. */
  int held() {
    int n = 0;
    for (byte[][] group : bytes) {
      for (int i = 0; group != null && i < GROUP; i++) {
        n += group[i] != null && group[i] != zeroes ? 1 : 0;
      }
    }
    return n;
  }

  /** Copies bytes into one page, from {@code sector} on. */
  void write(long sector, byte[] from, int offset, int count) {
    long page = sector / Sectors.PER_PAGE;
    byte[] memory = memory(page);
    boolean empty = memory == null || memory == zeroes;
    if (empty && isZero(from, offset, count)) {
      if (memory == null) {
        exchange(page, null, zeroes);
      }
      return;
    }
    System.arraycopy(from, offset, make(page), offsetOf(sector), count);
  }

  private static boolean isZero(byte[] b, int offset, int count) {
    int end = offset + count;
    return count == 0 || b[offset] == 0 && Arrays.equals(b, offset, end - 1, b, offset + 1, end);
  }

  /** Makes bytes of one page read as zeroes; all of them, and its memory is given back. */
  void zero(long sector, int count) {
    long page = sector / Sectors.PER_PAGE;
    byte[] b = memory(page);
    if (b == null) {
      return;
    }
    if (count == Sectors.PAGE_SIZE) {
      byte[][] group = madeGroup((int) (page >> GROUP_SHIFT));
      BYTES.setRelease(group, (int) page & (GROUP - 1), (byte[]) null);
    } else if (b != zeroes) {
      int from = offsetOf(sector);
      Arrays.fill(b, from, from + count, (byte) 0);
    }
  }

  /** Where in its page a sector lies, bytes. */
  static int offsetOf(long sector) {
    return (int) (sector & (Sectors.PER_PAGE - 1)) << Sectors.SHIFT;
  }
}
