package org.dmsim.dm.ioctl;

import java.util.List;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmsim.block.Errno;
import org.dmsim.dm.device.DeviceRemoval;
import org.dmsim.dm.device.DmCore;
import org.dmsim.dm.device.MappedDevice;
import org.dmsim.dm.table.DmTable;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.Scan;
import org.dmsim.machine.Machine;
import org.dmsim.machine.MachineKey;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;

/**
 * The commands of {@code /dev/mapper/control}, one method for each; what dmsetup is made of. A
 * device is asked for by name. Every command enters the kernel and leaves it again, and runs in the
 * calling task.
 */
public final class DmIoctl {

  private static final MachineKey<DmIoctl> KEY =
      new MachineKey<>("dm ioctl", m -> new DmIoctl(DmCore.of(m)));

  private static final Pattern GEOMETRY =
      Pattern.compile("\\s*(\\d+)\\s+(\\d+)\\s+(\\d+)\\s+(\\d+)");

  private final DmCore core;
  private final NameHash hash;
  private final TableIoctl tables;
  private final SuspendIoctl suspends;

  /** The interface of a device mapper; for real threads, where no machine is. */
  public DmIoctl(DmCore core) {
    this.core = core;
    this.hash = new NameHash(core);
    this.tables = new TableIoctl(hash, core);
    this.suspends = new SuspendIoctl(hash);
    core.deferredRemoval().set(() -> hash.removeAll(false, true));
  }

  /** That of a machine. */
  public static DmIoctl of(Machine machine) {
    return machine.part(KEY);
  }

  /**
   * A mapped device by its names.
   *
   * @param uuid empty where none was set
   */
  public record Named(String name, String uuid, int minor) {}

  /** The devices as /sys shows them, in order of their names: no system call, and no lock. */
  public List<Named> names() {
    return hash.cells().stream()
        .map(c -> new Named(c.name, c.uuid == null ? "" : c.uuid, c.md.minor()))
        .toList();
  }

  /** The names and what belongs to them. */
  NameHash hash() {
    return hash;
  }

  /** Suspend and resume. */
  SuspendIoctl suspends() {
    return suspends;
  }

  /** The commands about tables. */
  TableIoctl tables() {
    return tables;
  }

  /** The device mapper that it belongs to. */
  public DmCore core() {
    return core;
  }

  // ---- devices --------------------------------------------------------------------------------

  /**
   * {@code DM_DEV_CREATE}: a device without a table, under the lowest free minor.
   *
   * @param uuid may be null or empty
   */
  public DmReply create(String name, String uuid) {
    return ioctl(new DmParam(name, uuid, 0), true, this::devCreate);
  }

  /**
   * {@code DM_DEV_CREATE} with {@code DM_PERSISTENT_DEV_FLAG}: a device under a certain minor.
   *
   * @param uuid may be null or empty
   * @param minor 0 to 2^20 - 1; one that is taken is -ENXIO
   */
  public DmReply create(String name, String uuid, int minor) {
    DmParam param = new DmParam(name, uuid, DmReply.PERSISTENT_DEV);
    param.dev = DmIoctlStruct.dev(DmCore.MAJOR, minor);
    return ioctl(param, true, this::devCreate);
  }

  /** {@code DM_DEV_REMOVE}. */
  public DmReply remove(String name, boolean deferred) {
    return ioctl(
        new DmParam(name, null, deferred ? DmReply.DEFERRED_REMOVE : 0), true, this::devRemove);
  }

  /** {@code DM_REMOVE_ALL}: every device that is not open. */
  public DmReply removeAll(boolean deferred) {
    return ioctl(
        new DmParam(null, null, deferred ? DmReply.DEFERRED_REMOVE : 0), true, this::removeAll);
  }

  /** {@code DM_DEV_RENAME}. */
  public DmReply rename(String name, String fresh) {
    return ioctl(new DmParam(name, null, 0), true, p -> devRename(p, fresh));
  }

  /** {@code DM_DEV_RENAME} with {@code DM_UUID_FLAG}: gives a device its uuid, once. */
  public DmReply setUuid(String name, String uuid) {
    return ioctl(new DmParam(name, null, DmReply.UUID), true, p -> devRename(p, uuid));
  }

  /** {@code DM_DEV_STATUS}. */
  public DmReply info(String name) {
    return ioctl(new DmParam(name, null, 0), false, this::devStatus);
  }

  /**
   * {@code DM_DEV_SET_GEOMETRY}.
   *
   * @param geometry cylinders, heads, sectors and start, as text
   */
  public DmReply geometry(String name, String geometry) {
    return ioctl(new DmParam(name, null, 0), false, p -> devSetGeometry(p, geometry));
  }

  /** {@code DM_LIST_DEVICES}: the names, in order. */
  public DmReply list() {
    return ioctl(new DmParam(null, null, 0), false, this::listDevices);
  }

  /** {@code DM_LIST_VERSIONS}: target types and their versions. */
  public DmReply targets() {
    return ioctl(new DmParam(null, null, 0), false, this::listVersions);
  }

  /** {@code DM_DEV_WAIT}: until the device's number of events is another one. */
  public DmReply waitEvent(String name, int seen) {
    return ioctl(new DmParam(name, null, 0), false, p -> devWait(p, seen));
  }

  /** The minor of the device whose node has that name; -1 if there is none. No ioctl. */
  public int node(String name) {
    return hash.node(name);
  }

  // ---- suspend and resume ---------------------------------------------------------------------

  /** {@code DM_DEV_SUSPEND} with {@code DM_SUSPEND_FLAG}. */
  public DmReply suspend(String name, boolean noflush, boolean nolockfs) {
    return ioctl(
        new DmParam(name, null, DmReply.SUSPEND | suspendFlags(noflush, nolockfs)),
        false,
        suspends::devSuspend);
  }

  /** {@code DM_DEV_SUSPEND}: makes the inactive table, if there is one, live, and resumes. */
  public DmReply resume(String name, boolean noflush, boolean nolockfs) {
    return ioctl(
        new DmParam(name, null, suspendFlags(noflush, nolockfs)), false, suspends::devSuspend);
  }

  private static int suspendFlags(boolean noflush, boolean nolockfs) {
    return (noflush ? DmReply.NOFLUSH : 0) | (nolockfs ? DmReply.SKIP_LOCKFS : 0);
  }

  // ---- tables ---------------------------------------------------------------------------------

  /** {@code DM_TABLE_LOAD}: makes a table, inactive until the next resume. */
  public DmReply load(String name, boolean readOnly, List<TableLine> lines) {
    return ioctl(
        new DmParam(name, null, readOnly ? DmReply.READONLY : 0),
        false,
        p -> tables.load(p, lines));
  }

  /** {@code DM_TABLE_CLEAR}: drops the inactive table. */
  public DmReply clear(String name) {
    return clear(name, false);
  }

  /**
   * {@code DM_TABLE_CLEAR}: drops the inactive table.
   *
   * @param inactive whether the status that it answers with is the inactive table's
   */
  public DmReply clear(String name, boolean inactive) {
    int flags = inactive ? DmReply.QUERY_INACTIVE_TABLE : 0;
    return ioctl(new DmParam(name, null, flags), false, tables::clear);
  }

  /** {@code DM_TABLE_STATUS} with {@code DM_STATUS_TABLE_FLAG}: the table as it was loaded. */
  public DmReply table(String name, boolean inactive) {
    int flags = DmReply.STATUS_TABLE | (inactive ? DmReply.QUERY_INACTIVE_TABLE : 0);
    return ioctl(new DmParam(name, null, flags), false, tables::status);
  }

  /** {@code DM_TABLE_STATUS}: how its targets fare. */
  public DmReply status(String name, boolean inactive) {
    return status(name, inactive, false);
  }

  /**
   * As {@link #status(String, boolean)}.
   *
   * @param noflush whether targets are asked to write nothing down before they answer
   */
  public DmReply status(String name, boolean inactive, boolean noflush) {
    int flags = (inactive ? DmReply.QUERY_INACTIVE_TABLE : 0) | (noflush ? DmReply.NOFLUSH : 0);
    return ioctl(new DmParam(name, null, flags), false, tables::status);
  }

  /** {@code DM_TABLE_DEPS}: the devices that the table uses, as {@code MAJOR:MINOR}. */
  public DmReply deps(String name, boolean inactive) {
    int flags = inactive ? DmReply.QUERY_INACTIVE_TABLE : 0;
    return ioctl(new DmParam(name, null, flags), false, tables::deps);
  }

  /**
   * {@code DM_TARGET_MSG}: to the target at a sector, or with an {@code @} in front to the core.
   *
   * @param sector unsigned
   */
  public DmReply message(String name, long sector, String text) {
    return ioctl(new DmParam(name, null, 0), false, p -> tables.message(p, sector, text));
  }

  // ---- the way in -----------------------------------------------------------------------------

  DmReply ioctl(DmParam param, boolean event, ToIntFunction<DmParam> command) {
    Task t = Task.current();
    if (t != null) {
      t.machine().setUserMode(t, false);
    }
    DmReply reply = param.reply(sysIoctl(param, event, command));
    if (t != null) {
      t.machine().setUserMode(t, true);
    }
    return reply;
  }

  @KernelSymbol("__x64_sys_ioctl")
  private int sysIoctl(DmParam param, boolean event, ToIntFunction<DmParam> command) {
    return dmCtlIoctl(param, event, command);
  }

  @KernelSymbol("dm_ctl_ioctl")
  private int dmCtlIoctl(DmParam param, boolean event, ToIntFunction<DmParam> command) {
    return ctlIoctl(param, event, command);
  }

  @KernelSymbol("ctl_ioctl")
  private int ctlIoctl(DmParam param, boolean event, ToIntFunction<DmParam> command) {
    int r = command.applyAsInt(param);
    if (r == 0 && event) {
      core.issueGlobalEvent();
    }
    return r;
  }

  // ---- the commands ---------------------------------------------------------------------------

  /** Mirrors {@code check_name}, 6.1 and 6.12. */
  private boolean isBadName(String name) {
    boolean likePath = core.kernel().has(IoctlPolicy.NAMES_LIKE_PATHS_REFUSED);
    if (name.indexOf('/') >= 0) {
      say(likePath ? "device name cannot contain '/'" : "invalid device name");
      return true;
    }
    boolean control = name.equals("control") && core.kernel().has(IoctlPolicy.CONTROL_REFUSED);
    if (control || (likePath && (name.equals(".") || name.equals("..")))) {
      say("device name cannot be \"control\", \".\", or \"..\"");
      return true;
    }
    return false;
  }

  @KernelSymbol("dev_create")
  int devCreate(DmParam param) {
    if (param.name.isEmpty()) {
      say("name not supplied when creating device");
      return -Errno.EINVAL;
    }
    if (isBadName(param.name)) {
      return -Errno.EINVAL;
    }
    MappedDevice md =
        MappedDevice.create(
            core, param.has(DmReply.PERSISTENT_DEV) ? DmIoctlStruct.minor(param.dev) : -1);
    if (md == null) {
      return -Errno.ENXIO;
    }
    int r = hash.insert(param.name, param.uuid, md);
    if (r != 0) {
      md.put();
      DeviceRemoval.destroy(md);
      return r;
    }
    param.flags &= ~DmReply.INACTIVE_PRESENT;
    DeviceLookup.fill(hash, md, param);
    md.put();
    return 0;
  }

  @KernelSymbol("dev_remove")
  int devRemove(DmParam param) {
    hash.lock.downWrite();
    HashCell cell = DeviceLookup.cell(hash, param);
    if (cell == null) {
      hash.lock.upWrite();
      return -Errno.ENXIO;
    }
    MappedDevice md = cell.md;
    boolean deferred = param.has(DmReply.DEFERRED_REMOVE);
    int r = md.lockForDeletion(deferred, false);
    if (r != 0) {
      hash.lock.upWrite();
      md.put();
      return r == -Errno.EBUSY && deferred ? 0 : r;
    }
    DmTable inactive = hash.remove(cell);
    hash.lock.upWrite();
    if (inactive != null) {
      md.live.sync();
      inactive.destroy();
    }
    param.flags &= ~DmReply.DEFERRED_REMOVE;
    param.flags |= DmReply.UEVENT_GENERATED;
    md.put();
    DeviceRemoval.destroy(md);
    return 0;
  }

  @KernelSymbol("remove_all")
  int removeAll(DmParam param) {
    hash.removeAll(param.has(DmReply.DEFERRED_REMOVE), false);
    return 0;
  }

  @KernelSymbol("dev_rename")
  int devRename(DmParam param, String fresh) {
    int room = param.has(DmReply.UUID) ? DmParam.UUID_LEN : DmParam.NAME_LEN;
    if (fresh.isEmpty() || fresh.length() >= room) {
      say("Invalid new mapped device name or uuid string supplied.");
      return -Errno.EINVAL;
    }
    if (!param.has(DmReply.UUID) && isBadName(fresh)) {
      return -Errno.EINVAL;
    }
    MappedDevice[] md = new MappedDevice[1];
    int r = hash.rename(param, fresh, md);
    if (r != 0) {
      return r;
    }
    DeviceLookup.fill(hash, md[0], param);
    md[0].put();
    return 0;
  }

  @KernelSymbol("dev_status")
  int devStatus(DmParam param) {
    MappedDevice md = DeviceLookup.find(hash, param);
    if (md == null) {
      return -Errno.ENXIO;
    }
    DeviceLookup.fill(hash, md, param);
    md.put();
    return 0;
  }

  @KernelSymbol("dev_set_geometry")
  int devSetGeometry(DmParam param, String text) {
    MappedDevice md = DeviceLookup.find(hash, param);
    if (md == null) {
      return -Errno.ENXIO;
    }
    int r = -Errno.EINVAL;
    Matcher m = GEOMETRY.matcher(text);
    if (!m.matches()) {
      say("Unable to interpret geometry settings.");
    } else {
      MappedDevice.Geometry g =
          new MappedDevice.Geometry(number(m, 1), number(m, 2), number(m, 3), number(m, 4));
      if (above(g.cylinders(), 65535) || above(g.heads(), 255) || above(g.sectors(), 255)) {
        say("Geometry exceeds range limits.");
      } else if (!md.setGeometry(g)) {
        DmLog.say("core", "Start sector is beyond the geometry limits.");
      } else {
        r = 0;
      }
    }
    md.put();
    return r;
  }

  private static long number(Matcher m, int group) {
    return Scan.unsigned(m.group(group));
  }

  private static boolean above(long value, long most) {
    return Long.compareUnsigned(value, most) > 0;
  }

  @KernelSymbol("list_devices")
  private int listDevices(DmParam param) {
    hash.lock.downWrite();
    param.lines = hash.list();
    hash.lock.upWrite();
    return 0;
  }

  @KernelSymbol("list_versions")
  private int listVersions(DmParam param) {
    param.lines = core.targetTypes().versions(core.kernel());
    return 0;
  }

  @KernelSymbol("dev_wait")
  int devWait(DmParam param, int seen) {
    MappedDevice md = DeviceLookup.find(hash, param);
    if (md == null) {
      return -Errno.ENXIO;
    }
    boolean came = md.waitEvent(seen);
    if (came) {
      DeviceLookup.fill(hash, md, param);
    }
    md.put();
    return came ? 0 : -Errno.EINTR; // ERESTARTSYS, and no handler runs
  }

  private static void say(String what) {
    DmLog.say("ioctl", what);
  }
}
