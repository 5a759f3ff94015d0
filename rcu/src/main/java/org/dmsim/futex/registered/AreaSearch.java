package org.dmsim.futex.registered;

import org.dmsim.futex.Errno;
import org.dmsim.futex.FutexTask;
import org.dmsim.futex.FutexWord;

/**
 * One process under the design with registrations: its areas, the three system calls, and the
 * search at the end of a thread.
 *
 * <p>System calls return 0 or a negated {@link Errno}.
 */
public final class AreaSearch {

  private Area first;
  private Area last;
  private int areas;

  /** {@code vm_area_struct}, on its process's list. */
  private static final class Area {
    final long start;
    final long end;
    final RobustRegion region;
    Area next;

    Area(long start, long end, RobustRegion region) {
      this.start = start;
      this.end = end;
      this.region = region;
    }
  }

  /** Adds an area behind all others. */
  public void map(long start, RobustRegion region) {
    Area a = new Area(start, start + region.pages().length(), region);
    if (first == null) {
      first = a;
    } else {
      last.next = a;
    }
    last = a;
    areas++;
  }

  /** How many areas a search goes through. */
  public int areaCount() {
    return areas;
  }

  private Area find(long address) {
    for (Area a = first; a != null; a = a.next) {
      if (address >= a.start && address < a.end) {
        return a;
      }
    }
    return null;
  }

  /** FUTEX_REGISTER: from now on the kernel looks after this futex. */
  public int register(long address) {
    Area a = find(address);
    if (a == null) {
      return -Errno.EFAULT;
    }
    int offset = (int) (address - a.start);
    if (a.region.holds(offset)) {
      return -Errno.EINVAL;
    }
    a.region.add(offset);
    return 0;
  }

  /** FUTEX_DEREGISTER. */
  public int deregister(long address) {
    Area a = find(address);
    if (a == null) {
      return -Errno.EFAULT;
    }
    return a.region.remove((int) (address - a.start)) ? 0 : -Errno.EINVAL;
  }

  /** FUTEX_RECOVER: the data is in order again; takes the mark from the word. */
  public int recover(long address) {
    Area a = find(address);
    if (a == null) {
      return -Errno.EFAULT;
    }
    int offset = (int) (address - a.start);
    for (; ; ) {
      int word = a.region.pages().get32(offset);
      if ((word & FutexWord.OWNER_DIED) == 0) {
        return -Errno.EINVAL;
      }
      int recovered = word & ~FutexWord.OWNER_DIED;
      if (a.region.pages().compareAndExchange32(offset, word, recovered) == word) {
        return 0;
      }
    }
  }

  /**
   * The end of a thread. A lock that it holds may have been registered by any process that maps the
   * memory, so no count or flag of the thread's own can say that there is nothing to do.
   */
  public void exit(FutexTask thread) {
    for (Area a = first; a != null; a = a.next) {
      if (a.region.hasFutexes()) {
        long start = a.start;
        a.region.ownerDied(
            thread.tid(),
            (offset, hasWaiters) -> {
              if (hasWaiters) {
                thread.futexWake(start + offset, false, 1);
              }
            });
      }
    }
  }
}
