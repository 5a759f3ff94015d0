package org.dmsim.dm.targets;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.dmsim.block.Errno;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.version.Policy;

/**
 * One target of a table: a range of sectors, and what happens to I/O there. {@code struct
 * dm_target} and the methods of its {@code struct target_type}.
 *
 * <p>A target type is a public subclass with a public constructor without parameters, a {@link
 * DmTargetType} annotation, and a line in {@code META-INF/services/org.dmsim.dm.targets.DmTarget}.
 * Only {@link #map} must be there:
 *
 * <pre>{@code
 * @DmTargetType(name = "fives")
 * public final class FivesTarget extends DmTarget {
 *   @Override
 *   public MapResult map(Bio bio) {
 *     Arrays.fill(bio.data(), bio.dataOffset(), bio.dataOffset() + (int) bio.size(), (byte) 5);
 *     bio.endio();
 *     return MapResult.SUBMITTED;
 *   }
 * }
 * }</pre>
 *
 * <p>Which of the other methods a class overrides is a fact that the core looks at, as the kernel
 * looks for null pointers: a target without {@link #iterateDevices} cannot promise NOWAIT, one
 * without {@link #message} refuses messages.
 */
public abstract class DmTarget {

  /** For targets, which name it often. */
  protected static final int EINVAL = Errno.EINVAL;

  private final List<DmDev> devices = new ArrayList<>(1);
  private TargetType type;
  private TargetTable table;
  private long begin;
  private long length;

  /** Sectors to which I/O to this target is cut, 0 for no bound; at multiples of it. */
  public int maxIoLen;

  /** How many clones of a flush it gets. */
  public int numFlushBios;

  /** How many clones of a discard it gets; 0 refuses discards. */
  public int numDiscardBios;

  /** How many clones of a secure erase it gets; 0 refuses them. */
  public int numSecureEraseBios;

  /** How many clones of a write-zeroes it gets; 0 refuses them. */
  public int numWriteZeroesBios;

  /** A flush may go to its devices without being mapped by it. */
  public boolean flushBypassesMap;

  /** It gets flushes whether its devices have a write cache or not. */
  public boolean flushSupported;

  /** It gets discards whether its devices support them or not. */
  public boolean discardsSupported;

  /** Data must not change while it is written. */
  public boolean needsStableWrites;

  /** It submits by {@link #submitBioRemap} after {@link #map} has answered SUBMITTED. */
  public boolean accountsRemappedIo;

  /** It takes requests, and no bios: {@code dm_table_set_type} with DM_TYPE_REQUEST_BASED. */
  public boolean requestBased;

  /** Its clones must name the mapped device properly even before the target names another. */
  public boolean needsBioSetDev;

  /** Tells the target where it stands; the table calls it before {@link #ctr}. */
  public final void place(TargetType type, TargetTable table, long begin, long length) {
    this.type = type;
    this.table = table;
    this.begin = begin;
    this.length = length;
  }

  // ---- what a target type may override --------------------------------------------------------

  /**
   * Reads the parameters of its table line. Takes any, and ignores them, where not overridden.
   *
   * @throws TargetError if they make no sense; devices that it got are put then
   */
  public void ctr(String[] argv) throws TargetError {}

  /** Takes the target down; the devices that it still has are put afterwards. */
  public void dtr() {}

  /** Maps a clone: says where it goes, ends it, keeps it or refuses it. */
  public abstract MapResult map(Bio clone);

  /**
   * Looks at a clone that ended, in whatever context ended it. The clone's status counts when this
   * returns, so setting it changes the bio's.
   */
  public EndIoResult endIo(Bio clone) {
    return EndIoResult.DONE;
  }

  /** The device is about to be suspended, and I/O still comes. */
  public void presuspend() {}

  /** The suspend did not happen after all. */
  public void presuspendUndo() {}

  /** The device is suspended, and no I/O is in flight. */
  public void postsuspend() {}

  /**
   * The device is about to be resumed.
   *
   * @return 0, or a negative errno that keeps it suspended
   */
  public int preresume() {
    return 0;
  }

  /** The device is resumed, and I/O comes again. */
  public void resume() {}

  /** Its parameters as a table line, or how it fares. */
  public String status(StatusType type) {
    return "";
  }

  /**
   * As {@link #status(StatusType)}, for a target that writes something down before it answers.
   *
   * @param noflush whether it is asked not to: {@code DM_STATUS_NOFLUSH_FLAG}
   */
  public String status(StatusType type, boolean noflush) {
    return status(type);
  }

  /**
   * Gets a message.
   *
   * @param result what it answers, where it answers 1
   * @return 0, 1 where {@code result} holds an answer, or a negative errno
   */
  public int message(String[] argv, StringBuilder result) {
    return -EINVAL;
  }

  /** Calls {@code fn} for each data device until it does not answer 0; the last answer. */
  public int iterateDevices(DeviceCallout fn) {
    return 0;
  }

  /** Whether it can list its devices at all, which is another thing than having none. */
  public boolean listsDevices() {
    return type.hasDevices();
  }

  /** Adds what the target wants known about good I/O sizes. */
  public void ioHints(QueueLimits limits) {}

  /**
   * Names the device that an ioctl on the mapped device goes to.
   *
   * @param passed its first element is set to that device
   * @return 0, 1 if it is only a part of the mapped device's range, or a negative errno
   */
  public int prepareIoctl(BlockDevice[] passed) {
    return -Errno.ENOTTY;
  }

  // ---- what a target may ask ------------------------------------------------------------------

  /** Its type. */
  public final TargetType type() {
    return type;
  }

  /** The table that it is in. */
  public final TargetTable table() {
    return table;
  }

  /** First sector in the table. */
  public final long begin() {
    return begin;
  }

  /** Number of sectors. */
  public final long length() {
    return length;
  }

  /** The sector counted from the target's begin; {@code dm_target_offset}. */
  public final long offset(long sector) {
    return sector - begin;
  }

  /** Whether the machine's kernel has a policy. */
  protected final boolean has(Policy policy) {
    return table.kernel().has(policy);
  }

  /** Opens a device in the table's own mode; see {@link TargetTable#getDevice}. */
  protected final DmDev getDevice(String path, String error) throws TargetError {
    return getDevice(path, table.writable(), error);
  }

  /** Opens a device; it is put by itself when the target goes. */
  protected final DmDev getDevice(String path, boolean writable, String error) throws TargetError {
    DmDev device = table.getDevice(path, writable, error);
    devices.add(device);
    return device;
  }

  /** Gives a device back before the target goes. */
  protected final void putDevice(DmDev device) {
    devices.remove(device);
    table.putDevice(device);
  }

  /** Gives back what the target still has; the table calls it last. */
  public final void putDevices() {
    devices.forEach(table::putDevice);
    devices.clear();
  }

  /** {@code dm_set_target_max_io_len}. */
  protected final void setMaxIoLen(long sectors) throws TargetError {
    if (Long.compareUnsigned(sectors, 0xffffffffL) > 0) {
      DmLog.say(
          "core",
          "Specified maximum size of target IO ("
              + Long.toUnsignedString(sectors)
              + ") exceeds limit (4294967295)");
      throw new TargetError(EINVAL, "Maximum size of target IO is too large");
    }
    maxIoLen = (int) sectors;
  }

  /** Which of several clones of one flush or discard it is. */
  protected static int targetBioNr(Bio clone) {
    return ((TargetClone) clone).targetBioNr();
  }

  /** What this target keeps with a clone; made when first asked for. */
  @SuppressWarnings("unchecked")
  protected static <T> T perBioData(Bio clone, Supplier<T> maker) {
    TargetClone c = (TargetClone) clone;
    Object data = c.perBioData();
    if (data == null) {
      data = maker.get();
      c.perBioData(data);
    }
    return (T) data;
  }

  /** Takes only the first {@code sectors} of a clone; the rest comes again as another bio. */
  protected static void acceptPartialBio(Bio clone, int sectors) {
    ((TargetClone) clone).acceptPartial(sectors);
  }

  /** Submits a clone that {@link #map} kept; needs {@link #accountsRemappedIo}. */
  protected static void submitBioRemap(Bio clone) {
    ((TargetClone) clone).submitRemap(clone);
  }

  /** {@code "table: 252:0: linear: …"} and the like: a line under this target's own name. */
  protected final void log(String text) {
    DmLog.say(type.name(), text);
  }
}
