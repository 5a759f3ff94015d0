package org.dmsim.block.disk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmsim.block.Sectors;

/** The pages of a disk, each made when somebody first looks at it. */
final class PageStore {

  private static final int GROUP_SHIFT = 8;
  private static final int GROUP = 1 << GROUP_SHIFT;
  private static final VarHandle GROUPS = MethodHandles.arrayElementVarHandle(Page[][].class);
  private static final VarHandle PAGES = MethodHandles.arrayElementVarHandle(Page[].class);

  /** Identities below this are pages; each disk has 2^32 of them. */
  private static final long FIRST_ID = -(1L << 33);

  private final String disk;
  private final long firstId;
  private final Page[][] groups;

  /**
   * No page was looked at yet.
   *
   * @param number of the disk, different from that of every other one on the machine
   */
  PageStore(String disk, int number, long sectors) {
    this.disk = disk;
    firstId = FIRST_ID - ((long) number << 32);
    long pages = (sectors + Sectors.PER_PAGE - 1) / Sectors.PER_PAGE;
    groups = new Page[Math.toIntExact((pages + GROUP - 1) >> GROUP_SHIFT)][];
  }

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
    Page made = new Page(disk, page, firstId - page);
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

  /** Where in its page a sector lies, bytes. */
  static int offsetOf(long sector) {
    return (int) (sector & (Sectors.PER_PAGE - 1)) << Sectors.SHIFT;
  }
}
