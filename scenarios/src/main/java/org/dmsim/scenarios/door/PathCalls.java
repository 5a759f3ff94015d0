package org.dmsim.scenarios.door;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.dmsim.block.Errno;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.device.Gendisk;
import org.dmsim.block.syscall.Syscalls;
import org.dmsim.dm.ioctl.ControlFile;
import org.dmsim.dm.ioctl.DmIoctlStruct;

/** Calls that name a file: those whose name leads into the simulated tree are answered here. */
final class PathCalls {

  private static final int O_NOFOLLOW_X86 = 0x20000;
  private static final int O_NOFOLLOW_ARM64 = 0x8000;
  private static final int O_PATH = 0x200000;
  private static final int O_DIRECTORY_X86 = 0x10000;
  private static final int O_DIRECTORY_ARM64 = 0x4000;
  private static final int ENOTDIR = 20;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_REMOVEDIR = 0x200;
  private static final int AT_EMPTY_PATH = 0x1000;

  private final Session session;
  private final ShadowTree tree;
  private final Libc libc;

  PathCalls(Session session) {
    this.session = session;
    this.tree = session.tree();
    this.libc = session.libc();
  }

  /** Which argument holds the path. */
  private static int pathArgument(Call c) {
    return takesFolder(c) ? 1 : 0;
  }

  private static boolean takesFolder(Call c) {
    return switch (c.what()) {
      case OPENAT, OPENAT2, NEWFSTATAT, STATX, FACCESSAT, FACCESSAT2 -> true;
      case READLINKAT, MKNODAT, MKDIRAT, UNLINKAT, FCHMODAT, FCHOWNAT, UTIMENSAT -> true;
      default -> false;
    };
  }

  /** The whole name that a call is about; null where it does not lead into the tree. */
  private String name(Call c) {
    int folder = takesFolder(c) ? c.intArgument(0) : Libc.AT_FDCWD;
    return name(c, folder, c.argument(pathArgument(c)));
  }

  private String name(Call c, int folder, long at) {
    String path = at == 0 ? null : c.string(at);
    if (path == null || path.isEmpty()) {
      return null;
    }
    String whole = path;
    if (!path.startsWith("/")) {
      String in =
          folder == Libc.AT_FDCWD
              ? libc.readlink("/proc/" + c.tid() + "/cwd")
              : libc.readlink("/proc/" + c.tid() + "/fd/" + folder);
      if (in == null || !in.startsWith("/")) {
        return null;
      }
      whole = tree.seen(in) + "/" + path;
    }
    String tidy = ShadowTree.tidy(whole);
    if (!ShadowTree.covers(tidy)) {
      return null;
    }
    session.devices().refresh();
    return tidy;
  }

  /** Answers the call if its name leads into the tree. */
  void handle(Call c) {
    switch (c.what()) {
      case RENAME, RENAMEAT, RENAMEAT2 -> rename(c);
      case SYMLINK, SYMLINKAT -> symlink(c);
      default -> {
        String name = name(c);
        if (name != null) {
          handle(c, name);
        }
      }
    }
  }

  private void handle(Call c, String name) {
    int at = pathArgument(c);
    String said = c.what().call() + "(" + name + ")";
    switch (c.what()) {
      case OPEN, OPENAT, OPENAT2, CREAT -> open(c, name);
      case STAT, LSTAT, NEWFSTATAT, STATX -> stat(c, name);
      case ACCESS, FACCESSAT, FACCESSAT2 ->
          c.answer(said, libc.exists(tree.real(name, true)) ? 0 : -Errno.ENOENT);
      case READLINK, READLINKAT -> readlink(c, name, at);
      case MKNOD, MKNODAT -> mknod(c, name, at);
      case MKDIR, MKDIRAT -> c.answer(said, tree.mkdir(tree.resolve(name, false)));
      case RMDIR -> c.answer(said, tree.remove(tree.resolve(name, false), true));
      case UNLINK -> unlink(c, said, name);
      case UNLINKAT -> {
        if ((c.argument(2) & AT_REMOVEDIR) != 0) {
          c.answer(said, tree.remove(tree.resolve(name, false), true));
        } else {
          unlink(c, said, name);
        }
      }
      case GETXATTR, LGETXATTR -> c.answer(said, -Errno.ENODATA);
      case CHDIR -> {
        session
            .trace()
            .once("nobody can go to " + name + ", which only names things; use whole" + " paths");
        c.answer(said, -Errno.EACCES);
      }
      case TRUNCATE -> c.answer(said, -Errno.EINVAL);
      case MOUNT, SWAPON -> {
        session
            .trace()
            .once(
                c.what().call()
                    + "(2) of "
                    + name
                    + " is refused with ENODEV: the host's kernel would have to read the device;"
                    + " debugfs, fuse2fs and their like can");
        c.answer(said, -Errno.ENODEV);
      }
      default -> c.answer(said, libc.exists(tree.real(name, false)) ? 0 : -Errno.ENOENT);
    }
  }

  private void unlink(Call c, String said, String name) {
    String node = tree.resolve(name, false);
    c.answer(said, tree.remove(node, false));
    if (node.startsWith("/dev/mapper/")) {
      session.devices().lookAgain();
    }
  }

  // ---- open -----------------------------------------------------------------------------------

  private void open(Call c, String name) {
    int at = pathArgument(c);
    int flags;
    int mode;
    switch (c.what()) {
      case CREAT -> {
        flags = OpenFile.O_WRONLY | OpenFile.O_CREAT | OpenFile.O_TRUNC;
        mode = c.intArgument(1);
      }
      case OPENAT2 -> {
        MemorySegment how = c.peek(c.argument(2), 16);
        flags = (int) how.get(JAVA_LONG_UNALIGNED, 0);
        mode = (int) how.get(JAVA_LONG_UNALIGNED, 8);
      }
      default -> {
        flags = c.intArgument(at + 1);
        mode = c.intArgument(at + 2);
      }
    }
    boolean arm = libc.architecture() == Architecture.ARM64;
    boolean follow = (flags & (arm ? O_NOFOLLOW_ARM64 : O_NOFOLLOW_X86)) == 0;
    String said =
        session.trace().isOn() ? "open(" + name + ", 0x" + Integer.toHexString(flags) + ")" : "";
    Node node = tree.node(name, follow);
    boolean closeOnExec = (flags & Libc.O_CLOEXEC) != 0;
    if (node == null) {
      openHostFile(c, said, name, follow, flags, mode, closeOnExec);
    } else if ((flags & (arm ? O_DIRECTORY_ARM64 : O_DIRECTORY_X86)) != 0) {
      c.answer(said, -ENOTDIR);
    } else if ((flags & O_PATH) != 0) {
      session.trace().once("open(2) of a simulated device with O_PATH is refused");
      c.answer(said, -Errno.EOPNOTSUPP);
    } else if ((flags & OpenFile.O_CREAT) != 0 && (flags & OpenFile.O_EXCL) != 0) {
      c.answer(said, -Errno.EEXIST);
    } else {
      openDevice(c, said, name, node, flags, closeOnExec);
    }
  }

  /** A folder, or a text, of the tree; or what a link of it leads to outside. */
  private void openHostFile(
      Call c, String said, String name, boolean follow, int flags, int mode, boolean closeOnExec) {
    boolean writes = (flags & OpenFile.O_ACCMODE) == OpenFile.O_WRONLY;
    Gendisk tuned = writes ? session.devices().readAheadOf(tree.resolve(name, true)) : null;
    if (tuned != null) {
      hand(c, said, OpenFile.readAhead(name, flags, tuned), closeOnExec);
      return;
    }
    long fd = libc.open(tree.real(name, follow), flags | Libc.O_CLOEXEC, mode);
    if (fd < 0) {
      c.answer(said, fd);
      return;
    }
    c.answerWithLowestFd(said, (int) fd, closeOnExec);
    libc.close((int) fd);
  }

  private void openDevice(
      Call c, String said, String name, Node node, int flags, boolean closeOnExec) {
    switch (node.device()) {
      case CONTROL ->
          hand(
              c,
              said,
              OpenFile.control(name, node, flags, new ControlFile(session.dm())),
              closeOnExec);
      case READ_AHEAD -> c.answer(said, -Errno.EACCES); // it is a text until it is written
      case KMSG -> hand(c, said, OpenFile.kmsg(name, node, flags), closeOnExec);
      case BLOCK -> {
        c.park();
        session.performOpen(
            c,
            () -> {
              var bdev = BlockLayer.of(session.machine()).lookupOrProbe(node.major(), node.minor());
              Syscalls.Opened o = Syscalls.open(bdev, OpenFile.mode(flags));
              if (o.error() != 0) {
                c.answer(said, o.error());
                return;
              }
              OpenFile f = OpenFile.block(name, node, flags, libc.architecture(), o.file());
              session.recorder().opened(f, session.nameOf(f));
              try {
                hand(c, said, f, closeOnExec);
              } catch (CallError e) {
                Syscalls.close(o.file());
                c.answer(said, e.result());
              }
            });
      }
    }
  }

  private void hand(Call c, String said, OpenFile f, boolean closeOnExec) {
    OpenFiles files = session.files();
    int number = files.freeNumber(c.tid());
    int own = files.token(f);
    c.answerWithFd(said, own, number, closeOnExec);
    libc.close(own);
  }

  // ---- what it is ------------------------------------------------------------------------------

  /** {@code fstat} in its newer dress: the descriptor is meant. True if that is so. */
  boolean handleEmptyPath(Call c) {
    int flags = c.intArgument(c.what() == SystemCall.STATX ? 2 : 3);
    if ((flags & AT_EMPTY_PATH) == 0) {
      return false;
    }
    String path = c.argument(1) == 0 ? "" : c.string(c.argument(1));
    if (path == null || !path.isEmpty()) {
      return false;
    }
    OpenFile f = session.files().of(c.tid(), c.intArgument(0));
    if (f != null) {
      tell(c, f.node());
      c.answer("fstat(" + f + ")", 0);
    }
    return true;
  }

  private void tell(Call c, Node node) {
    switch (c.what()) {
      case STATX -> c.poke(c.argument(4), StatLayout.statx(node));
      case NEWFSTATAT -> c.poke(c.argument(2), StatLayout.stat(libc.architecture(), node));
      default -> c.poke(c.argument(1), StatLayout.stat(libc.architecture(), node));
    }
  }

  private void stat(Call c, String name) {
    boolean follow =
        switch (c.what()) {
          case LSTAT -> false;
          case NEWFSTATAT -> (c.argument(3) & AT_SYMLINK_NOFOLLOW) == 0;
          case STATX -> (c.argument(2) & AT_SYMLINK_NOFOLLOW) == 0;
          default -> true;
        };
    String said = session.trace().isOn() ? c.what().call() + "(" + name + ")" : "";
    Node node = tree.node(name, follow);
    if (node != null) {
      tell(c, node);
      c.answer(said, 0);
      return;
    }
    String real = tree.real(name, follow);
    boolean extended = c.what() == SystemCall.STATX;
    int size = extended ? StatLayout.STATX : StatLayout.size(libc.architecture());
    MemorySegment out = session.scratch();
    long r =
        extended
            ? libc.call(
                SystemCall.STATX,
                Libc.AT_FDCWD,
                libc.path(real),
                c.argument(2),
                c.argument(3),
                out.address(),
                0)
            : libc.stat(real, follow, out);
    if (r == 0) {
      long to = c.argument(extended ? 4 : c.what() == SystemCall.NEWFSTATAT ? 2 : 1);
      c.poke(to, out.asSlice(0, size).toArray(JAVA_BYTE));
    }
    c.answer(said, r);
  }

  private void readlink(Call c, String name, int at) {
    String real = tree.real(name, false);
    String link = libc.readlink(real);
    String said = "readlink(" + name + ")";
    if (link == null) {
      c.answer(said, libc.exists(real) ? -Errno.EINVAL : -Errno.ENOENT);
      return;
    }
    byte[] bytes = link.getBytes(StandardCharsets.UTF_8);
    int n = (int) Math.min(bytes.length, c.argument(at + 2));
    c.poke(c.argument(at + 1), Arrays.copyOf(bytes, n));
    c.answer(said, n);
  }

  // ---- changes --------------------------------------------------------------------------------

  private void mknod(Call c, String name, int at) {
    long dev = c.argument(at + 2);
    Node node = Node.of(c.intArgument(at + 1), DmIoctlStruct.major(dev), DmIoctlStruct.minor(dev));
    String said = "mknod(" + name + ")";
    c.answer(said, node == null ? -Errno.EPERM : tree.addNode(tree.resolve(name, false), node));
  }

  private void symlink(Call c) {
    boolean at = c.what() == SystemCall.SYMLINKAT;
    String name =
        at ? name(c, c.intArgument(1), c.argument(2)) : name(c, Libc.AT_FDCWD, c.argument(1));
    if (name != null) {
      String target = c.string(c.argument(0));
      c.answer(
          "symlink(" + target + ", " + name + ")",
          target == null ? -Errno.ENAMETOOLONG : tree.symlink(target, tree.resolve(name, false)));
    }
  }

  private void rename(Call c) {
    boolean plain = c.what() == SystemCall.RENAME;
    int cwd = Libc.AT_FDCWD;
    String from = name(c, plain ? cwd : c.intArgument(0), c.argument(plain ? 0 : 1));
    String to = name(c, plain ? cwd : c.intArgument(2), c.argument(plain ? 1 : 3));
    if (from == null && to == null) {
      return;
    }
    c.answer(
        "rename(" + from + ", " + to + ")",
        from == null || to == null
            ? -Errno.EXDEV
            : tree.rename(tree.resolve(from, false), tree.resolve(to, false)));
  }
}
