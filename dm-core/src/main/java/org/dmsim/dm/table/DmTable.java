package org.dmsim.dm.table;

import java.util.Arrays;
import java.util.List;
import org.dmsim.block.Errno;
import org.dmsim.block.bio.BioDriver;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.device.Gendisk;
import org.dmsim.dm.targets.DeviceCallout;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.MappedDeviceHandle;
import org.dmsim.dm.targets.NotModelledException;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.dm.targets.TargetFeature;
import org.dmsim.dm.targets.TargetTable;
import org.dmsim.dm.targets.TargetType;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.memory.SlabObject;
import org.dmsim.report.KernelSymbol;
import org.dmsim.version.KernelPolicies;

/**
 * A table: targets that lie end to end from sector 0. {@code struct dm_table}.
 *
 * <p>Interface: {@link #create}, {@link #addTarget} for each line, {@link #complete}; then it is
 * read by any task until {@link #destroy}, which the caller makes sure is the last to see it.
 */
public final class DmTable extends SlabObject implements TargetTable {

  private static final String PREFIX = "table";

  /** {@code LLONG_MAX >> SECTOR_SHIFT}. */
  private static final long MAX_SECTORS = Long.MAX_VALUE >> 9;

  /** {@code DM_MAX_TARGETS}. */
  private static final int MAX_TARGETS = 1048576;

  private final TableOwner owner;
  private final boolean writable;
  private final UsedDevices devices;
  private DmTarget[] targets;
  private long[] highs;
  private int count;
  private TargetIndex index;
  private boolean singleton;
  private boolean flushBypassesMap = true;
  private TargetType immutableTargetType;
  private TableType type = TableType.NONE;
  private DmMempools mempools;
  private Runnable onEvent;

  private DmTable(TableOwner owner, boolean writable, int expected) {
    super("kmalloc-512", "dm_table");
    this.owner = owner;
    this.devices = new UsedDevices(owner);
    this.writable = writable;
    this.targets = new DmTarget[Math.max(expected, 1)];
    this.highs = new long[targets.length];
  }

  /**
   * An empty table.
   *
   * @param expected how many targets are to come
   * @throws TargetError EOVERFLOW for more than the kernel allows
   */
  @KernelSymbol("dm_table_create")
  public static DmTable create(TableOwner owner, boolean writable, int expected)
      throws TargetError {
    if (expected < 0 || expected > MAX_TARGETS) {
      throw new TargetError(Errno.EOVERFLOW, "too many targets");
    }
    return new DmTable(owner, writable, expected);
  }

  @Override
  protected boolean isReachable() {
    return owner.uses(this);
  }

  private boolean owns(DmMempools pools) {
    return (mempools == pools && isReachable()) || owner.uses(pools);
  }

  // ---- construction ---------------------------------------------------------------------------

  /**
   * Adds the next line; mirrors {@code dm_table_add_target}, 6.1.
   *
   * @return 0 or a negative errno; what is wrong is in the kernel log
   */
  @KernelSymbol("dm_table_add_target")
  public int addTarget(String typeName, long start, long length, String params) {
    if (singleton) {
      return refuse("target type " + targets[0].type().name() + " must appear alone in table");
    }
    if (length == 0) {
      return refuse("zero-length target");
    }
    long end = start + length;
    if (Long.compareUnsigned(end, start) < 0 || Long.compareUnsigned(end, MAX_SECTORS) > 0) {
      return refuse("too large device");
    }
    TargetType found = owner.targetTypes().find(typeName);
    if (found == null) {
      return refuse(typeName + ": unknown target type");
    }
    DmTarget target = found.maker().get();
    target.place(found, this, start, length);
    try {
      check(found);
      if (start != size()) {
        throw new TargetError(Errno.EINVAL, "Gap in table");
      }
      target.ctr(Scan.splitArgs(params));
    } catch (TargetError e) {
      target.putDevices();
      refuse(typeName + ": " + e.getMessage() + " (" + -e.errno() + ")");
      return -e.errno();
    } catch (NotModelledException e) {
      target.putDevices();
      throw e;
    }
    if (count == targets.length) {
      targets = Arrays.copyOf(targets, count * 2);
      highs = Arrays.copyOf(highs, count * 2);
    }
    targets[count] = target;
    highs[count++] = end - 1;
    flushBypassesMap &= target.flushBypassesMap;
    if (target.numDiscardBios == 0 && target.discardsSupported) {
      say(typeName + ": ignoring discards_supported because num_discard_bios is zero.");
    }
    return 0;
  }

  private void check(TargetType found) throws TargetError {
    if (found.features().contains(TargetFeature.SINGLETON)) {
      if (count > 0) {
        throw new TargetError(Errno.EINVAL, "singleton target type must appear alone in table");
      }
      singleton = true;
    }
    if (found.features().contains(TargetFeature.ALWAYS_WRITEABLE) && !writable) {
      throw new TargetError(Errno.EINVAL, "target type may not be included in a read-only table");
    }
    boolean immutable = found.features().contains(TargetFeature.IMMUTABLE);
    if (immutableTargetType != null ? immutableTargetType != found : immutable && count > 0) {
      throw new TargetError(
          Errno.EINVAL, "immutable target type cannot be mixed with other target types");
    }
    if (immutable) {
      immutableTargetType = found;
    }
  }

  private int refuse(String why) {
    say(why);
    return -Errno.EINVAL;
  }

  private void say(String what) {
    DmLog.say(PREFIX, deviceName() + ": " + what);
  }

  /** Makes the table ready for use: its type, its index, its pools. Mirrors 6.1's. */
  @KernelSymbol("dm_table_complete")
  public int complete() {
    if (determineType() != 0) {
      DmLog.say(PREFIX, "unable to determine table type");
      return -Errno.EINVAL;
    }
    index = new TargetIndex(highs, count);
    allocMdMempools();
    return 0;
  }

  /**
   * Mirrors {@code dm_table_determine_type}, 6.1, which refuses a table for requests over devices
   * that take bios.
   */
  @KernelSymbol("dm_table_determine_type")
  private int determineType() {
    if (count == 0 || !targets[0].requestBased) {
      type = TableType.BIO_BASED;
      return 0;
    }
    DeviceCallout takesBios =
        (target, device, start, length) ->
            device.bdev().disk().operations() instanceof BioDriver d && d.takesBios() ? 1 : 0;
    if (targets[0].iterateDevices(takesBios) == 0) {
      throw new NotModelledException(
          "request-based device-mapper is not modelled; multipath takes 'queue_mode bio'");
    }
    DmLog.say(PREFIX, "table load rejected: including non-request-stackable devices");
    return -Errno.EINVAL;
  }

  private void allocMdMempools() {
    int poolSize = owner.reservedBioBasedIos();
    for (int i = 0; i < count; i++) {
      poolSize = Math.max(poolSize, targets[i].numFlushBios);
    }
    mempools = new DmMempools(poolSize, owner::newDmIo, owner::newDmTargetIo, this::owns);
  }

  /** Takes the targets down and frees all; mirrors {@code dm_table_destroy}, 6.1. */
  @KernelSymbol("dm_table_destroy")
  public void destroy() {
    touch();
    for (int i = 0; i < count; i++) {
      targets[i].dtr();
      targets[i].putDevices();
    }
    devices.putLeftOvers();
    if (mempools != null) {
      mempools.release();
    }
    free();
  }

  // ---- its devices ----------------------------------------------------------------------------

  @Override
  public DmDev getDevice(String path, boolean forWriting, String error) throws TargetError {
    return devices.get(path, forWriting, error);
  }

  @Override
  public boolean names(String path, DmDev device) {
    return devices.names(path, device);
  }

  @Override
  public void putDevice(DmDev device) {
    devices.put(device);
  }

  /** The devices as they are now, for who looks from outside the model: no step. */
  public List<BlockDevice> devicesSeen() {
    return devices.seen();
  }

  /** The devices, the one opened last first; what {@code dmsetup deps} shows. */
  public List<DmDev> devices() {
    return devices.list();
  }

  /** Whether some device, not further described, answers {@code fn} with other than 0. */
  boolean anyDevice(DeviceCallout fn) {
    for (int i = 0; i < count; i++) {
      if (targets[i].listsDevices() && targets[i].iterateDevices(fn) != 0) {
        return true;
      }
    }
    return false;
  }

  /** A use of the table that is part of the step which is made anyway. */
  public void look() {
    Sched.touch(this, Access.READ);
    touchOwned();
  }

  // ---- lookup ---------------------------------------------------------------------------------

  /** The target of a sector; null beyond the end. Mirrors {@code dm_table_find_target}. */
  public DmTarget findTarget(long sector) {
    look();
    int i = index.find(sector);
    return i < 0 ? null : targets[i];
  }

  /** How many targets there are. */
  public int targetCount() {
    look();
    return count;
  }

  /** A target by position; {@code dm_table_get_target}. */
  public DmTarget target(int i) {
    return targets[i];
  }

  @Override
  public long size() {
    return count == 0 ? 0 : highs[count - 1] + 1;
  }

  /** Whether an empty flush goes to each device, past the targets; {@code flush_bypasses_map}. */
  public boolean flushBypassesMap() {
    return flushBypassesMap;
  }

  /** How its device takes I/O. */
  public TableType type() {
    return type;
  }

  /** The immutable target type that it holds; null if there is none. */
  public TargetType immutableTargetType() {
    return immutableTargetType;
  }

  /** Whether it holds a target that may replace any other. */
  public boolean hasWildcardTarget() {
    for (int i = 0; i < count; i++) {
      if (targets[i].type().features().contains(TargetFeature.WILDCARD)) {
        return true;
      }
    }
    return false;
  }

  /** Hands its pools over to the mapped device. */
  public DmMempools takeMempools() {
    DmMempools taken = mempools;
    mempools = null;
    return taken;
  }

  // ---- what its targets are told ---------------------------------------------------------------

  /** {@code dm_table_presuspend_targets}. */
  @KernelSymbol("dm_table_presuspend_targets")
  public void presuspendTargets() {
    owner.assertSuspendLockHeld();
    for (int i = 0; i < count; i++) {
      targets[i].presuspend();
    }
  }

  /** {@code dm_table_presuspend_undo_targets}. */
  @KernelSymbol("dm_table_presuspend_undo_targets")
  public void presuspendUndoTargets() {
    owner.assertSuspendLockHeld();
    for (int i = 0; i < count; i++) {
      targets[i].presuspendUndo();
    }
  }

  /** {@code dm_table_postsuspend_targets}. */
  @KernelSymbol("dm_table_postsuspend_targets")
  public void postsuspendTargets() {
    owner.assertSuspendLockHeld();
    for (int i = 0; i < count; i++) {
      targets[i].postsuspend();
    }
  }

  /**
   * {@code dm_table_resume_targets}.
   *
   * @return 0, or the negative errno of a target that refuses
   */
  @KernelSymbol("dm_table_resume_targets")
  public int resumeTargets() {
    owner.assertSuspendLockHeld();
    for (int i = 0; i < count; i++) {
      int r = targets[i].preresume();
      if (r != 0) {
        say(targets[i].type().name() + ": preresume failed, error = " + r);
        return r;
      }
    }
    for (int i = 0; i < count; i++) {
      targets[i].resume();
    }
    return 0;
  }

  // ---- events ---------------------------------------------------------------------------------

  /** Who is told of events; null for nobody. {@code dm_table_event_callback}. */
  public void eventCallback(Runnable callback) {
    owner.eventLock().lock();
    onEvent = callback;
    owner.eventLock().unlock();
  }

  @Override
  @KernelSymbol("dm_table_event")
  public void event() {
    owner.eventLock().lock();
    if (onEvent != null) {
      onEvent.run();
    }
    owner.eventLock().unlock();
  }

  // ---- what its targets ask --------------------------------------------------------------------

  @Override
  public String deviceName() {
    return owner.deviceName();
  }

  @Override
  public KernelPolicies kernel() {
    return owner.kernel();
  }

  @Override
  public boolean writable() {
    return writable;
  }

  @Override
  public Gendisk disk() {
    return owner.disk();
  }

  @Override
  public MappedDeviceHandle mappedDevice() {
    return owner;
  }

  @Override
  public boolean isSuspended() {
    return owner.isSuspended();
  }

  @Override
  public boolean isPostSuspending() {
    return owner.isPostSuspending();
  }

  @Override
  public boolean isNoflushSuspending() {
    return owner.isNoflushSuspending();
  }
}
