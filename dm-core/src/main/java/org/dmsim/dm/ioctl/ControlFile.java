package org.dmsim.dm.ioctl;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.dmsim.block.Errno;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.NotModelledException;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;

/**
 * {@code /dev/mapper/control} as a program has it open: {@code struct dm_file}, and the ioctls with
 * their struct in the program's memory. Mirrors {@code ctl_ioctl}, 6.1, with the caller as root.
 *
 * <p>The version of the interface is 4.47 or {@link IoctlPolicy#INTERFACE_4_48 4.48}. A target that
 * is not modelled counts as one whose module is not there.
 */
public final class ControlFile {

  /** {@code DM_IOCTL}: the type of an ioctl that is device mapper's. */
  public static final int TYPE = 0xfd;

  private static final List<Integer> VERSION_4_47 = List.of(4, 47, 0);
  private static final List<Integer> VERSION_4_48 = List.of(4, 48, 0);

  /** {@code DM_MAX_TARGETS * DM_MAX_TARGET_PARAMS}: no buffer is larger. */
  private static final long MAX_DATA_SIZE = 1048576L * 1024;

  /** What this simulation takes; the kernel runs out of memory somewhere above. */
  private static final int MAX_BUFFER = 64 << 20;

  private static final int SECURE_DATA = 1 << 15;

  /** {@code _ioctls}: the commands, by number. */
  public enum Command {
    VERSION,
    REMOVE_ALL(true, true),
    LIST_DEVICES,
    DEV_CREATE(true, true),
    DEV_REMOVE(true, true),
    DEV_RENAME(false, true),
    DEV_SUSPEND(true, false),
    DEV_STATUS(true, false),
    DEV_WAIT,
    TABLE_LOAD,
    TABLE_CLEAR(true, false),
    TABLE_DEPS,
    TABLE_STATUS,
    LIST_VERSIONS,
    TARGET_MSG,
    DEV_SET_GEOMETRY,
    DEV_ARM_POLL(true, false),
    GET_TARGET_VERSION;

    private final boolean structOnly;
    private final boolean globalEvent;

    Command() {
      this(false, false);
    }

    Command(boolean structOnly, boolean globalEvent) {
      this.structOnly = structOnly;
      this.globalEvent = globalEvent;
    }

    /** The command of an ioctl's number; null if there is none. */
    public static Command of(int ioctl) {
      int nr = ioctl & 0xff;
      return nr < values().length ? values()[nr] : null;
    }
  }

  private final DmIoctl dm;
  private int seenEventNr;

  /** The control device, just opened: {@code dm_open}. */
  public ControlFile(DmIoctl dm) {
    this.dm = dm;
    seenEventNr = dm.core().globalEventNr().peek();
  }

  /** {@code dm_poll}: whether there was an event since the file was opened, or armed again. */
  public boolean isReadable() {
    return dm.core().globalEventNr().peek() - seenEventNr > 0;
  }

  /**
   * Waits until {@link #isReadable}.
   *
   * @param nanoseconds of virtual time at most
   * @return whether it is
   */
  public boolean awaitReadable(long nanoseconds) {
    Blocker event =
        new Blocker() {
          @Override
          public boolean ready() {
            return isReadable();
          }

          @Override
          public String waitsFor() {
            return "dm_global_eventq";
          }
        };
    return Sched.await(dm.core().globalEventNr(), Access.READ, event, nanoseconds);
  }

  // ---- the way in -----------------------------------------------------------------------------

  /**
   * An ioctl.
   *
   * @param command its number, direction and size included
   * @param user the memory that its argument points to
   * @return 0 or a negative errno
   */
  public int ioctl(int command, UserBuffer user) {
    return ioctl(command, user, struct -> {});
  }

  /**
   * As {@link #ioctl(int, UserBuffer)}.
   *
   * @param heard is told the struct of a command that is about to be made, as it was handed in
   */
  public int ioctl(int command, UserBuffer user, Consumer<byte[]> heard) {
    if ((command >>> 8 & 0xff) != TYPE) {
      return -Errno.ENOTTY;
    }
    return dm.ioctl(new DmParam(null, null, 0), false, p -> control(command, user, heard)).error();
  }

  private int control(int ioctl, UserBuffer user, Consumer<byte[]> heard) {
    Command command = Command.of(ioctl);
    byte[] head = new byte[DmIoctlStruct.SIZE];
    int r = checkVersion(ioctl, user, head);
    if (r != 0 || command == Command.VERSION) {
      return r;
    }
    if (command == null) {
      say("dm_ctl_ioctl: unknown command 0x" + Integer.toHexString(ioctl));
      return -Errno.ENOTTY;
    }
    int rest = DmIoctlStruct.MINIMUM - 12;
    if (!user.read(12, head, 12, rest)) {
      return -Errno.EFAULT;
    }
    DmIoctlStruct given = new DmIoctlStruct(head);
    long size = given.dataSize() & 0xffffffffL;
    if (size < DmIoctlStruct.MINIMUM || size > MAX_DATA_SIZE) {
      say("Invalid data size in the ioctl structure: " + size);
      return -Errno.EINVAL;
    }
    boolean wipes = (given.flags() & SECURE_DATA) != 0;
    int bytes = command.structOnly ? DmIoctlStruct.MINIMUM : (int) size;
    if (bytes > MAX_BUFFER) {
      return -Errno.ENOMEM;
    }
    byte[] all = new byte[bytes];
    System.arraycopy(head, 0, all, 0, DmIoctlStruct.MINIMUM);
    int behind = bytes - DmIoctlStruct.MINIMUM;
    if (behind > 0 && !user.read(DmIoctlStruct.MINIMUM, all, DmIoctlStruct.MINIMUM, behind)) {
      return -Errno.EFAULT;
    }
    if (wipes && !user.write(0, new byte[bytes], bytes)) {
      return -Errno.EFAULT;
    }
    DmIoctlStruct struct = new DmIoctlStruct(all);
    r = validate(command, struct);
    if (r != 0) {
      return r;
    }
    heard.accept(all);
    return perform(command, struct, user);
  }

  /** Mirrors {@code check_version}, 6.1: tells the kernel's own, whatever the caller's is. */
  private int checkVersion(int ioctl, UserBuffer user, byte[] head) {
    List<Integer> own =
        dm.core().kernel().has(IoctlPolicy.INTERFACE_4_48) ? VERSION_4_48 : VERSION_4_47;
    if (!user.read(0, head, 0, 12)) {
      return -Errno.EFAULT;
    }
    DmIoctlStruct s = new DmIoctlStruct(head);
    int r = 0;
    if (s.version(0) != own.get(0) || Integer.compareUnsigned(s.version(1), own.get(1)) > 0) {
      say(
          "ioctl interface mismatch: kernel("
              + dotted(own.get(0), own.get(1), own.get(2))
              + "), user("
              + dotted(s.version(0), s.version(1), s.version(2))
              + "), cmd("
              + (ioctl & 0xff)
              + ")");
      r = -Errno.EINVAL;
    }
    for (int i = 0; i < own.size(); i++) {
      s.setVersion(i, own.get(i));
    }
    return user.write(0, head, 12) ? r : -Errno.EFAULT;
  }

  private static String dotted(int a, int b, int c) {
    return Integer.toUnsignedString(a)
        + "."
        + Integer.toUnsignedString(b)
        + "."
        + Integer.toUnsignedString(c);
  }

  /** Mirrors {@code validate_params}, 6.1. */
  private static int validate(Command command, DmIoctlStruct s) {
    s.setFlags(
        s.flags()
            & ~(DmReply.BUFFER_FULL | DmReply.UEVENT_GENERATED | SECURE_DATA | DmReply.DATA_OUT));
    switch (command) {
      case REMOVE_ALL, LIST_DEVICES, LIST_VERSIONS -> {
        return 0;
      }
      case DEV_CREATE -> {
        if (s.name().isEmpty()) {
          say("name not supplied when creating device");
          return -Errno.EINVAL;
        }
      }
      default -> {
        if (!s.name().isEmpty() && !s.uuid().isEmpty()) {
          say("only supply one of name or uuid, cmd(" + command.ordinal() + ")");
          return -Errno.EINVAL;
        }
      }
    }
    s.terminate();
    return 0;
  }

  private int perform(Command command, DmIoctlStruct s, UserBuffer user) {
    DmParam p = new DmParam(s.name(), s.uuid(), s.flags());
    p.dev = s.dev();
    p.eventNr = s.eventNr();
    p.openCount = s.openCount();
    p.targetCount = s.targetCount();
    p.resultRoom = Math.max(0, s.bytes().length - DmIoctlStruct.SIZE);
    s.setDataSize(DmIoctlStruct.MINIMUM);
    int r;
    try {
      r = make(command, s, p);
    } catch (NotModelledException e) {
      DmLog.print("dmsim: " + e.getMessage());
      r = -Errno.EINVAL;
    }
    if (r != 0) {
      return r;
    }
    if (command.globalEvent) {
      dm.core().issueGlobalEvent();
    }
    ControlResult.tell(s, p);
    int size = s.dataSize();
    return size == 0 || user.write(0, s.bytes(), size) ? 0 : -Errno.EFAULT;
  }

  private int make(Command command, DmIoctlStruct s, DmParam p) {
    ControlResult result = new ControlResult(s, p);
    return switch (command) {
      case VERSION -> 0;
      case REMOVE_ALL -> dm.removeAll(p);
      case LIST_DEVICES -> result.devices(dm.hash());
      case DEV_CREATE -> dm.devCreate(p);
      case DEV_REMOVE -> dm.devRemove(p);
      case DEV_RENAME -> rename(s, p);
      case DEV_SUSPEND -> dm.suspends().devSuspend(p);
      case DEV_STATUS -> dm.devStatus(p);
      case DEV_WAIT -> {
        int r = dm.devWait(p, p.eventNr);
        if (r == 0) {
          p.uuid = ""; // the lookup has written name and uuid, and takes one of them
          p.dev = 0;
          r = dm.tables().status(p);
        }
        yield r == 0 ? result.status() : r;
      }
      case TABLE_LOAD -> load(s, p);
      case TABLE_CLEAR -> dm.tables().clear(p);
      case TABLE_DEPS -> {
        int r = dm.tables().deps(p);
        yield r == 0 ? result.deps() : r;
      }
      case TABLE_STATUS -> {
        int r = dm.tables().status(p);
        yield r == 0 ? result.status() : r;
      }
      case LIST_VERSIONS -> result.versions(dm.core().targetTypes(), dm.core().kernel(), null);
      case TARGET_MSG -> {
        int r = message(s, p);
        yield r == 0 ? result.data() : r;
      }
      case DEV_SET_GEOMETRY -> geometry(s, p);
      case DEV_ARM_POLL -> {
        seenEventNr = dm.core().globalEventNr().peek();
        yield 0;
      }
      case GET_TARGET_VERSION ->
          result.versions(dm.core().targetTypes(), dm.core().kernel(), p.name);
    };
  }

  // ---- what lies behind the struct -------------------------------------------------------------

  /** The string that the struct points to; null where there is none. */
  private static String data(DmIoctlStruct s, int more) {
    long start = (s.dataStart() & 0xffffffffL) + more;
    if (start - more < DmIoctlStruct.MINIMUM || !s.isText(start)) {
      return null;
    }
    return s.text((int) start, Integer.MAX_VALUE);
  }

  private int rename(DmIoctlStruct s, DmParam p) {
    String fresh = data(s, 0);
    return dm.devRename(p, fresh == null ? "" : fresh);
  }

  private int geometry(DmIoctlStruct s, DmParam p) {
    String text = data(s, 0);
    int r = dm.devSetGeometry(p, text == null ? "" : text);
    if (r == 0) {
      s.setDataSize(0);
    }
    return r;
  }

  private int message(DmIoctlStruct s, DmParam p) {
    String text = data(s, 8);
    if (text == null) {
      return dm.tables().unreadableMessage(p);
    }
    return dm.tables().message(p, s.longAt(s.dataStart()), text);
  }

  /** Mirrors {@code next_target} in {@code populate_table}, 6.1. */
  private int load(DmIoctlStruct s, DmParam p) {
    List<TableLine> lines = new ArrayList<>();
    long last = 0;
    long next = s.dataStart() & 0xffffffffL;
    long count = p.targetCount & 0xffffffffL;
    boolean whole = true;
    for (long i = 0; i < count; i++) {
      long spec = last + next;
      whole = next >= DmIoctlStruct.SPEC_SIZE && s.isText(spec + DmIoctlStruct.SPEC_SIZE);
      if (!whole) {
        break;
      }
      int at = (int) spec;
      int params = at + DmIoctlStruct.SPEC_SIZE;
      lines.add(
          new TableLine(
              s.longAt(at),
              s.longAt(at + 8),
              s.text(at + 24, params),
              s.text(params, Integer.MAX_VALUE)));
      last = spec;
      next = s.intAt(at + 20) & 0xffffffffL;
    }
    return dm.tables().load(p, lines, p.targetCount, whole);
  }

  private static void say(String what) {
    DmLog.say("ioctl", what);
  }
}
