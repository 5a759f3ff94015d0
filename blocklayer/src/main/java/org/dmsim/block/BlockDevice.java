package org.dmsim.block;

/** {@code struct block_device}: a whole disk or a partition of it. */
public final class BlockDevice {

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
  private volatile long sectors;
  private volatile boolean readOnly;
  private boolean failing;
  private int openers;
  private Object holder;
  private int holders;

  BlockDevice(Gendisk disk, int partno, int major, int minor, long startSector, long sectors) {
    this.disk = disk;
    this.partno = partno;
    this.major = major;
    this.minor = minor;
    this.startSector = startSector;
    this.sectors = sectors;
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
    return sectors;
  }

  /** Size in bytes: {@code bdev_nr_bytes}. */
  public long bytes() {
    return sectors << Sectors.SHIFT;
  }

  void setSectors(long n) {
    sectors = n;
  }

  /** Whether it, or the whole disk, is read-only: {@code bdev_read_only}. */
  public boolean isReadOnly() {
    return readOnly || disk.isReadOnly();
  }

  /** Sets {@code bd_read_only}, as {@code BLKROSET} does. */
  public void setReadOnly(boolean on) {
    readOnly = on;
  }

  /** Injected errors: whether bios to it fail as {@code fail_make_request} has them fail. */
  public boolean isFailing() {
    return failing;
  }

  /** {@code make-it-fail}. */
  public void setFailing(boolean on) {
    failing = on;
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
  @org.dmsim.report.KernelSymbol("blkdev_get_by_dev")
  public int open(int mode, Object by) {
    boolean exclusive = (mode & FMODE_EXCL) != 0;
    if (exclusive && !mayClaim(by)) {
      return -Errno.EBUSY;
    }
    if (!disk.isLive()) {
      return -Errno.ENXIO;
    }
    int error = disk.operations().open(this, mode);
    if (error != 0) {
      return error;
    }
    openers++;
    if (partno != 0) {
      whole().openers++;
    }
    if (exclusive) {
      holder = by;
      holders++;
    }
    return 0;
  }

  private boolean mayClaim(Object by) {
    if (holder != null) {
      return holder == by;
    }
    return partno == 0 || whole().holder == null;
  }

  /** Closes it; mirrors {@code blkdev_put}, 6.1. The mode is that of the open. */
  @org.dmsim.report.KernelSymbol("blkdev_put")
  public void close(int mode) {
    if ((mode & FMODE_EXCL) != 0 && --holders == 0) {
      holder = null;
    }
    openers--;
    if (partno != 0) {
      whole().openers--;
    }
    disk.operations().release(disk, mode);
  }

  @Override
  public String toString() {
    return name();
  }
}
