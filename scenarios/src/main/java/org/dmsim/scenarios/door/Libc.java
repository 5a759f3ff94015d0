package org.dmsim.scenarios.door;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import org.dmsim.report.DmsimFault;

/**
 * The host's system calls, through {@code syscall(2)}, and {@code posix_spawn}. One object belongs
 * to one thread, and so does the memory that it lends.
 */
@SuppressWarnings("restricted") // the door is a way to native code, and says so when it is opened
final class Libc {

  static final int AT_FDCWD = -100;
  static final int O_RDWR = 2;
  static final int O_CREAT = 0x40;
  static final int O_EXCL = 0x80;
  static final int O_CLOEXEC = 0x80000;

  /** Paths longer than that are none: {@code PATH_MAX}. */
  static final int PATH_MAX = 4096;

  private static final long FIRST_BUFFER = 1 << 16;
  private static final int MAX_IOV = 1024;
  private static final int IOVEC = 16;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle SYSCALL =
      LINKER.downcallHandle(
          symbols().findOrThrow("syscall"),
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
              JAVA_LONG),
          Linker.Option.captureCallState("errno"),
          Linker.Option.firstVariadicArg(1));
  private static final MethodHandle SPAWN =
      function(
          "posix_spawnp",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
  private static final MethodHandle ATTR_INIT =
      function("posix_spawnattr_init", FunctionDescriptor.of(JAVA_INT, ADDRESS));
  private static final MethodHandle ATTR_FLAGS =
      function("posix_spawnattr_setflags", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_SHORT));
  private static final MethodHandle ATTR_MASK =
      function("posix_spawnattr_setsigmask", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle ATTR_DEFAULT =
      function("posix_spawnattr_setsigdefault", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle SIGNAL =
      function("signal", FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS));

  private static final short POSIX_SPAWN_SETSIGDEF = 4;
  private static final short POSIX_SPAWN_SETSIGMASK = 8;

  private final Architecture architecture;
  private final Arena arena = Arena.ofAuto();
  private final MemorySegment state = arena.allocate(STATE);
  private final MemorySegment small = arena.allocate(128, 8);
  private final MemorySegment text = arena.allocate(2 * PATH_MAX, 8);
  private final MemorySegment proc = arena.allocate(64, 8);
  private final MemorySegment iov = arena.allocate((long) IOVEC * (MAX_IOV + 1), 8);
  private int lastTid;
  private int folder = -1;
  private MemorySegment buffer = arena.allocate(FIRST_BUFFER, 4096);

  Libc(Architecture architecture) {
    this.architecture = architecture;
  }

  private static SymbolLookup symbols() {
    return LINKER.defaultLookup();
  }

  private static MethodHandle function(String name, FunctionDescriptor type) {
    return LINKER.downcallHandle(symbols().findOrThrow(name), type);
  }

  Architecture architecture() {
    return architecture;
  }

  // ---- calls -----------------------------------------------------------------------------------

  /** The result of a system call, or a negative errno. */
  long call(SystemCall nr, long a, long b, long c, long d, long e, long f) {
    try {
      long n = nr.number(architecture);
      long r = (long) SYSCALL.invokeExact(state, n, a, b, c, d, e, f);
      return r == -1 ? -(int) ERRNO.get(state, 0L) : r;
    } catch (Throwable t) {
      throw new DmsimFault("a system call of the host's could not be made", t);
    }
  }

  long call(SystemCall nr, long a, long b, long c) {
    return call(nr, a, b, c, 0, 0, 0);
  }

  long call(SystemCall nr, long a) {
    return call(nr, a, 0, 0, 0, 0, 0);
  }

  /** {@code ioctl(2)} with memory. */
  long ioctl(int fd, int command, MemorySegment argument) {
    return call(SystemCall.IOCTL, fd, command & 0xffffffffL, argument.address());
  }

  /** {@code openat(AT_FDCWD, …)}; the descriptor, or a negative errno. */
  long open(String path, int flags, int mode) {
    return call(SystemCall.OPENAT, AT_FDCWD, text(path), flags, mode, 0, 0);
  }

  void close(int fd) {
    call(SystemCall.CLOSE, fd);
  }

  /** {@code newfstatat}; 0 or a negative errno. */
  long stat(String path, boolean follow, MemorySegment out) {
    return call(
        SystemCall.NEWFSTATAT, AT_FDCWD, text(path), out.address(), follow ? 0 : 0x100, 0, 0);
  }

  /** Whether a name is there; a link that points nowhere is not. */
  boolean exists(String path) {
    return call(SystemCall.FACCESSAT, AT_FDCWD, text(path), 0) == 0;
  }

  /** Where a link points; null where there is no link. */
  String readlink(String path) {
    MemorySegment b = buffer(PATH_MAX);
    long n = call(SystemCall.READLINKAT, AT_FDCWD, text(path), b.address(), PATH_MAX, 0, 0);
    return n < 0 ? null : string(b, n);
  }

  /**
   * {@code stat("/proc/TID/fd/N")}, the identity of the file behind a number, without making a
   * string. The folder of a thread that calls again and again is kept open: the way there costs
   * more than the look.
   */
  long statDescriptor(int tid, int fd, MemorySegment out) {
    if (tid == lastTid && folder < 0) {
      int at = put(put(put(0, "/proc/"), tid), "/fd");
      folder = (int) atProc(SystemCall.OPENAT, AT_FDCWD, at, O_CLOEXEC);
    } else if (tid != lastTid) {
      leaveFolder();
      lastTid = tid;
    }
    if (folder >= 0 && atProc(SystemCall.NEWFSTATAT, folder, put(0, fd), out.address()) == 0) {
      return 0;
    }
    int at = put(put(put(put(0, "/proc/"), tid), "/fd/"), fd);
    long r = atProc(SystemCall.NEWFSTATAT, AT_FDCWD, at, out.address());
    if (r == 0) {
      leaveFolder(); // that of a thread which died with the same number
    }
    return r;
  }

  private long atProc(SystemCall how, int from, int end, long argument) {
    proc.set(JAVA_BYTE, end, (byte) 0);
    return call(how, from, proc.address(), argument, 0, 0, 0);
  }

  private void leaveFolder() {
    if (folder >= 0) {
      close(folder);
      folder = -1;
    }
  }

  private int put(int at, String s) {
    for (int i = 0; i < s.length(); i++) {
      proc.set(JAVA_BYTE, at + i, (byte) s.charAt(i));
    }
    return at + s.length();
  }

  private int put(int at, int n) {
    int unit = 1;
    while (n / unit >= 10) {
      unit *= 10;
    }
    int end = at;
    for (; unit > 0; unit /= 10) {
      proc.set(JAVA_BYTE, end++, (byte) ('0' + n / unit % 10));
    }
    return end;
  }

  /**
   * {@code process_vm_readv} or {@code process_vm_writev}: one run of memory here, several there.
   *
   * @return bytes moved, or a negative errno
   */
  long move(SystemCall how, int pid, MemorySegment here, long[] base, long[] length, long total) {
    iov.set(JAVA_LONG, 0, here.address());
    iov.set(JAVA_LONG, 8, total);
    long left = total;
    int n = 0;
    for (; n < base.length && left > 0; n++) {
      long part = Math.min(left, length[n]);
      long at = (long) IOVEC * (n + 1);
      iov.set(JAVA_LONG, at, base[n]);
      iov.set(JAVA_LONG, at + 8, part);
      left -= part;
    }
    return call(how, pid, iov.address(), 1, iov.address() + IOVEC, n, 0);
  }

  /** {@code wait4}; the pid, with its status in {@link #small}, or a negative errno. */
  long wait4(long pid, int options) {
    return call(SystemCall.WAIT4, pid, small.address(), options, 0, 0, 0);
  }

  /** The names in a folder, in the order of numbers or letters; none where it is not there. */
  java.util.List<String> names(String folder) {
    long fd = open(folder, O_CLOEXEC, 0);
    if (fd < 0) {
      return java.util.List.of();
    }
    java.util.TreeSet<String> all =
        new java.util.TreeSet<>(
            java.util.Comparator.comparingInt(String::length)
                .thenComparing(java.util.Comparator.naturalOrder()));
    MemorySegment b = buffer(FIRST_BUFFER);
    while (true) {
      long n = call(SystemCall.GETDENTS64, fd, b.address(), FIRST_BUFFER);
      if (n <= 0) {
        break;
      }
      for (long at = 0; at < n; at += b.get(JAVA_SHORT, at + 16) & 0xffff) {
        String name = b.getString(at + 19);
        if (!name.startsWith(".")) {
          all.add(name);
        }
      }
    }
    close((int) fd);
    return java.util.List.copyOf(all);
  }

  // ---- memory ----------------------------------------------------------------------------------

  /** 128 bytes, good until the next call that uses them. */
  MemorySegment small() {
    return small;
  }

  /** So many bytes at least, at the start of a page; good until they are asked for again. */
  MemorySegment buffer(long bytes) {
    if (buffer.byteSize() < bytes) {
      buffer = Arena.ofAuto().allocate(bytes + bytes / 2, 4096);
    }
    return buffer;
  }

  private long text(String s) {
    byte[] bytes = s.getBytes(StandardCharsets.UTF_8);
    if (bytes.length >= PATH_MAX) {
      throw new CallError(org.dmsim.block.Errno.ENAMETOOLONG);
    }
    MemorySegment.copy(bytes, 0, text, JAVA_BYTE, 0, bytes.length);
    text.set(JAVA_BYTE, bytes.length, (byte) 0);
    return text.address();
  }

  /** The address of a path, good until the next one. */
  long path(String s) {
    return text(s);
  }

  /** The address of a second path, beside {@link #path}. */
  long secondPath(String s) {
    byte[] bytes = s.getBytes(StandardCharsets.UTF_8);
    if (bytes.length >= PATH_MAX) {
      throw new CallError(org.dmsim.block.Errno.ENAMETOOLONG);
    }
    MemorySegment.copy(bytes, 0, text, JAVA_BYTE, PATH_MAX, bytes.length);
    text.set(JAVA_BYTE, PATH_MAX + bytes.length, (byte) 0);
    return text.address() + PATH_MAX;
  }

  static String string(MemorySegment m, long bytes) {
    return new String(m.asSlice(0, bytes).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
  }

  // ---- processes -------------------------------------------------------------------------------

  /** What {@code posix_spawn} needs; made before the thread that uses it is filtered. */
  record Spawn(
      MemorySegment pid,
      MemorySegment file,
      MemorySegment attributes,
      MemorySegment argv,
      MemorySegment environment) {}

  /** Lays out a program's start: no signal is blocked in it, and each has its default. */
  Spawn prepare(Arena a, String[] argv, String[] environment) {
    try {
      MemorySegment attributes = a.allocate(512, 8);
      MemorySegment none = a.allocate(128, 8);
      MemorySegment all = a.allocate(128, 8).fill((byte) 0xff);
      int r = (int) ATTR_INIT.invokeExact(attributes);
      r |= (int) ATTR_MASK.invokeExact(attributes, none);
      r |= (int) ATTR_DEFAULT.invokeExact(attributes, all);
      short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
      r |= (int) ATTR_FLAGS.invokeExact(attributes, flags);
      if (r != 0) {
        throw new DmsimFault("posix_spawnattr failed");
      }
      return new Spawn(
          a.allocate(4),
          a.allocateFrom(argv[0]),
          attributes,
          strings(a, argv),
          strings(a, environment));
    } catch (Throwable t) {
      throw new DmsimFault("a program's start could not be laid out", t);
    }
  }

  /** Starts it: 0 with its pid in {@code s}, or a positive errno. */
  static int spawn(Spawn s) throws Throwable {
    return (int)
        SPAWN.invokeExact(s.pid, s.file, MemorySegment.NULL, s.attributes, s.argv, s.environment);
  }

  private static MemorySegment strings(Arena a, String[] s) {
    MemorySegment m = a.allocate(ADDRESS, s.length + 1L);
    for (int i = 0; i < s.length; i++) {
      m.setAtIndex(ADDRESS, i, a.allocateFrom(s[i]));
    }
    return m;
  }

  /** {@code signal(n, SIG_IGN)}: the signal is the program's affair. */
  static void ignoreSignal(int n) {
    try {
      MemorySegment before = (MemorySegment) SIGNAL.invokeExact(n, MemorySegment.ofAddress(1));
      if (before.address() == -1) {
        throw new DmsimFault("signal(2) failed");
      }
    } catch (Throwable t) {
      throw new DmsimFault("a signal could not be ignored", t);
    }
  }
}
