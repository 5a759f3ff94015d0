package org.dmsim.scenarios.door;

import java.nio.charset.StandardCharsets;
import org.dmsim.block.Errno;
import org.dmsim.block.Sectors;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.syscall.BlockFile;
import org.dmsim.block.syscall.IovIter;
import org.dmsim.block.syscall.Syscalls;

/**
 * Reads and writes of an open block device. With O_DIRECT they are the modelled kernel's own;
 * without, whole blocks go past the page cache that is not there, and what was asked for is cut out
 * of them or put into them.
 */
final class FileCalls {

  private static final int NUMBER = 32;
  private static final int O_SYNC = 0x101000;

  /** More than that at once this simulation does not hold. */
  private static final long MAX_TRANSFER = 1 << 28;

  private final Session session;

  FileCalls(Session session) {
    this.session = session;
  }

  /** One read or write, as the program asked for it. */
  private record Transfer(
      boolean write, Iovec iov, long total, long position, boolean moves, int flags) {}

  /** {@code read} and {@code write} with all their kin. */
  void transfer(Call c, OpenFile f, boolean write) {
    Transfer t = parse(c, f, write);
    if (f.tunes() != null) {
      c.answer(said(c, f, t), tune(c, f, t));
      return;
    }
    if (f.block() == null) {
      c.answer(
          said(c, f, t),
          f.control() != null ? -Errno.EINVAL : session.log().transfer(c, f, t.write, t.iov));
      return;
    }
    if (t.position < 0) {
      c.answer(said(c, f, t), -Errno.EINVAL);
      return;
    }
    session.perform(
        c,
        f,
        said(c, f, t),
        () -> {
          long r = make(c, f, t);
          if (r > 0 && t.moves) {
            f.setPosition(t.position + r);
          }
          return r;
        });
  }

  /** Mirrors {@code read_ahead_kb_store}, 6.1. */
  private static long tune(Call c, OpenFile f, Transfer t) {
    byte[] text = new byte[(int) Math.min(t.total, NUMBER)];
    c.gather(t.iov, text, 0, text.length);
    String number = new String(text, StandardCharsets.US_ASCII).strip();
    if (!t.write || !number.matches("[0-9]{1,9}")) {
      return -Errno.EINVAL;
    }
    f.tunes().setReadAheadPages(Long.parseLong(number) / (Sectors.PAGE_SIZE >> 10));
    return t.total;
  }

  private Transfer parse(Call c, OpenFile f, boolean write) {
    boolean vectored =
        switch (c.what()) {
          case READV, WRITEV, PREADV, PWRITEV, PREADV2, PWRITEV2 -> true;
          default -> false;
        };
    boolean positioned =
        switch (c.what()) {
          case READ, WRITE, READV, WRITEV -> false;
          default -> true;
        };
    boolean flagged = c.what() == SystemCall.PREADV2 || c.what() == SystemCall.PWRITEV2;
    Iovec iov =
        vectored
            ? Iovec.read(c, c.argument(1), c.argument(2))
            : Iovec.of(c.argument(1), c.argument(2));
    boolean moves = !positioned || (flagged && c.argument(3) == -1);
    long position = moves ? f.position() : c.argument(3);
    int flags = flagged ? c.intArgument(5) : 0;
    if (write && (f.flags() & OpenFile.O_DSYNC) != 0) {
      boolean full = (f.flags() & O_SYNC) == O_SYNC;
      flags |= Syscalls.RWF_DSYNC | (full ? Syscalls.RWF_SYNC : 0);
    }
    return new Transfer(write, iov, iov.total(), position, moves, flags);
  }

  private String said(Call c, OpenFile f, Transfer t) {
    if (!session.trace().isOn()) {
      return "";
    }
    String rwf = t.flags == 0 ? "" : ", flags 0x" + Integer.toHexString(t.flags);
    return c.what().call() + "(" + f + ", " + t.total + " bytes at " + t.position + rwf + ")";
  }

  private long make(Call c, OpenFile f, Transfer t) {
    if (!f.isDirect()) {
      session.sayBuffered();
    }
    return t.write
        ? write(c, f, t.iov, t.total, t.position, t.flags)
        : read(c, f, t.iov, t.total, t.position, t.flags);
  }

  // ---- in the task of the caller ---------------------------------------------------------------

  /** Reads into the program's memory; bytes, or a negative errno. */
  long read(Call c, OpenFile f, Iovec iov, long total, long pos, int flags) {
    BlockFile file = f.block();
    long there = Math.clamp(file.bdev().bytes() - pos, 0, total);
    if (there > MAX_TRANSFER) {
      return tooMuch();
    }
    if (f.isDirect()) {
      IovIter iter = IovIter.of(iov.base(), iov.length(), (int) there);
      session.recorder().read(session.nameOf(f), pos, total, flags);
      long n = Syscalls.preadv2(file, iter, total, pos, flags);
      if (n > 0) {
        c.scatter(iov, iter.memory(), iter.at(), n);
      }
      return n;
    }
    if (!isReadable(file)) {
      return -Errno.EBADF;
    }
    if (there == 0) {
      return 0;
    }
    if ((flags & Syscalls.RWF_NOWAIT) != 0) {
      return -Errno.EAGAIN; // what is in no page cache has to be waited for
    }
    int mask = file.bdev().queue().limits().logicalBlockSize - 1;
    long first = pos & ~mask;
    int into = (int) (pos - first);
    byte[] blocks = new byte[(int) ((into + there + mask) & ~mask)];
    session.recorder().read(session.nameOf(f), first, blocks.length, flags);
    long n = Syscalls.preadv2(file, blocks, 0, blocks.length, first, flags);
    if (n < 0) {
      return n;
    }
    long got = Math.clamp(n - into, 0, there);
    c.scatter(iov, blocks, into, got);
    return got;
  }

  private static boolean isReadable(BlockFile file) {
    return (file.mode() & BlockDevice.FMODE_READ) != 0;
  }

  /** Writes the program's memory; bytes, or a negative errno. */
  long write(Call c, OpenFile f, Iovec iov, long total, long pos, int flags) {
    BlockFile file = f.block();
    long room = Math.clamp(file.bdev().bytes() - pos, 0, total);
    if (room > MAX_TRANSFER) {
      return tooMuch();
    }
    if (f.isDirect()) {
      IovIter iter = IovIter.of(iov.base(), iov.length(), (int) room);
      c.gather(iov, iter.memory(), iter.at(), room);
      session.recorder().write(session.nameOf(f), iter.memory(), iter.at(), pos, total, flags);
      return Syscalls.pwritev2(file, iter, total, pos, flags);
    }
    byte[] data = new byte[(int) room];
    c.gather(iov, data, 0, room);
    return writeBuffered(f, data, total, pos, flags);
  }

  private long writeBuffered(OpenFile f, byte[] data, long total, long pos, int flags) {
    BlockFile file = f.block();
    int mask = file.bdev().queue().limits().logicalBlockSize - 1;
    long first = pos & ~mask;
    int into = (int) (pos - first);
    int whole = (into + data.length + mask) & ~mask;
    byte[] blocks = data;
    if (data.length > 0 && whole != data.length) {
      blocks = new byte[whole];
      long r = readForUpdate(file, blocks, first, mask + 1);
      if (r < 0) {
        return r;
      }
      System.arraycopy(data, 0, blocks, into, data.length);
    }
    session.recorder().write(session.nameOf(f), blocks, 0, first, whole, flags);
    // Beyond the end there is nothing to write, and the kernel says which way that fails.
    long n =
        Syscalls.pwritev2(
            file,
            blocks,
            0,
            data.length == 0 ? total : whole,
            data.length == 0 ? pos : first,
            flags);
    return n < 0 ? n : Math.min(n, data.length);
  }

  /** The blocks at both ends, as the page cache reads them: whatever the file was opened for. */
  private static long readForUpdate(BlockFile file, byte[] blocks, long first, int block) {
    Syscalls.Opened again = Syscalls.open(file.bdev(), false);
    if (again.error() != 0) {
      return again.error();
    }
    long r = Syscalls.preadv2(again.file(), blocks, 0, block, first, 0);
    if (r >= 0 && blocks.length > block) {
      int last = blocks.length - block;
      r = Syscalls.preadv2(again.file(), blocks, last, block, first + last, 0);
    }
    Syscalls.close(again.file());
    return r;
  }

  private long tooMuch() {
    session.trace().once("a transfer of more than 256 MiB at once is refused with ENOMEM");
    return -Errno.ENOMEM;
  }

  // ---- the rest --------------------------------------------------------------------------------

  /** {@code lseek}: as {@code fixed_size_llseek} has it, 6.1. */
  void seek(Call c, OpenFile f) {
    if (f.block() == null) {
      if (f.control() == null) {
        f.setRecord(c.intArgument(2) == 2 ? session.log().count() : 0);
      }
      c.answer(0);
      return;
    }
    long size = f.block().bdev().bytes();
    long to =
        switch (c.intArgument(2)) {
          case 0 -> c.argument(1);
          case 1 -> f.position() + c.argument(1);
          case 2 -> size + c.argument(1);
          default -> -1;
        };
    if (to >= 0 && to <= size) {
      f.setPosition(to);
    }
    c.answer("lseek(" + f + ")", to >= 0 && to <= size ? to : -Errno.EINVAL);
  }

  /** {@code fsync} and its kin. */
  void sync(Call c, OpenFile f) {
    if (f.block() == null) {
      c.answer(-Errno.EINVAL);
      return;
    }
    session.perform(
        c,
        f,
        c.what().call() + "(" + f + ")",
        () -> {
          session.recorder().note("flush " + session.nameOf(f));
          return Syscalls.fdatasync(f.block());
        });
  }

  /** {@code fallocate}. */
  void fallocate(Call c, OpenFile f) {
    if (f.block() == null) {
      c.answer(-Errno.ENODEV);
      return;
    }
    int mode = c.intArgument(1);
    long start = c.argument(2);
    long length = c.argument(3);
    session.perform(
        c,
        f,
        "fallocate(" + f + ", mode " + mode + ", " + start + ", " + length + ")",
        () -> {
          return Syscalls.fallocate(f.block(), mode, start, length);
        });
  }
}
