package org.dmsim.scenarios.door;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;
import org.dmsim.block.Errno;

/**
 * The descriptor on which the host's kernel tells of stopped calls: {@code seccomp_unotify(2)}.
 * Used by one thread.
 */
final class SeccompListener {

  private static final int SECCOMP_SET_MODE_FILTER = 1;
  private static final int FLAG_NEW_LISTENER = 8;
  private static final int FLAG_WAIT_KILLABLE_RECV = 32;
  private static final int PR_SET_NO_NEW_PRIVS = 38;

  private static final int IOCTL_RECV = 0xC0502100;
  private static final int IOCTL_SEND = 0xC0182101;
  private static final int IOCTL_ID_VALID = 0x40082102;
  private static final int IOCTL_ADDFD = 0x40182103;
  private static final int IOCTL_SET_FLAGS = 0x40082104;

  private static final int SYNC_WAKE_UP = 1;
  private static final int CONTINUE = 1;
  private static final int ADDFD_SETFD = 1;
  private static final int ADDFD_SEND = 2;
  private static final int POLLIN = 1;
  private static final int EMFILE = 24;

  private final Libc libc;
  private final int fd;
  private final Arena arena = Arena.ofAuto();
  private final MemorySegment request = arena.allocate(80, 8);
  private final MemorySegment answer = arena.allocate(24, 8);
  private final MemorySegment poll = arena.allocate(8, 8);
  private final MemorySegment time = arena.allocate(16, 8);

  /** The listener with a number that the calling thread has just been given, or has received. */
  SeccompListener(Libc libc, int fd) {
    this.libc = libc;
    this.fd = fd;
    time.set(JAVA_LONG, 0, SYNC_WAKE_UP); // since 6.6; before, EINVAL and no harm
    libc.call(SystemCall.IOCTL, fd, IOCTL_SET_FLAGS & 0xffffffffL, SYNC_WAKE_UP);
  }

  /** Its number. */
  int fd() {
    return fd;
  }

  /**
   * Puts the filter on the calling thread and on what it will start; it cannot be taken off again.
   *
   * @return the listener's number
   */
  static int install(Libc libc, MemorySegment filter) throws DoorClosed {
    long r = libc.call(SystemCall.PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0);
    if (r == 0) {
      r = seccomp(libc, FLAG_NEW_LISTENER | FLAG_WAIT_KILLABLE_RECV, filter);
    }
    if (r == -Errno.EINVAL) {
      throw new DoorClosed(
          "this kernel has no SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV; Linux 5.19 has");
    }
    if (r < 0) {
      throw new DoorClosed("seccomp(2) says " + reason((int) -r));
    }
    return (int) r;
  }

  private static long seccomp(Libc libc, int flags, MemorySegment filter) {
    return libc.call(SystemCall.SECCOMP, SECCOMP_SET_MODE_FILTER, flags, filter.address());
  }

  private static String reason(int errno) {
    String name = Errno.name(errno);
    return switch (errno) {
      case Errno.EBUSY ->
          name + ": a listener is there already (a container, or dmsim with inside dmsim with)";
      case Errno.EPERM, Errno.EACCES -> name + ": the host's policy forbids it";
      case 38 -> "ENOSYS: the host's kernel has no seccomp filters";
      default -> name;
    };
  }

  /**
   * Waits for the next stopped call.
   *
   * @param milliseconds how long at most; negative for without end
   * @return its memory, good until the next; empty if none came
   */
  MemorySegment receive(long milliseconds) {
    while (true) {
      if (milliseconds >= 0 && !isOne(milliseconds)) {
        return null;
      }
      request.fill((byte) 0);
      long r = libc.ioctl(fd, IOCTL_RECV, request);
      if (r == 0) {
        return request;
      }
      if (r != -Errno.EINTR && r != -Errno.ENOENT) {
        throw new CallError((int) -r);
      }
      if (milliseconds >= 0) {
        return null; // it died meanwhile
      }
    }
  }

  /**
   * Waits for the next stopped call without end.
   *
   * @return null if nobody is left who could make one
   */
  MemorySegment receiveUntilTheEnd() {
    while (true) {
      poll.set(JAVA_INT, 0, fd);
      poll.set(JAVA_INT, 4, POLLIN);
      long r = libc.call(SystemCall.PPOLL, poll.address(), 1, 0);
      int events = poll.get(JAVA_INT, 4) >>> 16;
      if (r > 0 && (events & POLLIN) == 0) {
        return null;
      }
      if (r > 0) {
        request.fill((byte) 0);
        if (libc.ioctl(fd, IOCTL_RECV, request) == 0) {
          return request;
        }
      } else if (r != -Errno.EINTR) {
        return null;
      }
    }
  }

  private boolean isOne(long milliseconds) {
    poll.set(JAVA_INT, 0, fd);
    poll.set(JAVA_INT, 4, POLLIN);
    time.set(JAVA_LONG, 0, 0);
    time.set(JAVA_LONG, 8, milliseconds * 1_000_000L);
    return libc.call(SystemCall.PPOLL, poll.address(), 1, time.address()) > 0;
  }

  /** Whether the caller still waits for the answer: its pid is still its own then. */
  boolean isWaiting(long id) {
    answer.set(JAVA_LONG, 0, id);
    return libc.ioctl(fd, IOCTL_ID_VALID, answer) == 0;
  }

  /**
   * Answers a call: its result, or a negative errno. A caller that died meanwhile is passed over.
   */
  void answer(long id, long result) {
    boolean error = result < 0 && result > -4096;
    send(id, error ? 0 : result, error ? (int) result : 0, 0);
  }

  /** Lets the host's kernel make the call. */
  void goOn(long id) {
    send(id, 0, 0, CONTINUE);
  }

  private void send(long id, long value, int error, int flags) {
    answer.set(JAVA_LONG, 0, id);
    answer.set(JAVA_LONG, 8, value);
    answer.set(JAVA_INT, 16, error);
    answer.set(JAVA_INT, 20, flags);
    libc.ioctl(fd, IOCTL_SEND, answer);
  }

  /**
   * Gives the caller a descriptor.
   *
   * @param own the door's number of the file
   * @param number the number that it is to have; without one the lowest free, and the call is
   *     answered with it
   * @return the number, or a negative errno
   */
  long addFd(long id, int own, OptionalInt number, boolean closeOnExec) {
    answer.set(JAVA_LONG, 0, id);
    answer.set(JAVA_INT, 8, number.isPresent() ? ADDFD_SETFD : ADDFD_SEND);
    answer.set(JAVA_INT, 12, own);
    answer.set(JAVA_INT, 16, number.orElse(0));
    answer.set(JAVA_INT, 20, closeOnExec ? Libc.O_CLOEXEC : 0);
    long r = libc.ioctl(fd, IOCTL_ADDFD, answer);
    boolean beyondLimit = r == -Errno.EBADF && number.isPresent();
    return beyondLimit ? -EMFILE : r;
  }

  /** No call is answered any more: who waits, or makes a watched call, gets ENOSYS. */
  void close() {
    libc.close(fd);
  }
}
