package org.dmsim.scenarios.door;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import org.dmsim.block.Errno;
import org.dmsim.machine.Sched;

/** Calls about a descriptor as such: its copies, its flags, whether it is ready. */
final class DescriptorCalls {

  private static final int F_DUPFD = 0;
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int O_LARGEFILE = 0x8000;
  private static final int POLLFD = 8;
  private static final int MAX_POLLFDS = 1024;
  private static final int POLLIN = 1;
  private static final int POLLOUT = 4;

  private final Session session;

  DescriptorCalls(Session session) {
    this.session = session;
  }

  void fcntl(Call c, OpenFile f) {
    switch (c.intArgument(1)) {
      case F_GETFL -> c.answer("fcntl(" + f + ", F_GETFL)", f.flags() | O_LARGEFILE);
      case F_SETFL -> {
        f.setFlags(c.intArgument(2));
        c.answer("fcntl(" + f + ", F_SETFL)", 0);
      }
      case F_DUPFD -> copy(c, c.intArgument(2), false);
      case F_DUPFD_CLOEXEC -> copy(c, c.intArgument(2), true);
      default -> c.goOn();
    }
  }

  void dup(Call c) {
    copy(c, 0, false);
  }

  /** The kernel's lowest number would be one that the filter does not watch. */
  private void copy(Call c, int from, boolean closeOnExec) {
    OpenFiles files = session.files();
    int number = files.freeNumber(c.tid(), from);
    int own = files.borrow(c.tid(), c.intArgument(0));
    c.answerWithFd(c.what().call(), own, number, closeOnExec);
    session.libc().close(own);
  }

  void dupTo(Call c, OpenFile f) {
    int to = c.intArgument(1);
    if (!session.options().everyFd() && to > 2 && to < Filter.FIRST_FD) {
      session
          .trace()
          .once(
              Threads.comm(c.tid())
                  + " moves "
                  + f
                  + " to descriptor "
                  + to
                  + ", which is not watched; run it with --fds all");
    }
    c.goOn();
  }

  void stat(Call c, OpenFile f) {
    c.poke(c.argument(1), StatLayout.stat(session.libc().architecture(), f.node()));
    c.answer("fstat(" + f + ")", 0);
  }

  // ---- poll -----------------------------------------------------------------------------------

  /**
   * {@code poll} and {@code ppoll}: block devices are always ready, the control device if armed.
   */
  void poll(Call c) {
    int n = (int) Math.min(c.argument(1) & 0xffffffffL, MAX_POLLFDS);
    byte[] fds = n == 0 || c.argument(1) > MAX_POLLFDS ? null : c.bytes(c.argument(0), n * POLLFD);
    OpenFile ours = null;
    int at = 0;
    for (int i = 0; fds != null && i < n && ours == null; i++) {
      ours = session.files().of(c.tid(), fd(fds, i));
      at = i;
    }
    if (ours == null || ours.control() == null || n != 1) {
      if (ours != null && n > 1) {
        session.trace().once("poll(2) of a simulated device beside others sees it always ready");
      }
      session.waits().handle(c);
      return;
    }
    OpenFile f = ours;
    int index = at;
    long timeout = timeout(c);
    session.perform(
        c,
        f,
        "poll(" + f + ")",
        () -> {
          boolean readable = f.control().isReadable() || wait(f, timeout);
          int asked = MemorySegment.ofArray(fds).get(JAVA_SHORT_UNALIGNED, index * POLLFD + 4L);
          int ready = readable ? asked & POLLIN : 0;
          MemorySegment.ofArray(fds)
              .set(JAVA_SHORT_UNALIGNED, index * POLLFD + 6L, (short) (ready & ~POLLOUT));
          c.poke(c.argument(0), fds);
          return ready == 0 ? 0 : 1;
        });
  }

  private static boolean wait(OpenFile f, long timeout) {
    return timeout != 0 && f.control().awaitReadable(timeout);
  }

  /** Virtual ns; {@link Sched#FOREVER} for without end. */
  private static long timeout(Call c) {
    if (c.what() == SystemCall.POLL) {
      int ms = c.intArgument(2);
      return ms < 0 ? Sched.FOREVER : ms * 1_000_000L;
    }
    if (c.argument(2) == 0) {
      return Sched.FOREVER;
    }
    MemorySegment t = c.peek(c.argument(2), 16);
    return t.get(JAVA_LONG_UNALIGNED, 0) * 1_000_000_000L + t.get(JAVA_LONG_UNALIGNED, 8);
  }

  private static int fd(byte[] fds, int i) {
    return MemorySegment.ofArray(fds).get(JAVA_INT_UNALIGNED, (long) i * POLLFD);
  }

  /** What never is done for a simulated device. */
  void refuse(Call c, OpenFile f, int errno) {
    c.answer(c.what().call() + "(" + f + ")", -errno);
  }

  void refuseMap(Call c, OpenFile f) {
    session
        .trace()
        .once("mmap(2) of " + f + " is refused with ENODEV: a page fault cannot be answered here");
    c.answer("mmap(" + f + ")", -Errno.ENODEV);
  }
}
