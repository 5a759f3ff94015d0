package org.dmsim.block.disk;

import java.io.IOException;
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

  /** Stands for that of a page of the image which was given back: it reads as zeroes now. */
  private final byte[] gone = new byte[0];

  /** What pages without memory hold; null for zeroes. */
  private final Image image;

  private final String disk;
  private final Maker maker;
  private final Page[][] groups;

  /** Memory, in the same groups as the pages; an empty group has none. */
  private final byte[][][] bytes;

  /**
   * No page was looked at yet.
   *
   * @param image what pages hold before something is written to them; null for zeroes
   * @param number of the disk, different from that of every other one on the machine
   */
  PageStore(String disk, int number, long sectors, Image image) {
    this.disk = disk;
    this.image = image;
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

  /** Whether something was written to a page, or its image has something there. */
  boolean exists(long page) {
    byte[] b = memory(page);
    return b == null ? isOfImage(page) : b != gone;
  }

  private boolean isOfImage(long page) {
    return image != null && image.covers(page);
  }

  /** Whether pages that nobody looked at yet hold zeroes. */
  boolean isEmptyAtFirst() {
    return image == null;
  }

  /** The memory of a page; null if nothing was written to it. */
  private byte[] memory(long page) {
    byte[][] group = (byte[][]) BYTE_GROUPS.getAcquire(bytes, (int) (page >> GROUP_SHIFT));
    return group == null ? null : (byte[]) BYTES.getAcquire(group, (int) page & (GROUP - 1));
  }

  /** The memory of a page, made if it has none of its own. */
  private byte[] make(long page) {
    byte[] found = memory(page);
    if (isOwn(found)) {
      return found;
    }
    byte[] made = new byte[Sectors.PAGE_SIZE];
    if (found == null && isOfImage(page)) {
      image.read(page << Sectors.PAGE_SHIFT, made, 0, Sectors.PAGE_SIZE);
    }
    return exchange(page, found, made);
  }

  private boolean isOwn(byte[] memory) {
    return memory != null && memory != zeroes && memory != gone;
  }

  /** Gives a page other memory, unless somebody was faster: what it has then. */
  private byte[] exchange(long page, byte[] expected, byte[] memory) {
    byte[][] group = madeGroup((int) (page >> GROUP_SHIFT));
    byte[] other =
        (byte[]) BYTES.compareAndExchange(group, (int) page & (GROUP - 1), expected, memory);
    return other == expected ? memory : isOwn(other) ? other : make(page);
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
    if (b == null && isOfImage(page)) {
      image.read((page << Sectors.PAGE_SHIFT) + from, to, offset, count);
    } else if (!isOwn(b)) {
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
        n += isOwn(group[i]) ? 1 : 0;
      }
    }
    return n;
  }

  /** Copies bytes into one page, from {@code sector} on. */
  void write(long sector, byte[] from, int offset, int count) {
    long page = sector / Sectors.PER_PAGE;
    byte[] memory = memory(page);
    boolean isZero = !isOwn(memory) && (memory != null || !isOfImage(page));
    if (isZero && isZero(from, offset, count)) {
      if (memory != zeroes) {
        exchange(page, memory, zeroes);
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
    if (b == null && !isOfImage(page)) {
      return;
    }
    if (count == Sectors.PAGE_SIZE) {
      byte[][] group = madeGroup((int) (page >> GROUP_SHIFT));
      BYTES.setRelease(group, (int) page & (GROUP - 1), isOfImage(page) ? gone : (byte[]) null);
    } else if (b == null || isOwn(b)) {
      int from = offsetOf(sector);
      Arrays.fill(make(page), from, from + count, (byte) 0);
    }
  }

  /** Hears of a page that no longer is what the image has. */
  interface Changed {
    void page(long page, byte[] data) throws IOException;
  }

  /** Tells of each page that was written or zeroed, in order; the data is good until the next. */
  void changes(Changed to) throws IOException {
    byte[] zero = new byte[Sectors.PAGE_SIZE];
    for (int g = 0; g < bytes.length; g++) {
      for (int i = 0; bytes[g] != null && i < GROUP; i++) {
        byte[] b = bytes[g][i];
        if (b != null) {
          to.page(((long) g << GROUP_SHIFT) + i, isOwn(b) ? b : zero);
        }
      }
    }
  }

  /** Where in its page a sector lies, bytes. */
  static int offsetOf(long sector) {
    return (int) (sector & (Sectors.PER_PAGE - 1)) << Sectors.SHIFT;
  }
}
