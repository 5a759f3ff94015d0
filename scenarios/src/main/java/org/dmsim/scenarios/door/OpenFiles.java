package org.dmsim.scenarios.door;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.dmsim.block.Errno;

/**
 * Which descriptors are files of the simulated machine. Each open file is a memfd of its own in the
 * program: its inode says which file a number stands for, whatever dup, fork, exec and SCM_RIGHTS
 * did, and inotify says when the last number is gone, be it by close, exec or a kill.
 */
final class OpenFiles {

  private static final int EMFILE = 24;
  private static final int MFD_CLOEXEC = 1;
  private static final int IN_NONBLOCK = 0x800;
  private static final int IN_CLOSE = 0x18;
  private static final int EVENTS = 4096;

  private record Inode(long device, long number) {}

  private final Libc libc;
  private final Consumer<OpenFile> onLastClose;
  private final Map<Inode, OpenFile> byInode = new HashMap<>();
  private final Map<Integer, Inode> byWatch = new HashMap<>();
  private final int inotify;
  private final Arena arena = Arena.ofAuto();
  private final MemorySegment stat = arena.allocate(256, 8);
  private final MemorySegment events = arena.allocate(EVENTS, 8);

  /**
   * No file is open.
   *
   * @param onLastClose told of each file that nobody has open any more
   */
  OpenFiles(Libc libc, Consumer<OpenFile> onLastClose) {
    this.libc = libc;
    this.onLastClose = onLastClose;
    inotify =
        (int) CallError.check(libc.call(SystemCall.INOTIFY_INIT1, IN_NONBLOCK | Libc.O_CLOEXEC));
  }

  /** Makes the door's own number of a file; to be closed once the program has its own. */
  int token(OpenFile file) {
    long memfd = libc.call(SystemCall.MEMFD_CREATE, libc.path("dmsim:" + file), MFD_CLOEXEC, 0);
    CallError.check(memfd);
    // Since 6.14 a memfd's first file tells inotify nothing; one opened by its name does.
    String self = "/proc/self/fd/" + memfd;
    long fd = libc.open(self, Libc.O_RDWR | Libc.O_CLOEXEC, 0);
    libc.close((int) memfd); // before the watch is there: its end is no event
    if (fd < 0) {
      throw new CallError((int) -fd);
    }
    String own = "/proc/self/fd/" + fd;
    long watch = libc.call(SystemCall.INOTIFY_ADD_WATCH, inotify, libc.path(own), IN_CLOSE);
    CallError.check(libc.stat(own, true, stat));
    Inode inode = inode();
    byInode.put(inode, file);
    byWatch.put((int) CallError.check(watch), inode);
    return (int) fd;
  }

  private Inode inode() {
    return new Inode(stat.get(JAVA_LONG, 0), stat.get(JAVA_LONG, 8));
  }

  /** The file behind a thread's number; null for one that is the host's. */
  OpenFile of(int tid, int fd) {
    if (fd < 0 || byInode.isEmpty() || libc.statDescriptor(tid, fd, stat) != 0) {
      return null;
    }
    return byInode.get(inode());
  }

  /** The lowest number that a thread has free in the door's range. */
  int freeNumber(int tid) {
    return freeNumber(tid, Filter.FIRST_FD);
  }

  /** The lowest number that a thread has free from there on, in the door's range. */
  int freeNumber(int tid, int from) {
    for (int n = Math.max(from, Filter.FIRST_FD); n < Filter.LAST_FD; n++) {
      if (libc.statDescriptor(tid, n, stat) != 0) {
        return n;
      }
    }
    throw new CallError(EMFILE);
  }

  /** The door's own number of a thread's descriptor; to be closed, or its last close is missed. */
  int borrow(int tid, int fd) {
    long pid = CallError.check(libc.call(SystemCall.PIDFD_OPEN, Threads.process(tid), 0, 0));
    long own = libc.call(SystemCall.PIDFD_GETFD, pid, fd, 0);
    libc.close((int) pid);
    if (own < 0) {
      throw new CallError(own == -Errno.EPERM ? Errno.EPERM : (int) -own);
    }
    return (int) own;
  }

  /** Hears of the files whose last number is gone; before a call is looked at. */
  void hearOfCloses() {
    if (byInode.isEmpty()) {
      return;
    }
    while (true) {
      long n = libc.call(SystemCall.READ, inotify, events.address(), EVENTS);
      if (n <= 0) {
        return;
      }
      for (long at = 0; at < n; at += 16 + events.get(JAVA_INT, at + 12)) {
        if ((events.get(JAVA_INT, at + 4) & IN_CLOSE) != 0) {
          closed(events.get(JAVA_INT, at));
        }
      }
    }
  }

  private void closed(int watch) {
    Inode inode = byWatch.remove(watch);
    OpenFile file = inode == null ? null : byInode.remove(inode);
    if (file != null) {
      onLastClose.accept(file);
    }
  }

  /** Hears of nothing any more. */
  void close() {
    libc.close(inotify);
  }

  /** How many files are open. */
  int count() {
    return byInode.size();
  }
}
