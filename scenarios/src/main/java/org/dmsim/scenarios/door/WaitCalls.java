package org.dmsim.scenarios.door;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.dmsim.block.Errno;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;

/**
 * Programs that sleep, or wait for a time at most. As long as one sleeps, virtual time passes. With
 * virtual time only, it is over when the machine has nothing else to do; what else ends the wait, a
 * pipe that fills or a signal, is looked for whenever calls are let in.
 */
final class WaitCalls {

  private static final int TIMER_ABSTIME = 1;
  private static final long SECOND = 1_000_000_000L;
  private static final long MILLISECOND = 1_000_000L;
  private static final int POLLFD = 8;
  private static final int MOST = 1024;
  private static final int POLLIN = 1;
  private static final int POLLOUT = 4;
  private static final int POLLPRI = 2;

  private final Session session;
  private final List<Waiting> waiting = new ArrayList<>();

  WaitCalls(Session session) {
    this.session = session;
  }

  /** One thread that waits. */
  private final class Waiting extends Shared implements Blocker {
    private final Call call;
    private final int[] fds;
    private final int[] events;
    private boolean ready;
    private boolean signal;

    /** It has its own copies of the descriptors, of which the events are awaited. */
    Waiting(Call call, int[] fds, int[] events) {
      super("wait");
      this.call = call;
      this.fds = fds;
      this.events = events;
    }

    @Override
    public boolean ready() {
      return ready || signal;
    }

    @Override
    public String waitsFor() {
      return "a time, or what a program waits for";
    }

    void look() {
      signal |= Threads.hasSignal(call.tid());
      if (!ready && fds.length > 0) {
        Libc libc = session.libc();
        MemorySegment b = libc.buffer((long) POLLFD * fds.length);
        for (int i = 0; i < fds.length; i++) {
          b.set(JAVA_INT, (long) POLLFD * i, fds[i]);
          b.set(JAVA_INT, (long) POLLFD * i + 4, events[i] & 0xffff);
        }
        MemorySegment none = libc.small();
        none.set(JAVA_LONG, 0, 0);
        none.set(JAVA_LONG, 8, 0);
        ready = libc.call(SystemCall.PPOLL, b.address(), fds.length, none.address(), 0, 0, 0) != 0;
      }
    }

    void close() {
      for (int fd : fds) {
        session.libc().close(fd);
      }
      waiting.remove(this);
    }
  }

  /** Sees what may have ended a wait, and whether anything has. */
  boolean look() {
    boolean ended = false;
    for (Waiting w : waiting) {
      w.look();
      ended |= w.ready();
    }
    return ended;
  }

  // ---- sleeping --------------------------------------------------------------------------------

  /** {@code nanosleep}, {@code clock_nanosleep}. */
  void sleep(Call c) {
    boolean clock = c.what() == SystemCall.CLOCK_NANOSLEEP;
    boolean absolute = clock && (c.argument(1) & TIMER_ABSTIME) != 0;
    long time = nanoseconds(c, c.argument(clock ? 2 : 0), 1);
    if (absolute && time >= 0) {
      time = time - now(c.argument(0));
      time = Math.max(0, (time + MILLISECOND / 2) / MILLISECOND * MILLISECOND);
    }
    if (time < 0) {
      c.goOn(); // the host's kernel says what is wrong with it
      return;
    }
    long length = time;
    if (!session.options().virtualTime()) {
      c.goOn();
      session.door().performInBackground("sleep", () -> sleep(length));
      return;
    }
    long rest = absolute ? 0 : c.argument(clock ? 3 : 1);
    await(
        c,
        new Waiting(c, new int[0], new int[0]),
        length,
        left -> {
          if (left == 0 || rest == 0) {
            return;
          }
          MemorySegment b = session.libc().small().asSlice(32, 16);
          b.set(JAVA_LONG, 0, left / SECOND);
          b.set(JAVA_LONG, 8, left % SECOND);
          c.poke(rest, b.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
        });
  }

  private void sleep(long length) {
    Waiting w = new Waiting(null, new int[0], new int[0]);
    Sched.await(w, Access.READ, w, length);
  }

  /** The host's time by a clock, ns. */
  private long now(long clock) {
    MemorySegment b = session.libc().small();
    CallError.check(session.libc().call(SystemCall.CLOCK_GETTIME, clock, b.address(), 0));
    return b.get(JAVA_LONG, 0) * SECOND + b.get(JAVA_LONG, 8);
  }

  /** What a {@code timespec}, or with 1000 a {@code timeval}, says; -1 where it makes no sense. */
  private static long nanoseconds(Call c, long at, long unit) {
    MemorySegment t = c.peek(at, 16);
    long seconds = t.get(JAVA_LONG_UNALIGNED, 0);
    long rest = t.get(JAVA_LONG_UNALIGNED, 8) * unit;
    boolean good = seconds >= 0 && seconds <= Integer.MAX_VALUE && rest >= 0 && rest < SECOND;
    return good ? seconds * SECOND + rest : -1;
  }

  // ---- waiting ---------------------------------------------------------------------------------

  /** {@code poll}, {@code select} and {@code epoll_wait} of the host's files. */
  void handle(Call c) {
    long time = session.options().virtualTime() ? limit(c) : -1;
    if (time <= 0) {
      c.goOn(); // it does not wait, or for ever
      return;
    }
    byte[] asked = asked(c);
    int n = asked.length / POLLFD;
    MemorySegment m = MemorySegment.ofArray(asked);
    int[] fds = new int[n];
    int[] events = new int[n];
    int own = 0;
    try {
      for (int i = 0; i < n; i++) {
        int fd = m.get(JAVA_INT_UNALIGNED, (long) POLLFD * i);
        if (fd >= 0) {
          events[own] = m.get(JAVA_SHORT_UNALIGNED, (long) POLLFD * i + 4);
          fds[own++] = session.files().borrow(c.tid(), fd);
        }
      }
    } catch (CallError closed) {
      for (int i = 0; i < own; i++) {
        session.libc().close(fds[i]);
      }
      c.goOn(); // as does one that is answered at once
      return;
    }
    Waiting w =
        new Waiting(c, java.util.Arrays.copyOf(fds, own), java.util.Arrays.copyOf(events, own));
    await(c, w, time, left -> {});
  }

  /** What is done with the rest of the time, ns, of a wait that a signal ended. */
  private interface Rest {
    void tell(long left);
  }

  private void await(Call c, Waiting w, long time, Rest rest) {
    c.park();
    waiting.add(w);
    session
        .door()
        .perform(
            c.tid(),
            () -> {
              long end = session.machine().now() + time;
              Sched.await(w, Access.READ, w, time);
              w.close();
              try {
                if (w.signal) {
                  rest.tell(Math.max(0, end - session.machine().now()));
                  c.answer(-Errno.EINTR);
                } else if (w.ready) {
                  c.goOn(); // the host's kernel says what is there, and does not wait
                } else {
                  nothing(c);
                  c.answer(0);
                }
              } catch (CallError e) {
                c.answer(e.result());
              }
            });
  }

  /** The limit of a wait, ns; -1 for none. */
  private static long limit(Call c) {
    return switch (c.what()) {
      case POLL -> c.intArgument(2) * MILLISECOND;
      case EPOLL_WAIT, EPOLL_PWAIT -> c.intArgument(3) * MILLISECOND;
      case PPOLL -> c.argument(2) == 0 ? -1 : nanoseconds(c, c.argument(2), 1);
      case SELECT -> c.argument(4) == 0 ? -1 : nanoseconds(c, c.argument(4), 1000);
      case PSELECT6 -> c.argument(4) == 0 ? -1 : nanoseconds(c, c.argument(4), 1);
      default -> c.argument(3) == 0 ? -1 : nanoseconds(c, c.argument(3), 1);
    };
  }

  /** What is waited for, as {@code struct pollfd}. */
  private static byte[] asked(Call c) {
    switch (c.what()) {
      case POLL, PPOLL -> {
        long n = c.argument(1) & 0xffffffffL;
        return n > MOST ? new byte[0] : c.bytes(c.argument(0), (int) n * POLLFD);
      }
      case SELECT, PSELECT6 -> {
        int n = Math.clamp(c.intArgument(0), 0, MOST);
        int bytes = bytesOfSet(n);
        byte[][] sets = new byte[3][];
        for (int s = 0; s < 3; s++) {
          long at = c.argument(1 + s);
          sets[s] = at == 0 ? new byte[bytes] : c.bytes(at, bytes);
        }
        List<byte[]> all = new ArrayList<>();
        for (int fd = 0; fd < n; fd++) {
          int events = 0;
          events |= isIn(sets[0], fd) ? POLLIN : 0;
          events |= isIn(sets[1], fd) ? POLLOUT : 0;
          events |= isIn(sets[2], fd) ? POLLPRI : 0;
          if (events != 0) {
            all.add(pollfd(fd, events));
          }
        }
        byte[] flat = new byte[all.size() * POLLFD];
        for (int i = 0; i < all.size(); i++) {
          System.arraycopy(all.get(i), 0, flat, i * POLLFD, POLLFD);
        }
        return flat;
      }
      default -> {
        return pollfd(c.intArgument(0), POLLIN);
      }
    }
  }

  private static int bytesOfSet(int n) {
    return (n + 63) / 64 * 8;
  }

  private static boolean isIn(byte[] set, int fd) {
    return (set[fd / 8] >> fd % 8 & 1) != 0;
  }

  private static byte[] pollfd(int fd, int events) {
    byte[] p = new byte[POLLFD];
    MemorySegment.ofArray(p).set(JAVA_INT_UNALIGNED, 0, fd);
    MemorySegment.ofArray(p).set(JAVA_SHORT_UNALIGNED, 4, (short) events);
    return p;
  }

  /** Says that nothing came in time. */
  private static void nothing(Call c) {
    switch (c.what()) {
      case POLL, PPOLL -> {
        int n = (int) Math.min(c.argument(1) & 0xffffffffL, MOST);
        byte[] fds = c.bytes(c.argument(0), n * POLLFD);
        for (int i = 0; i < n; i++) {
          MemorySegment.ofArray(fds).set(JAVA_SHORT_UNALIGNED, (long) POLLFD * i + 6, (short) 0);
        }
        c.poke(c.argument(0), fds);
        if (c.what() == SystemCall.PPOLL) {
          c.poke(c.argument(2), new byte[16]);
        }
      }
      case SELECT, PSELECT6 -> {
        int bytes = bytesOfSet(Math.clamp(c.intArgument(0), 0, MOST));
        for (int s = 1; s <= 3; s++) {
          if (c.argument(s) != 0) {
            c.poke(c.argument(s), new byte[bytes]);
          }
        }
        c.poke(c.argument(4), new byte[16]);
      }
      default -> {
        return; // sleeps, and epoll: nothing is told
      }
    }
  }
}
