package org.dmsim.dm.device;

import java.util.List;
import org.dmsim.block.Errno;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioDriver;
import org.dmsim.block.bio.BioList;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.device.Gendisk;
import org.dmsim.context.Sleep;
import org.dmsim.dm.table.DmMempools;
import org.dmsim.dm.table.DmTable;
import org.dmsim.dm.table.TableDevices;
import org.dmsim.dm.table.TableOwner;
import org.dmsim.dm.table.TableType;
import org.dmsim.dm.targets.TargetType;
import org.dmsim.dm.targets.TargetTypes;
import org.dmsim.locking.Mutex;
import org.dmsim.locking.SpinLock;
import org.dmsim.locking.WaitQueue;
import org.dmsim.machine.Access;
import org.dmsim.machine.Maker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Task;
import org.dmsim.memory.SharedBits;
import org.dmsim.memory.SharedInt;
import org.dmsim.memory.SharedRef;
import org.dmsim.memory.SlabObject;
import org.dmsim.report.KernelSymbol;
import org.dmsim.version.KernelPolicies;
import org.dmsim.workqueue.Work;
import org.dmsim.workqueue.Workqueue;

/**
 * {@code struct mapped_device}: a block device whose I/O a table sends on. The struct, its counts
 * of holders and openers, and the block layer's way into it; what is done with it stands beside, by
 * subject.
 */
public final class MappedDevice extends SlabObject implements TableOwner, BioDriver {

  // Bits of md->flags, by number; their names stand in the same order below.
  static final int DMF_BLOCK_IO_FOR_SUSPEND = 0;
  static final int DMF_SUSPENDED = 1;
  static final int DMF_FROZEN = 2;
  static final int DMF_FREEING = 3;
  static final int DMF_DELETING = 4;
  static final int DMF_NOFLUSH_SUSPENDING = 5;
  static final int DMF_DEFERRED_REMOVE = 6;
  static final int DMF_SUSPENDED_INTERNALLY = 7;
  static final int DMF_POST_SUSPENDING = 8;

  /** {@code fsleep(10000)} in {@code dm_prepare_ioctl}: milliseconds. */
  private static final int PREPARE_IOCTL_RETRY = 10;

  /** Geometry that was forced on it: cylinders, heads, sectors, start. */
  public record Geometry(long cylinders, long heads, long sectors, long start) {
    static final Geometry NONE = new Geometry(0, 0, 0, 0);
  }

  final DmCore core;
  private final int minor;
  private final String name;
  private final Gendisk disk;
  private final SharedBits flags =
      new SharedBits(
          "md->flags",
          "DMF_BLOCK_IO_FOR_SUSPEND",
          "DMF_SUSPENDED",
          "DMF_FROZEN",
          "DMF_FREEING",
          "DMF_DELETING",
          "DMF_NOFLUSH_SUSPENDING",
          "DMF_DEFERRED_REMOVE",
          "DMF_SUSPENDED_INTERNALLY",
          "DMF_POST_SUSPENDING");
  private final Holders holders;
  private final SharedInt openCount = new SharedInt("md->open_count", 0);
  private final SharedInt eventNr = new SharedInt("md->event_nr", 0);
  private final TableDevices tableDevices;
  private final Mutex typeLock = new Mutex("&md->type_lock");
  private TableType type = TableType.NONE;

  /** Held while the device is suspended, resumed, or gets another table. */
  final Mutex suspendLock = new Mutex("&md->suspend_lock");

  /** The live table. */
  public final LiveTable live;

  final PendingIo pendingIo;
  final WaitQueue wait = new WaitQueue("&md->wait");
  final WaitQueue eventQueue = new WaitQueue("&md->eventq");

  /** Who waits for an internal resume: the wait on a bit of the flags. */
  final WaitQueue internalResume = new WaitQueue("&md->flags bit");

  final Workqueue workqueue;
  final Work work = new Work(() -> DeferredBios.dmWqWork(this));
  final Work requeueWork = new Work(() -> Requeue.dmWqRequeueWork(this));
  final SpinLock deferredLock = new SpinLock("&md->deferred_lock");
  final BioList deferred = new BioList();
  DmIo requeueList;
  int internalSuspendCount;
  final SharedRef<DmMempools> mempools = new SharedRef<>("md->mempools", null);
  final IoCache ioCache;

  /** The table whose zones are being counted before it goes live, and who counts them. */
  final SharedRef<DmTable> zoneRevalidateMap = new SharedRef<>("md->zone_revalidate_map", null);

  Task zoneRevalidateTask;
  TargetType immutableTargetType;
  Geometry geometry = Geometry.NONE;

  /** {@code md->interface_ptr}: what the ioctl side keeps with the device. */
  private Object interfacePointer;

  private MappedDevice(DmCore core, int minor) {
    super("kmalloc-4k", "mapped_device");
    this.core = core;
    this.live = core.newLiveTable(suspendLock);
    this.minor = minor;
    this.name = nameOf(minor);
    this.holders = new Holders(name);
    this.tableDevices = new TableDevices(core.blockLayer());
    this.pendingIo = new PendingIo(core.cpus());
    this.ioCache = new IoCache(core.kernel());
    this.disk = core.blockLayer().allocDisk("dm-" + minor, DmCore.MAJOR, minor, this);
    disk.setPrivateData(this);
    tableDevices.heldBy(disk);
    if (core.kernel().has(DmPolicy.NOT_ITS_OWN_HOLDER)) {
      tableDevices.refuse(disk);
    }
    workqueue = Workqueue.alloc("kdmflush/" + name, Workqueue.MEM_RECLAIM);
  }

  /**
   * A device without a table; mirrors {@code dm_create}, 6.1.
   *
   * @param minor the minor that it is to have, or -1 for the lowest free one
   * @return null if that minor is taken
   */
  @KernelSymbol("dm_create")
  public static MappedDevice create(DmCore core, int minor) {
    int m = minor;
    if (m < 0) {
      m = core.nextFreeMinor();
    } else if (core.specificMinor(m) != 0) {
      return null;
    }
    int number = m;
    MappedDevice md = Maker.whole(nameOf(m), () -> new MappedDevice(core, number));
    if (core.kernel().has(DmPolicy.DISK_BEFORE_TABLE)) {
      md.disk.add();
    }
    core.minorLock.lock();
    core.replaceMinor(m, md);
    core.minorLock.unlock();
    return md;
  }

  private static String nameOf(int minor) {
    return DmCore.MAJOR + ":" + minor;
  }

  @Override
  public String label() {
    return "mapped_device " + name;
  }

  @Override
  protected boolean isReachable() {
    return core.knows(this);
  }

  /** A use of the struct that is part of the step which is made anyway. */
  void look() {
    Sched.touch(this, Access.READ);
    touchOwned();
  }

  // ---- flags and counts -----------------------------------------------------------------------

  /** {@code test_bit}. */
  boolean has(int bit) {
    return flags.test(bit);
  }

  void set(int bit) {
    flags.set(bit);
  }

  void clear(int bit) {
    flags.clear(bit);
  }

  /** Pins it; mirrors {@code dm_get}. */
  @KernelSymbol("dm_get")
  public void get() {
    look();
    holders.get();
  }

  @Override
  @KernelSymbol("dm_put")
  public void put() {
    look();
    holders.put();
  }

  @Override
  @KernelSymbol("dm_hold")
  public int hold() {
    core.minorLock.lock();
    boolean going = has(DMF_FREEING);
    if (!going) {
      get();
    }
    core.minorLock.unlock();
    return going ? -Errno.EBUSY : 0;
  }

  /** Who pins it. */
  Holders holders() {
    return holders;
  }

  /** How many have it open; {@code dm_open_count}. */
  public int openCount() {
    return openCount.readOnce();
  }

  /** How many events there were; {@code dm_get_event_nr}. */
  public int eventNr() {
    return eventNr.readOnce();
  }

  /** What a table's event does: mirrors {@code event_callback}. */
  @KernelSymbol("event_callback")
  void event() {
    eventNr.add(1);
    eventQueue.wakeUp();
    core.issueGlobalEvent();
  }

  /**
   * Waits until there was another event than that; mirrors {@code dm_wait_event}.
   *
   * @return false if a signal ended the wait
   */
  @KernelSymbol("dm_wait_event")
  public boolean waitEvent(int seen) {
    return eventQueue.waitEventInterruptible(() -> eventNr.readOnce() != seen);
  }

  /** {@code dm_lock_for_deletion}: nobody opens it from now on, unless somebody has it open. */
  @KernelSymbol("dm_lock_for_deletion")
  public int lockForDeletion(boolean markDeferred, boolean onlyDeferred) {
    int r = 0;
    core.minorLock.lock();
    if (openCount() > 0) {
      r = -Errno.EBUSY;
      if (markDeferred) {
        set(DMF_DEFERRED_REMOVE);
      }
    } else if (onlyDeferred && !has(DMF_DEFERRED_REMOVE)) {
      r = -Errno.EEXIST;
    } else {
      set(DMF_DELETING);
    }
    core.minorLock.unlock();
    return r;
  }

  /** {@code dm_cancel_deferred_remove}. */
  @KernelSymbol("dm_cancel_deferred_remove")
  public int cancelDeferredRemove() {
    int r = 0;
    core.minorLock.lock();
    if (has(DMF_DELETING)) {
      r = -Errno.EBUSY;
    } else {
      clear(DMF_DEFERRED_REMOVE);
    }
    core.minorLock.unlock();
    return r;
  }

  /** {@code dm_test_deferred_remove_flag}. */
  public boolean isDeferredRemove() {
    return has(DMF_DEFERRED_REMOVE);
  }

  /** {@code dm_deleting_md}. */
  public boolean isDeleting() {
    return has(DMF_DELETING);
  }

  // ---- the block layer's way in ----------------------------------------------------------------

  @Override
  public boolean hasFunction() {
    return type != TableType.NONE || !core.kernel().has(DmPolicy.QUEUE_WITHOUT_FUNCTION);
  }

  @Override
  public void submitBio(Bio bio) {
    BioSubmission.dmSubmitBio(this, bio);
  }

  @Override
  @KernelSymbol("dm_blk_open")
  public int open(BlockDevice bdev, int mode) {
    core.minorLock.lock();
    boolean gone = disk.privateData() == null || has(DMF_FREEING) || has(DMF_DELETING);
    if (!gone) {
      get();
      openCount.add(1);
    }
    core.minorLock.unlock();
    return gone ? -Errno.ENXIO : 0;
  }

  @Override
  @KernelSymbol("dm_blk_close")
  public void release(Gendisk d, int mode) {
    core.minorLock.lock();
    if (openCount.decAndTest() && has(DMF_DEFERRED_REMOVE)) {
      core.deferredRemoval().schedule();
    }
    put();
    core.minorLock.unlock();
  }

  @Override
  @KernelSymbol("dm_blk_ioctl")
  public int ioctl(BlockDevice bdev, int mode, int command) {
    for (; ; ) {
      int index = live.get();
      DmTable map = live.read();
      int r = -Errno.ENOTTY;
      if (map != null && map.targetCount() == 1) {
        BlockDevice[] passed = {bdev};
        r = isSuspended() ? -Errno.EAGAIN : map.target(0).prepareIoctl(passed);
        if (r >= 0) {
          r = passed[0].disk().operations().ioctl(passed[0], mode, command);
        }
      }
      live.put(index);
      if (r != -Errno.ENOTCONN) {
        return r;
      }
      Sleep.msleep(PREPARE_IOCTL_RETRY); // a multipath target without a path
    }
  }

  // ---- what its tables ask ---------------------------------------------------------------------

  @Override
  public String deviceName() {
    return name;
  }

  /** Its minor number. */
  public int minor() {
    return minor;
  }

  @Override
  public Gendisk disk() {
    return disk;
  }

  @Override
  public TableDevices tableDevices() {
    return tableDevices;
  }

  @Override
  public KernelPolicies kernel() {
    return core.kernel();
  }

  @Override
  public TargetTypes targetTypes() {
    return core.targetTypes();
  }

  @Override
  public Mutex eventLock() {
    return core.eventLock();
  }

  @Override
  public int reservedBioBasedIos() {
    return core.reservedBioBasedIos();
  }

  @Override
  public Bio newDmIo() {
    return new DmIo();
  }

  @Override
  public Bio newDmTargetIo() {
    return new DmTargetIo();
  }

  /** The devices of its live table, for who looks from outside the model: no step. */
  public List<BlockDevice> devicesSeen() {
    DmTable table = live.peek();
    return table == null || table.isFreed() ? List.of() : table.devicesSeen();
  }

  @Override
  public boolean isSuspended() {
    return has(DMF_SUSPENDED);
  }

  /** {@code dm_suspended_internally_md}. */
  public boolean isSuspendedInternally() {
    return has(DMF_SUSPENDED_INTERNALLY);
  }

  @Override
  public boolean isPostSuspending() {
    return has(DMF_POST_SUSPENDING);
  }

  @Override
  public boolean isNoflushSuspending() {
    return has(DMF_NOFLUSH_SUSPENDING);
  }

  @Override
  public TableType type() {
    return type;
  }

  /** Settles it; with {@link #lockType} held. */
  void setType(TableType settled) {
    type = settled;
  }

  /** {@code dm_lock_md_type}. */
  @KernelSymbol("dm_lock_md_type")
  public void lockType() {
    typeLock.lock();
  }

  /** {@code dm_unlock_md_type}. */
  @KernelSymbol("dm_unlock_md_type")
  public void unlockType() {
    typeLock.unlock();
  }

  /** {@code dm_get_immutable_target_type}. */
  public TargetType immutableTargetType() {
    return immutableTargetType;
  }

  @Override
  public void assertSuspendLockHeld() {
    Suspension.assertLockHeld(this);
  }

  @Override
  public boolean uses(DmTable table) {
    return core.knows(this)
        && (live.peek() == table
            || (interfacePointer instanceof InterfaceCell c && c.inactiveTable() == table));
  }

  @Override
  public boolean uses(DmMempools pools) {
    return core.knows(this) && mempools.peek() == pools;
  }

  /** What the ioctl side keeps with a device: {@code struct hash_cell}. */
  public interface InterfaceCell {
    /** {@code hc->new_map}. */
    DmTable inactiveTable();
  }

  /** {@code dm_get_mdptr}. */
  public Object interfacePointer() {
    return interfacePointer;
  }

  /** {@code dm_set_mdptr}. */
  public void setInterfacePointer(Object pointer) {
    interfacePointer = pointer;
  }

  /** {@code dm_get_size}: sectors. */
  public long size() {
    return disk.capacity();
  }

  /** {@code dm_set_geometry}; false if it starts beyond its end. */
  public boolean setGeometry(Geometry g) {
    if (Long.compareUnsigned(g.start(), g.cylinders() * g.heads() * g.sectors()) > 0) {
      return false;
    }
    geometry = g;
    return true;
  }

  // ---- for targets: suspended by other devices --------------------------------------------------

  @Override
  public void internalSuspendFast() {
    InternalSuspension.suspendFast(this);
  }

  @Override
  public void internalResumeFast() {
    InternalSuspension.resumeFast(this);
  }

  @Override
  public void internalSuspendNoflush() {
    InternalSuspension.suspendNoflush(this);
  }

  @Override
  public void internalResume() {
    InternalSuspension.resume(this);
  }
}
