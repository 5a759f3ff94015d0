package org.dmsim.block.device;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.block.BlockPolicy;
import org.dmsim.block.Errno;
import org.dmsim.report.KernelSymbol;

/**
 * The links between one disk and those that it holds; mirrors {@code block/holder.c}, 6.12. The
 * caller keeps others out. A disk that nobody takes away has no directory of holders here: what
 * happens to that of others is all that links are modelled for.
 */
public final class HolderLinks {

  private static final class Link {
    final BlockDevice bdev;
    final HolderDir dir;
    int count = 1;

    Link(BlockDevice bdev, HolderDir dir) {
      this.bdev = bdev;
      this.dir = dir;
    }
  }

  private final boolean counts;
  private final boolean looksFirst;
  private final List<Link> links = new ArrayList<>(1);

  /** No links. */
  public HolderLinks(Disks disks) {
    counts = !disks.kernel().has(BlockPolicy.HOLDER_DIR_NOT_COUNTED);
    looksFirst = !disks.kernel().has(BlockPolicy.HOLDER_LINKED_UNSEEN);
  }

  /**
   * Mirrors {@code bd_link_disk_holder}.
   *
   * @return 0, or -ENODEV where the disk is gone
   */
  @KernelSymbol("bd_link_disk_holder")
  public int link(BlockDevice bdev) {
    HolderDir dir = bdev.holderDir();
    if (dir == null) {
      return 0;
    }
    if (looksFirst) {
      bdev.disk().openMutex().lock();
      if (!bdev.disk().isLive()) {
        bdev.disk().openMutex().unlock();
        return -Errno.ENODEV;
      }
      dir.get();
      bdev.disk().openMutex().unlock();
    }
    Link there = find(bdev);
    if (there != null) {
      there.count++;
      if (looksFirst) {
        dir.put();
      }
      return 0;
    }
    dir.createLink();
    if (!looksFirst && counts) {
      dir.get();
    }
    links.add(new Link(bdev, dir));
    return 0;
  }

  /** Mirrors {@code bd_unlink_disk_holder}. */
  @KernelSymbol("bd_unlink_disk_holder")
  public void unlink(BlockDevice bdev) {
    Link there = find(bdev);
    if (there != null && --there.count == 0) {
      links.remove(there);
      there.dir.removeLink();
      if (counts) {
        there.dir.put();
      }
    }
  }

  private Link find(BlockDevice bdev) {
    for (Link l : links) {
      if (l.bdev == bdev) {
        return l;
      }
    }
    return null;
  }
}
