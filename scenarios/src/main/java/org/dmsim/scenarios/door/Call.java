package org.dmsim.scenarios.door;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;
import org.dmsim.block.Errno;

/**
 * One stopped system call of a program, which waits for its answer. The program's memory is read
 * once and its copy used: another thread of the program may change it at any time.
 */
final class Call {

  private static final int ARGUMENTS = 6;

  private final SeccompListener listener;
  private final Libc libc;
  private final Trace trace;
  private final long id;
  private final int tid;
  private final int arch;
  private final SystemCall what;
  private final long[] arguments = new long[ARGUMENTS];
  private boolean answered;
  private boolean parked;
  private boolean memoryOnly;
  private Runnable whenAnswered = () -> {};

  Call(
      SeccompListener listener,
      Libc libc,
      Trace trace,
      SystemCall[] byNumber,
      MemorySegment request) {
    this.listener = listener;
    this.libc = libc;
    this.trace = trace;
    id = request.get(JAVA_LONG, 0);
    tid = request.get(JAVA_INT, 8);
    int nr = request.get(JAVA_INT, 16);
    arch = request.get(JAVA_INT, 20);
    boolean known = arch == libc.architecture().audit() && nr >= 0 && nr < byNumber.length;
    what = known ? byNumber[nr] : null;
    for (int i = 0; i < ARGUMENTS; i++) {
      arguments[i] = request.get(JAVA_LONG, 32 + 8L * i);
    }
  }

  /** Which call it is; null for one of another architecture, such as a 32-bit program's. */
  SystemCall what() {
    return what;
  }

  /** The calling thread. */
  int tid() {
    return tid;
  }

  /** An argument, from 0. */
  long argument(int n) {
    return arguments[n];
  }

  /** An argument that the kernel takes as an int. */
  int intArgument(int n) {
    return (int) arguments[n];
  }

  /** Whether it says that a program has ended, and is none. */
  boolean isEnd() {
    return what == SystemCall.IO_URING_SETUP && intArgument(0) == Entrance.END;
  }

  /** What is to be done before the caller goes on. */
  void whenAnswered(Runnable r) {
    whenAnswered = r;
  }

  // ---- the answer ------------------------------------------------------------------------------

  /** The answer comes later. */
  void park() {
    parked = true;
  }

  /** Whether it has its answer, or will have it from elsewhere. */
  boolean isSettled() {
    return answered || parked;
  }

  /** Whether the caller still waits. */
  boolean isWaiting() {
    return memoryOnly || listener.isWaiting(id);
  }

  /** Answers it, and says so where calls are traced. */
  void answer(String said, long result) {
    if (!answered) {
      answered = true;
      whenAnswered.run();
      trace.call(this, said, result);
      listener.answer(id, result);
    }
  }

  /** As {@link #answer(String, long)}, in the call's own name. */
  void answer(long result) {
    answer(what == null ? "?" : what.call(), result);
  }

  /** Lets the host's kernel make it. */
  void goOn() {
    if (!answered) {
      answered = true;
      whenAnswered.run();
      listener.goOn(id);
    }
  }

  /** Answers it with a descriptor of a certain number; the door's own is the caller's to close. */
  void answerWithFd(String said, int own, int number, boolean closeOnExec) {
    answer(said, listener.addFd(id, own, OptionalInt.of(number), closeOnExec));
  }

  /** Answers it with the lowest free descriptor. */
  void answerWithLowestFd(String said, int own, boolean closeOnExec) {
    long r = listener.addFd(id, own, OptionalInt.empty(), closeOnExec);
    if (r < 0) {
      answer(said, r);
    } else {
      answered = true;
      whenAnswered.run();
      trace.call(this, said, r);
    }
  }

  /**
   * The memory of its program after it was answered, for what goes on behind it: a request of
   * libaio's. Nobody then can say that the pid is still its own, as with the kernel's own {@code
   * process_vm_readv}.
   */
  Call forMemoryOnly() {
    return new Call(this);
  }

  private Call(Call c) {
    listener = c.listener;
    libc = c.libc;
    trace = c.trace;
    id = c.id;
    tid = c.tid;
    arch = c.arch;
    what = c.what;
    answered = true;
    memoryOnly = true;
  }

  // ---- the program's memory --------------------------------------------------------------------

  /**
   * Bytes of the program's memory, good until the buffer is used again.
   *
   * @throws CallError EFAULT
   */
  MemorySegment peek(long at, long bytes) {
    MemorySegment b = libc.buffer(bytes);
    if (bytes == 0) {
      return b;
    }
    long[] base = {at};
    long[] length = {bytes};
    long n = libc.move(SystemCall.PROCESS_VM_READV, tid, b, base, length, bytes);
    if (n == -Errno.EPERM && isWaiting()) {
      throw new OutOfReach();
    }
    if (n != bytes || !isWaiting()) {
      throw new CallError(Errno.EFAULT);
    }
    return b;
  }

  /** The host does not let dmsim look into the caller's memory. */
  static final class OutOfReach extends CallError {
    private static final long serialVersionUID = 1L;

    OutOfReach() {
      super(Errno.EPERM);
    }
  }

  /** As {@link #peek}, in an array of their own. */
  byte[] bytes(long at, int bytes) {
    byte[] copy = new byte[bytes];
    MemorySegment.copy(peek(at, bytes), JAVA_BYTE, 0, copy, 0, bytes);
    return copy;
  }

  long peekLong(long at) {
    return peek(at, 8).get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
  }

  /** A string that ends with a zero, such as a path; null if it is longer than a path can be. */
  String string(long at) {
    byte[] all = {};
    long from = at;
    while (all.length < Libc.PATH_MAX) {
      int n = (int) (256 - (from & 255)); // not beyond the page: the next may not be there
      byte[] part = bytes(from, n);
      int end = 0;
      while (end < n && part[end] != 0) {
        end++;
      }
      int before = all.length;
      all = Arrays.copyOf(all, before + end);
      System.arraycopy(part, 0, all, before, end);
      if (end < n) {
        return new String(all, StandardCharsets.UTF_8);
      }
      from += n;
    }
    return null;
  }

  /**
   * Writes into the program's memory.
   *
   * @throws CallError EFAULT
   */
  void poke(long at, byte[] data, int length) {
    MemorySegment b = libc.buffer(length);
    MemorySegment.copy(data, 0, b, JAVA_BYTE, 0, length);
    poke(at, b, length);
  }

  void poke(long at, byte[] data) {
    poke(at, data, data.length);
  }

  void pokeInt(long at, int value) {
    libc.small().set(JAVA_INT, 16, value);
    poke(at, libc.small().asSlice(16), 4);
  }

  void pokeShort(long at, int value) {
    libc.small().set(ValueLayout.JAVA_SHORT, 16, (short) value);
    poke(at, libc.small().asSlice(16), 2);
  }

  void pokeLong(long at, long value) {
    libc.small().set(JAVA_LONG, 16, value);
    poke(at, libc.small().asSlice(16), 8);
  }

  private void poke(long at, MemorySegment here, long length) {
    if (length == 0) {
      return;
    }
    if (!isWaiting()) {
      throw new CallError(Errno.EINTR); // nobody is left to hear it
    }
    long[] base = {at};
    long[] lengths = {length};
    long n = libc.move(SystemCall.PROCESS_VM_WRITEV, tid, here, base, lengths, length);
    if (n != length) {
      throw new CallError(Errno.EFAULT);
    }
  }

  /** Reads several runs of the program's memory into {@code data}, from {@code at} on. */
  void gather(Iovec iov, byte[] data, int at, long total) {
    if (total == 0) {
      return;
    }
    MemorySegment b = libc.buffer(total);
    long n = libc.move(SystemCall.PROCESS_VM_READV, tid, b, iov.base(), iov.length(), total);
    if (n != total || !isWaiting()) {
      throw new CallError(Errno.EFAULT);
    }
    MemorySegment.copy(b, JAVA_BYTE, 0, data, at, (int) total);
  }

  /** Writes what a read gave into several runs of the program's memory. */
  void scatter(Iovec iov, byte[] data, int at, long total) {
    if (total == 0) {
      return;
    }
    MemorySegment b = libc.buffer(total);
    MemorySegment.copy(data, at, b, JAVA_BYTE, 0, (int) total);
    if (!isWaiting()) {
      throw new CallError(Errno.EINTR);
    }
    long n = libc.move(SystemCall.PROCESS_VM_WRITEV, tid, b, iov.base(), iov.length(), total);
    if (n != total) {
      throw new CallError(Errno.EFAULT);
    }
  }

  @Override
  public String toString() {
    return (what == null ? "call of architecture " + Integer.toHexString(arch) : what.call())
        + " of "
        + tid;
  }
}
