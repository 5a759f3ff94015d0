package org.dmsim.scenarios.door;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The seccomp filter: a program of classic BPF over {@code struct seccomp_data} that decides which
 * calls are stopped. It sees numbers and arguments, never memory; so every call with a path is
 * stopped, and calls with a descriptor by its number. The door gives its files numbers from {@link
 * #FIRST_FD} on, and programs move them to 0, 1 and 2 for their redirections.
 */
final class Filter {

  /** The lowest descriptor that the door hands out: out of the way, and good for select(2). */
  static final int FIRST_FD = 512;

  /** One behind the highest: {@code FD_SETSIZE}. */
  static final int LAST_FD = 1024;

  private static final int RET_ALLOW = 0x7fff0000;
  private static final int RET_USER_NOTIF = 0x7fc00000;
  private static final int RET_ERRNO_0 = 0x00050000;
  private static final int X32_BIT = 0x40000000;
  private static final int AT_EMPTY_PATH = 0x1000;

  private static final int LD = 0x20;
  private static final int JEQ = 0x15;
  private static final int JGE = 0x35;
  private static final int JSET = 0x45;
  private static final int JA = 0x05;
  private static final int RET = 0x06;

  /** Offset of a call's first argument; each has 8 bytes, the low half first. */
  private static final int ARGS = 16;

  private record Op(String label, int code, int k, String yes, String no) {}

  private final Architecture architecture;
  private final boolean everyFd;
  private final boolean asRoot;
  private final boolean virtualTime;
  private final boolean lockstep;
  private final List<Op> ops = new ArrayList<>();

  /**
   * A filter.
   *
   * @param options which descriptors are watched, and what else the programs are not to see
   */
  Filter(Architecture architecture, DoorOptions options) {
    this.architecture = architecture;
    everyFd = options.everyFd();
    asRoot = !options.asUser();
    virtualTime = options.virtualTime();
    lockstep = options.lockstep();
  }

  /** The program as {@code struct sock_fprog}. */
  MemorySegment assemble(Arena a) {
    write();
    MemorySegment code = a.allocate(8L * ops.size(), 8);
    for (int i = 0; i < ops.size(); i++) {
      Op o = ops.get(i);
      boolean jumps = o.code == JA;
      int yes = !jumps && o.yes != null ? distance(i, o.yes) : 0;
      int no = o.no != null ? distance(i, o.no) : 0;
      if (yes > 255 || no > 255) {
        throw new IllegalStateException("a jump of the filter is too far: " + o);
      }
      code.set(JAVA_SHORT, 8L * i, (short) o.code);
      code.set(JAVA_BYTE, 8L * i + 2, (byte) yes);
      code.set(JAVA_BYTE, 8L * i + 3, (byte) no);
      code.set(JAVA_INT, 8L * i + 4, jumps ? distance(i, o.yes) : o.k);
    }
    MemorySegment program = a.allocate(16, 8);
    program.set(JAVA_SHORT, 0, (short) ops.size());
    program.set(JAVA_LONG, 8, code.address());
    return program;
  }

  private int distance(int from, String label) {
    for (int i = from + 1; i < ops.size(); i++) {
      if (label.equals(ops.get(i).label)) {
        return i - from - 1;
      }
    }
    throw new IllegalStateException("no " + label + " behind " + ops.get(from));
  }

  private void write() {
    load(null, 4);
    op(null, JEQ, architecture.audit(), null, "other-arch");
    load(null, 0);
    if (architecture == Architecture.X86_64) {
      op(null, JGE, X32_BIT, "other-arch", null);
    }
    for (SystemCall c : SystemCall.values()) {
      String label = c.watch() == SystemCall.Watch.STAT_AT ? c.call() : destination(c.watch());
      if (label != null && c.number(architecture) >= 0) {
        op(null, JEQ, c.number(architecture), label, null);
      }
    }
    ret("allow", RET_ALLOW);
    ret("notify", RET_USER_NOTIF);
    ret("zero", RET_ERRNO_0);
    // A 32-bit or x32 call means something else by its number: the door answers ENOSYS.
    ret("other-arch", RET_USER_NOTIF);
    statAt();
    load("fd4", ARGS + 4 * 8);
    op(null, JA, 0, "fd", null);
    load("fd1", ARGS + 8);
    op(null, JA, 0, "fd", null);
    load("fd0", ARGS);
    if (everyFd) {
      op("fd", JGE, 0x80000000, "allow2", "notify2");
    } else {
      op("fd", JGE, 0x80000000, "allow2", null); // AT_FDCWD, or -1
      op(null, JGE, FIRST_FD, "notify2", null);
      op(null, JGE, 3, "allow2", "notify2");
    }
    ret("allow2", RET_ALLOW);
    ret("notify2", RET_USER_NOTIF);
  }

  /** glibc's fstat is {@code newfstatat(fd, "", …, AT_EMPTY_PATH)}. */
  private void statAt() {
    load("newfstatat", ARGS + 3 * 8);
    op(null, JSET, AT_EMPTY_PATH, "fd0", "notify2");
    load("statx", ARGS + 2 * 8);
    op(null, JSET, AT_EMPTY_PATH, "fd0", "notify2");
  }

  private String destination(SystemCall.Watch w) {
    return switch (w) {
      case FD0 -> "fd0";
      case FD1 -> "fd1";
      case FD4 -> "fd4";
      case NAME, ALWAYS -> "notify";
      case TIME -> virtualTime ? "notify" : null;
      case LOCKSTEP -> lockstep ? "notify" : null;
      case ID -> asRoot ? "zero" : null;
      case STAT_AT, OWN -> null;
    };
  }

  private void load(String label, int offset) {
    op(label, LD, offset, null, null);
  }

  private void ret(String label, int action) {
    op(label, RET, action, null, null);
  }

  private void op(String label, int code, int k, String yes, String no) {
    ops.add(new Op(label, code, k, yes, no));
  }
}
