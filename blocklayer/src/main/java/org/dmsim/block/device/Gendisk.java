package org.dmsim.block.device;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.block.BlockPolicy;
import org.dmsim.block.queue.RequestQueue;
import org.dmsim.locking.Mutex;
import org.dmsim.machine.Task;
import org.dmsim.memory.PlainBoolean;
import org.dmsim.report.Check;
import org.dmsim.report.KernelSymbol;
import org.dmsim.report.Report;
import org.dmsim.splat.Splat;

/** {@code struct gendisk}: a disk with its queue and its driver. */
public final class Gendisk {

  /** {@code VM_READAHEAD_PAGES}: 128 KiB. */
  public static final long DEFAULT_READ_AHEAD = 32;

  private final Disks disks;
  private final String name;
  private final int major;
  private final int firstMinor;
  private final BlockDeviceOperations operations;
  private final RequestQueue queue;
  private final Mutex openMutex = new Mutex("&disk->open_mutex");
  private final BlockDevice part0;
  private final List<BlockDevice> partitions = new ArrayList<>(1);
  private final long diskSequence;
  private long readAheadPages = DEFAULT_READ_AHEAD;
  private Object privateData;
  private int integrityTag;
  private int integrityInterval;
  private final PlainBoolean readOnly = new PlainBoolean("GD_READ_ONLY", false);
  private final PlainBoolean added = new PlainBoolean("GD_ADDED", false);
  private final PlainBoolean dead = new PlainBoolean("GD_DEAD", false);
  private boolean queueRegistered;

  /**
   * A disk that nobody sees yet; a driver makes its own by {@code BlockLayer.allocDisk}.
   *
   * @param disks the machine's disks
   * @param name such as {@code ram0}
   */
  public Gendisk(
      Disks disks, String name, int major, int firstMinor, BlockDeviceOperations operations) {
    this.disks = disks;
    this.name = name;
    this.major = major;
    this.firstMinor = firstMinor;
    this.operations = operations;
    this.queue = new RequestQueue(name);
    this.part0 = new BlockDevice(this, 0, major, firstMinor, 0, 0);
    partitions.add(part0);
    diskSequence = disks.nextDiskSequence();
  }

  /** The disks of the machine that it belongs to. */
  public Disks disks() {
    return disks;
  }

  /** Its name: {@code ram0}. */
  public String name() {
    return name;
  }

  /** Major number. */
  public int major() {
    return major;
  }

  /** Minor number of the whole disk. */
  public int firstMinor() {
    return firstMinor;
  }

  /** Its driver. */
  public BlockDeviceOperations operations() {
    return operations;
  }

  /** Its queue. */
  public RequestQueue queue() {
    return queue;
  }

  /** The whole disk as a device. */
  public BlockDevice part0() {
    return part0;
  }

  /** {@code diskseq}: no other disk of this machine ever has the same; from 1 on. */
  public long diskSequence() {
    return diskSequence;
  }

  /** {@code bdi->ra_pages}: pages that the page cache reads ahead, if there were one. */
  public long readAheadPages() {
    return readAheadPages;
  }

  /** As {@code BLKRASET} sets it, in pages. */
  public void setReadAheadPages(long pages) {
    readAheadPages = pages;
  }

  /** Held while it is opened and closed. */
  Mutex openMutex() {
    return openMutex;
  }

  /** The driver's own. */
  public Object privateData() {
    return privateData;
  }

  /** Sets the driver's own. */
  public void setPrivateData(Object o) {
    privateData = o;
  }

  /** Bytes of the tag beside each block; 0 without an integrity profile. */
  public int integrityTag() {
    return integrityTag;
  }

  /** Bytes of the blocks that have tags. */
  public int integrityInterval() {
    return integrityInterval;
  }

  /** Has room for tags from now on; {@code blk_integrity_register}. */
  public void registerIntegrity(int tag, int interval) {
    integrityTag = tag;
    integrityInterval = interval;
  }

  /** Size in sectors. */
  public long capacity() {
    return part0().sectors();
  }

  /** Sets the size in sectors; mirrors {@code set_capacity}, 6.1. */
  @KernelSymbol("set_capacity")
  public void setCapacity(long sectors) {
    part0().setSectors(sectors);
  }

  /** Whether the driver has it read-only: {@code GD_READ_ONLY}. */
  public boolean isReadOnly() {
    return readOnly.get();
  }

  /** Mirrors {@code set_disk_ro}, 6.1. */
  @KernelSymbol("set_disk_ro")
  public void setReadOnly(boolean on) {
    readOnly.set(on);
  }

  /** Whether it can be opened. */
  public boolean isLive() {
    return added.get() && !dead.get();
  }

  /** Whether it stands under /sys/block. */
  public boolean isAdded() {
    return added.get();
  }

  /** Whether it goes away: {@code GD_DEAD}. */
  public boolean isDead() {
    return dead.get();
  }

  /** Nobody opens it any more, and who waits to enter its queue gives up: {@code GD_DEAD}. */
  @KernelSymbol("blk_mark_disk_dead")
  public void markDead() {
    dead.set(true);
    part0().setSectors(0);
  }

  /** Says that somebody may take the disk away, so that its directory of holders is told of. */
  public void setRemovable() {
    part0().setHolderDir(new HolderDir());
  }

  /** Makes it visible under its numbers and name; mirrors {@code add_disk}, 6.1. */
  @KernelSymbol("device_add_disk")
  public void add() {
    registerQueue();
    added.set(true);
    disks.add(this);
  }

  /** The queue's kobject is initialised, for a second time where the disk was there before. */
  @KernelSymbol("blk_register_queue")
  private void registerQueue() {
    if (queueRegistered && disks.kernel().has(BlockPolicy.QUEUE_REGISTERED_TWICE)) {
      initTwice();
    }
    queueRegistered = true;
  }

  @KernelSymbol("kobject_init")
  private void initTwice() {
    Task t = Task.current();
    if (t != null) {
      new Splat(t, Check.WARNING)
          .headline(
              "kobject: kobject ((____ptrval____)): tried to init an initialized object, something"
                  + " is seriously wrong.")
          .dumpStack()
          .make(Report.Counts.NONE);
    }
  }

  /** Takes it away again; mirrors {@code del_gendisk}, 6.1. */
  @KernelSymbol("del_gendisk")
  public void delete() {
    if (!added.get()) {
      return;
    }
    boolean others = part0().holderDir() != null; // of the rest, nobody opens what goes away
    if (others) {
      openMutex.lock();
    }
    dead.set(true);
    queue.freezeStart();
    queue.die();
    disks.remove(this);
    if (others) {
      openMutex.unlock();
      part0().holderDir().put();
    }
    part0().setSectors(0);
    queue.freezeWait();
    added.set(false);
  }

  /**
   * Adds a partition, as a partition table would.
   *
   * @return its device, with the next minor number
   */
  public BlockDevice addPartition(long start, long sectors) {
    int n = partitions.size();
    BlockDevice p = new BlockDevice(this, n, major, firstMinor + n, start, sectors);
    partitions.add(p);
    return p;
  }

  /** The device of a minor number; null if there is none. */
  BlockDevice device(int minor) {
    int n = minor - firstMinor;
    return n >= 0 && n < partitions.size() ? partitions.get(n) : null;
  }

  @Override
  public String toString() {
    return name;
  }
}
