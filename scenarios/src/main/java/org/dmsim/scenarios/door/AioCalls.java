package org.dmsim.scenarios.door;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import org.dmsim.block.Errno;
import org.dmsim.block.syscall.Syscalls;

/**
 * The system calls of libaio. Each request is a task of its own; what has ended waits in its
 * context until it is asked for. A context's number is the address of the variable that io_setup
 * was given: libaio looks into what it takes for a ring there, so it must be the program's.
 */
final class AioCalls {

  private static final int IOCB = 64;
  private static final int IO_EVENT = 32;
  private static final int MAX_REQUESTS = 1 << 16;
  private static final int IOCB_CMD_PREAD = 0;
  private static final int IOCB_CMD_PWRITE = 1;
  private static final int IOCB_CMD_FSYNC = 2;
  private static final int IOCB_CMD_FDSYNC = 3;
  private static final int IOCB_CMD_PREADV = 7;
  private static final int IOCB_CMD_PWRITEV = 8;
  private static final int IOCB_FLAG_RESFD = 1;

  private record Event(long data, long iocb, long result) {}

  private record Key(int process, long number) {}

  private static final class Context {
    private final Deque<Event> events = new ArrayDeque<>();
    private Call waiter;
  }

  /** {@code struct iocb}, as the program filled it in. */
  private record Request(
      long data,
      long at,
      int flags,
      int op,
      int fd,
      long buffer,
      long bytes,
      long position,
      int more,
      int eventFd) {

    static Request read(Call c, long at) {
      ByteBuffer b = ByteBuffer.wrap(c.bytes(at, IOCB)).order(ByteOrder.LITTLE_ENDIAN);
      return new Request(
          b.getLong(0),
          at,
          b.getInt(12),
          b.getShort(16) & 0xffff,
          b.getInt(20),
          b.getLong(24),
          b.getLong(32),
          b.getLong(40),
          b.getInt(56),
          b.getInt(60));
    }

    boolean isWrite() {
      return op == IOCB_CMD_PWRITE || op == IOCB_CMD_PWRITEV;
    }

    boolean isSync() {
      return op == IOCB_CMD_FSYNC || op == IOCB_CMD_FDSYNC;
    }

    boolean isKnown() {
      return op <= IOCB_CMD_FDSYNC || op == IOCB_CMD_PREADV || op == IOCB_CMD_PWRITEV;
    }

    Iovec iov(Call c) {
      boolean vectored = op == IOCB_CMD_PREADV || op == IOCB_CMD_PWRITEV;
      return vectored ? Iovec.read(c, buffer, bytes) : Iovec.of(buffer, isSync() ? 0 : bytes);
    }
  }

  private final Session session;
  private final Map<Key, Context> contexts = new HashMap<>();
  private final Map<Integer, Integer> processes = new HashMap<>();

  AioCalls(Session session) {
    this.session = session;
  }

  void handle(Call c) {
    switch (c.what()) {
      case IO_SETUP -> setUp(c);
      case IO_DESTROY ->
          c.answer(contexts.remove(key(c, c.argument(0))) == null ? -Errno.EINVAL : 0);
      case IO_SUBMIT -> submit(c);
      case IO_GETEVENTS, IO_PGETEVENTS -> getEvents(c);
      default -> c.answer(-Errno.EINVAL);
    }
  }

  private Key key(Call c, long number) {
    return new Key(processes.computeIfAbsent(c.tid(), Threads::process), number);
  }

  private void setUp(Call c) {
    long at = c.argument(1);
    if (c.peekLong(at) != 0 || c.argument(0) == 0) {
      c.answer(-Errno.EINVAL);
      return;
    }
    processes.put(c.tid(), Threads.process(c.tid()));
    contexts.put(key(c, at), new Context());
    c.pokeLong(at, at);
    c.answer(0);
  }

  private void submit(Call c) {
    Context x = contexts.get(key(c, c.argument(0)));
    long count = c.argument(1);
    if (x == null || count < 0) {
      c.answer(-Errno.EINVAL);
      return;
    }
    int n = (int) Math.min(count, MAX_REQUESTS);
    MemorySegment pointers = c.peek(c.argument(2), 8L * n);
    long[] at = new long[n];
    for (int i = 0; i < n; i++) {
      at[i] = pointers.get(JAVA_LONG_UNALIGNED, 8L * i);
    }
    int taken = 0;
    long error = 0;
    try {
      for (; taken < n; taken++) {
        begin(c, x, Request.read(c, at[taken]));
      }
    } catch (CallError e) {
      error = e.result();
    }
    c.answer("io_submit(" + n + ")", taken > 0 || n == 0 ? taken : error);
  }

  private void begin(Call c, Context x, Request r) {
    if (!r.isKnown()) {
      throw new CallError(Errno.EINVAL);
    }
    OpenFile f = session.files().of(c.tid(), r.fd);
    if (f != null && f.block() == null) {
      throw new CallError(Errno.EINVAL);
    }
    Iovec iov = r.iov(c);
    long total = iov.total();
    LongConsumer end = result -> ended(c, x, r, result);
    if (f == null) {
      end.accept(byTheHost(c, r, iov, total));
      return;
    }
    f.begin();
    session
        .door()
        .performInBackground(
            "kworker/aio",
            () -> {
              long result;
              try {
                result = make(c, f, r, iov, total);
              } catch (CallError e) {
                result = e.result();
              }
              session.recorder().done(result);
              session.ended(f);
              end.accept(result);
            });
  }

  private long make(Call c, OpenFile f, Request r, Iovec iov, long total) {
    if (r.isSync()) {
      session.recorder().note("flush " + session.nameOf(f));
      return Syscalls.fdatasync(f.block());
    }
    Call later = c.forMemoryOnly();
    return r.isWrite()
        ? session.fileCalls().write(later, f, iov, total, r.position, r.flags)
        : session.fileCalls().read(later, f, iov, total, r.position, r.flags);
  }

  /** A file of the host's: by the program's own open file. */
  private long byTheHost(Call c, Request r, Iovec iov, long total) {
    Libc libc = session.libc();
    int own = session.files().borrow(c.tid(), r.fd);
    try (Arena a = Arena.ofConfined()) {
      if (r.isSync()) {
        return libc.call(r.op == IOCB_CMD_FSYNC ? SystemCall.FSYNC : SystemCall.FDATASYNC, own);
      }
      MemorySegment m = a.allocate(Math.max(total, 1), 4096);
      SystemCall moves = r.isWrite() ? SystemCall.PROCESS_VM_READV : SystemCall.PROCESS_VM_WRITEV;
      if (r.isWrite()) {
        CallError.check(libc.move(moves, c.tid(), m, iov.base(), iov.length(), total));
        return libc.call(SystemCall.PWRITE64, own, m.address(), total, r.position, 0, 0);
      }
      long n = libc.call(SystemCall.PREAD64, own, m.address(), total, r.position, 0, 0);
      if (n > 0) {
        CallError.check(libc.move(moves, c.tid(), m, iov.base(), iov.length(), n));
      }
      return n;
    } finally {
      libc.close(own);
    }
  }

  private void ended(Call c, Context x, Request r, long result) {
    if (session.trace().isOn()) {
      session.trace().line("aio op " + r.op + " at " + r.position + " = " + result);
    }
    x.events.add(new Event(r.data, r.at, result));
    if ((r.more & IOCB_FLAG_RESFD) != 0) {
      signal(c, r.eventFd);
    }
    deliver(x, false);
  }

  private void signal(Call c, int eventFd) {
    Libc libc = session.libc();
    try {
      int own = session.files().borrow(c.tid(), eventFd);
      libc.small().set(java.lang.foreign.ValueLayout.JAVA_LONG, 0, 1L);
      libc.call(SystemCall.WRITE, own, libc.small().address(), 8);
      libc.close(own);
    } catch (CallError gone) {
      // The program that wanted to hear of it has gone.
      session.trace().once("an eventfd of libaio is gone");
    }
  }

  // ---- what has ended --------------------------------------------------------------------------

  private void getEvents(Call c) {
    Context x = contexts.get(key(c, c.argument(0)));
    if (x == null || c.argument(1) < 0 || c.argument(2) < c.argument(1)) {
      c.answer(-Errno.EINVAL);
      return;
    }
    boolean atOnce = false;
    if (c.argument(4) != 0) {
      MemorySegment t = c.peek(c.argument(4), 16);
      atOnce = t.get(JAVA_LONG_UNALIGNED, 0) == 0 && t.get(JAVA_LONG_UNALIGNED, 8) == 0;
    }
    c.park();
    x.waiter = c;
    deliver(x, atOnce);
  }

  private void deliver(Context x, boolean atOnce) {
    Call c = x.waiter;
    if (c == null || (x.events.size() < c.argument(1) && !atOnce)) {
      return;
    }
    x.waiter = null;
    int n = (int) Math.min(c.argument(2), x.events.size());
    ByteBuffer b = ByteBuffer.allocate(IO_EVENT * n).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < n; i++) {
      Event e = x.events.poll();
      b.putLong(e.data).putLong(e.iocb).putLong(e.result).putLong(0);
    }
    try {
      c.poke(c.argument(3), b.array());
      c.answer("io_getevents()", n);
    } catch (CallError e) {
      c.answer("io_getevents()", e.result());
    }
  }
}
