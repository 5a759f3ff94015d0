package org.dmsim.dm.targets.multipath;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.dmsim.block.Errno;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.targets.DeviceCallout;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.EndIoResult;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.dm.targets.TargetFeature;
import org.dmsim.locking.Mutex;
import org.dmsim.report.KernelSymbol;

/**
 * {@code multipath COUNT [FEATURE...] COUNT [HANDLER...] GROUPS FIRST [SELECTOR COUNT [ARG...]
 * PATHS ARGS [DEVICE [ARG...]]+]+}: several ways to one device. Mirrors {@code dm-mpath.c}, 6.1.
 */
@DmTargetType(
    name = "multipath",
    version = "1.14.0",
    features = {TargetFeature.SINGLETON, TargetFeature.IMMUTABLE})
public final class MultipathTarget extends DmTarget {

  private final Mutex workMutex = new Mutex("&m->work_mutex");
  private MultipathLine line;
  private Multipath m;

  static Multipath.Io ioOf(Bio clone) {
    return perBioData(clone, Multipath.Io::new);
  }

  @Override
  @KernelSymbol("multipath_ctr")
  public void ctr(String[] argv) throws TargetError {
    m = new Multipath(this);
    line = new MultipathLine(m, path -> getDevice(path, "error getting device"), this::log);
    requestBased = line.parse(argv);
    numFlushBios = 1;
    numDiscardBios = 1;
    numWriteZeroesBios = 1;
  }

  @Override
  @KernelSymbol("multipath_dtr")
  public void dtr() {
    m.flushWork();
    m.groups.forEach(PriorityGroup::destroy);
  }

  @Override
  @KernelSymbol("multipath_map_bio")
  public MapResult map(Bio bio) {
    Multipath.Io io = ioOf(bio);
    io.begin(bio);
    return m.map(bio, io);
  }

  @Override
  @KernelSymbol("multipath_end_io_bio")
  public EndIoResult endIo(Bio clone) {
    Multipath.Io io = ioOf(clone);
    Path path = io.path;
    boolean kept = m.retries(clone, io);
    // A clone that is kept may be on its way again; the count is the old path's all the same.
    if (path != null) {
      path.group.selector.endIo(path, io.bytes, io.startTime);
    }
    return kept ? EndIoResult.INCOMPLETE : EndIoResult.DONE;
  }

  /** A suspend that waits for the bios in flight must not wait for a path. */
  @Override
  @KernelSymbol("multipath_presuspend")
  public void presuspend() {
    m.queueIfNoPath(false, true);
  }

  @Override
  @KernelSymbol("multipath_postsuspend")
  public void postsuspend() {
    workMutex.lock();
    m.flushWork();
    workMutex.unlock();
  }

  @Override
  @KernelSymbol("multipath_resume")
  public void resume() {
    m.resume();
  }

  // ---- what it says -----------------------------------------------------------------------------

  @Override
  @KernelSymbol("multipath_status")
  public String status(StatusType type) {
    StringBuilder s = new StringBuilder();
    boolean irqs = m.lock.lockIrqsave();
    s.append(
        type == StatusType.TABLE
            ? line.features()
            : "2 " + (m.flags.test(Multipath.QUEUE_IO) ? 1 : 0) + " 0 ");
    s.append("0 ").append(m.groups.size()).append(' ').append(groupNumber()).append(' ');
    for (PriorityGroup g : m.groups) {
      s.append(type == StatusType.TABLE ? g.selector.name : state(g)).append(' ');
      s.append(g.selector.status()).append(g.paths.size()).append(' ');
      s.append(type == StatusType.TABLE ? g.selector.tableArgs() : g.selector.infoArgs());
      s.append(' ');
      for (Path p : g.paths) {
        s.append(p.device.name()).append(' ');
        if (type == StatusType.INFO) {
          s.append(p.active ? "A " : "F ").append(Integer.toUnsignedString(p.failCount));
          s.append(' ');
        }
        s.append(g.selector.status(p, type));
      }
    }
    m.lock.unlockIrqrestore(irqs);
    return s.toString();
  }

  private String state(PriorityGroup group) {
    return group.isBypassed() ? "D" : group == m.currentGroup.readOnce() ? "A" : "E";
  }

  private int groupNumber() {
    PriorityGroup next = m.nextGroup.readOnce();
    PriorityGroup group = next != null ? next : m.currentGroup.readOnce();
    return group != null ? group.number : m.groups.isEmpty() ? 0 : 1;
  }

  // ---- messages ---------------------------------------------------------------------------------

  @Override
  @KernelSymbol("multipath_message")
  public int message(String[] argv, StringBuilder result) {
    workMutex.lock();
    int r = table().isSuspended() ? -Errno.EBUSY : obey(argv);
    workMutex.unlock();
    return r;
  }

  private int obey(String[] argv) {
    String word = argv.length == 0 ? "" : argv[0].toLowerCase(Locale.ROOT);
    boolean queue = word.equals("queue_if_no_path");
    if (argv.length == 1 && (queue || word.equals("fail_if_no_path"))) {
      m.queueIfNoPath(queue, false);
      return 0;
    }
    if (argv.length != 2) {
      log("Invalid multipath message arguments. Expected 2 arguments, got " + argv.length + ".");
      return -EINVAL;
    }
    switch (word) {
      case "disable_group", "enable_group" -> {
        PriorityGroup group = group(argv[1], "bypass_pg");
        if (group != null) {
          m.bypass(group, word.equals("disable_group"));
        }
        return group == null ? -EINVAL : 0;
      }
      case "switch_group" -> {
        PriorityGroup group = group(argv[1], "switch_pg_num");
        if (group != null) {
          m.switchToNumber(group.number);
        }
        return group == null ? -EINVAL : 0;
      }
      case "reinstate_path" -> {
        return onPaths(argv[1], m::reinstate);
      }
      case "fail_path" -> {
        return onPaths(argv[1], m::fail);
      }
      default -> {
        log("Unrecognised multipath message received: " + argv[0]);
        return -EINVAL;
      }
    }
  }

  private PriorityGroup group(String word, String who) {
    int number = Scan.isUnsigned(word) ? (int) Scan.unsigned(word) : 0;
    if (number <= 0 || number > m.groups.size()) {
      log("invalid PG number supplied to " + who);
      return null;
    }
    return m.groups.get(number - 1);
  }

  /** Does it to every path over a device; {@code action_dev}. */
  private int onPaths(String name, Consumer<Path> action) {
    DmDev device;
    try {
      device = table().getDevice(name, table().writable(), "");
    } catch (TargetError e) {
      log("message: error getting device " + name);
      return -e.errno();
    }
    List<Path> found = new ArrayList<>();
    for (PriorityGroup g : m.groups) {
      g.paths.stream().filter(p -> p.device == device).forEach(found::add);
    }
    found.forEach(action);
    table().putDevice(device);
    return found.isEmpty() ? -EINVAL : 0;
  }

  // ---- ioctls and devices -----------------------------------------------------------------------

  @Override
  @KernelSymbol("multipath_prepare_ioctl")
  public int prepareIoctl(BlockDevice[] passed) {
    Path path = m.pathFor(0);
    if (path != null) {
      passed[0] = path.device.bdev();
      return length() != passed[0].sectors() ? 1 : 0;
    }
    boolean irqs = m.lock.lockIrqsave();
    boolean queues = m.flags.test(Multipath.QUEUE_IF_NO_PATH);
    m.lock.unlockIrqrestore(irqs);
    if (!queues) {
      return -Errno.EIO;
    }
    m.runQueue();
    return -Errno.ENOTCONN;
  }

  @Override
  public int iterateDevices(DeviceCallout fn) {
    for (PriorityGroup g : m.groups) {
      for (Path p : g.paths) {
        int r = fn.device(this, p.device, begin(), length());
        if (r != 0) {
          return r;
        }
      }
    }
    return 0;
  }
}
