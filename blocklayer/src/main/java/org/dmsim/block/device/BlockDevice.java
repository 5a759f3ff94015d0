package org.dmsim.block.device;

import org.dmsim.block.Errno;
import org.dmsim.block.Sectors;
import org.dmsim.block.queue.RequestQueue;
import org.dmsim.locking.RwSemaphore;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.memory.PlainBoolean;
import org.dmsim.memory.PlainLong;
import org.dmsim.report.KernelSymbol;

/** {@code struct block_device}: a whole disk or a partition of it. */
public final class BlockDevice extends Shared {

  /** Opened for reading: {@code FMODE_READ}. */
  public static final int FMODE_READ = 0x1;

  /** Opened for writing: {@code FMODE_WRITE}. */
  public static final int FMODE_WRITE = 0x2;

  /** Opened by a holder that keeps others out: {@code FMODE_EXCL}. */
  public static final int FMODE_EXCL = 0x80;

  private final Gendisk disk;
  private final int partno;
  private final int major;
  private final int minor;
  private final long startSector;
  private final PlainLong sectors;
  private final PlainBoolean readOnly = new PlainBoolean("bd_read_only", false);
  private boolean readOnlyWarned;
  private boolean failing;
  private int openers;
  private Object holder;
  private int holders;
  private Object claiming;
  private RangeLocks rangeLocks;
  private HolderDir holderDir;

  BlockDevice(Gendisk disk, int partno, int major, int minor, long startSector, long sectors) {
    super("bdev " + major + ":" + minor);
    this.disk = disk;
    this.partno = partno;
    this.major = major;
    this.minor = minor;
    this.startSector = startSector;
    this.sectors = new PlainLong("bd_nr_sectors", sectors);
  }

  /** The disk that it is, or is a part of. */
  public Gendisk disk() {
    return disk;
  }

  /** Its queue: that of the disk. */
  public RequestQueue queue() {
    return disk.queue();
  }

  /** Number of the partition; 0 for the whole disk. */
  public int partno() {
    return partno;
  }

  /** The whole disk's device. */
  public BlockDevice whole() {
    return disk.part0();
  }

  /** Major number. */
  public int major() {
    return major;
  }

  /** Minor number. */
  public int minor() {
    return minor;
  }

  /** As a table names it: {@code 1:0}. */
  public String dev() {
    return major + ":" + minor;
  }

  /** Name, as {@code %pg} prints it: {@code ram0}, or {@code ram0p1}. */
  public String name() {
    if (partno == 0) {
      return disk.name();
    }
    boolean digit = Character.isDigit(disk.name().charAt(disk.name().length() - 1));
    return disk.name() + (digit ? "p" : "") + partno;
  }

  /** First sector on the whole disk. */
  public long startSector() {
    return startSector;
  }

  /** Size in sectors: {@code bdev_nr_sectors}. */
  public long sectors() {
    return sectors.get();
  }

  /** Size in bytes: {@code bdev_nr_bytes}. */
  public long bytes() {
    return sectors.get() << Sectors.SHIFT;
  }

  void setSectors(long n) {
    sectors.set(n);
  }

  /** Whether it, or the whole disk, is read-only: {@code bdev_read_only}. */
  public boolean isReadOnly() {
    return readOnly.get() || disk.isReadOnly();
  }

  /** {@code BD_RO_WARNED}: true the first time. */
  public boolean isFirstReadOnlyWarning() {
    boolean first = !readOnlyWarned;
    readOnlyWarned = true;
    return first;
  }

  /** Sets {@code bd_read_only}, as {@code BLKROSET} does. */
  public void setReadOnly(boolean on) {
    readOnly.set(on);
  }

  /** Injected errors: whether bios to it fail as {@code fail_make_request} has them fail. */
  public boolean isFailing() {
    return failing;
  }

  /** {@code make-it-fail}. */
  public void setFailing(boolean on) {
    failing = on;
  }

  /** Its directory of holders; null where nobody takes the disk away. */
  HolderDir holderDir() {
    return holderDir;
  }

  void setHolderDir(HolderDir dir) {
    holderDir = dir;
  }

  /** How many have it open. */
  public int openers() {
    return openers;
  }

  /** Who holds it exclusively; null if nobody does. */
  public Object holder() {
    return holder;
  }

  /**
   * Opens it; mirrors {@code blkdev_get_by_dev}, 6.1.
   *
   * @param mode of {@code FMODE_}
   * @param by who holds it, where the mode has {@link #FMODE_EXCL}; several opens of one holder are
   *     one
   * @return 0 or a negative errno: -EBUSY where another holds it, -ENXIO where the disk is gone
   */
  @KernelSymbol("blkdev_get_by_dev")
  public int open(int mode, Object by) {
    boolean exclusive = (mode & FMODE_EXCL) != 0;
    if (exclusive && !prepareToClaim(by)) {
      return -Errno.EBUSY;
    }
    disk.openMutex().lock();
    int error = -Errno.ENXIO;
    if (disk.isLive()) {
      error = partno == 0 ? openWhole(mode) : openPart(mode);
    }
    if (exclusive) {
      if (error == 0) {
        finishClaiming(by);
      }
      abortClaiming(by);
    }
    disk.openMutex().unlock();
    return error;
  }

  @KernelSymbol("blkdev_get_whole")
  private int openWhole(int mode) {
    int error = disk.operations().open(this, mode);
    if (error == 0) {
      openers++;
    }
    return error;
  }

  @KernelSymbol("blkdev_get_part")
  private int openPart(int mode) {
    if (openers == 0) {
      int error = whole().openWhole(mode);
      if (error != 0) {
        return error;
      }
    }
    openers++;
    return 0;
  }

  /**
   * Mirrors {@code bd_prepare_to_claim}, 6.1: nobody else may claim the disk until {@link
   * #abortClaiming}; waits for whoever is about to.
   *
   * @return false if another holds it
   */
  @KernelSymbol("bd_prepare_to_claim")
  public boolean prepareToClaim(Object by) {
    BlockDevice whole = whole();
    for (; ; ) {
      Sched.point(whole, Access.WRITE);
      if (!mayClaim(by)) {
        return false;
      }
      if (whole.claiming == null) {
        whole.claiming = by;
        return true;
      }
      Sched.await(whole, Access.READ, whole.claimable);
    }
  }

  /** Mirrors {@code bd_abort_claiming}, 6.1. */
  @KernelSymbol("bd_abort_claiming")
  public void abortClaiming(Object by) {
    Sched.point(whole(), Access.WRITE);
    whole().claiming = null;
  }

  private boolean mayClaim(Object by) {
    if (holder == by || (holder == null && partno == 0)) {
      return true;
    }
    return holder == null && (whole().holder == null || whole().holder == PARTITIONED);
  }

  /** Who holds a disk of which a partition is held: the kernel's {@code bd_may_claim}. */
  private static final Object PARTITIONED = new Object();

  private void finishClaiming(Object by) {
    Sched.point(whole(), Access.WRITE);
    whole().holders++;
    whole().holder = PARTITIONED;
    holders++;
    holder = by;
  }

  /** Keeps other ioctls off the device's ranges: {@code inode_lock} and the page cache's lock. */
  public void lockRange() {
    ranges().inode.downWrite();
    ranges().mapping.downWrite();
  }

  /** Ends {@link #lockRange}. */
  public void unlockRange() {
    ranges().mapping.upWrite();
    ranges().inode.upWrite();
  }

  /** The locks of an inode; made when first needed. */
  private static final class RangeLocks {
    final RwSemaphore inode = new RwSemaphore("&sb->s_type->i_mutex_key");
    final RwSemaphore mapping = new RwSemaphore("mapping.invalidate_lock");
  }

  private synchronized RangeLocks ranges() {
    if (rangeLocks == null) {
      rangeLocks = new RangeLocks();
    }
    return rangeLocks;
  }

  /** Closes it; mirrors {@code blkdev_put}, 6.1. The mode is that of the open. */
  @KernelSymbol("blkdev_put")
  public void close(int mode) {
    disk.openMutex().lock();
    if ((mode & FMODE_EXCL) != 0) {
      Sched.point(whole(), Access.WRITE);
      whole().holders--;
      if (--holders == 0) {
        holder = null;
      }
      if (whole().holders == 0) {
        whole().holder = null;
      }
    }
    openers--;
    if (partno == 0) {
      disk.operations().release(disk, mode);
    } else if (openers == 0) {
      whole().openers--;
      disk.operations().release(disk, mode);
    }
    disk.openMutex().unlock();
  }

  @Override
  public String label() {
    return "bdev " + name();
  }

  @Override
  public String toString() {
    return name();
  }

  private final Blocker claimable =
      new Blocker() {
        @Override
        public boolean ready() {
          return claiming == null;
        }

        @Override
        public String waitsFor() {
          return "the claiming of " + name() + " to end";
        }
      };
}
