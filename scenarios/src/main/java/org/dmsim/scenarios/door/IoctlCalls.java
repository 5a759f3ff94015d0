package org.dmsim.scenarios.door;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.dmsim.block.Errno;
import org.dmsim.block.Sectors;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.device.Gendisk;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.block.queue.RequestQueue;
import org.dmsim.block.syscall.Syscalls;
import org.dmsim.dm.ioctl.ControlFile;
import org.dmsim.dm.ioctl.UserBuffer;

/** {@code ioctl(2)}: device mapper's on its control device, the block layer's on a disk. */
final class IoctlCalls {

  private final Session session;

  IoctlCalls(Session session) {
    this.session = session;
  }

  void handle(Call c, OpenFile f) {
    if (f.control() != null) {
      control(c, f);
    } else if (f.block() != null) {
      block(c, f);
    } else {
      c.answer(-Errno.ENOTTY);
    }
  }

  // ---- device mapper --------------------------------------------------------------------------

  private void control(Call c, OpenFile f) {
    int command = c.intArgument(1);
    long user = c.argument(2);
    UserBuffer buffer =
        new UserBuffer() {
          @Override
          public boolean read(int offset, byte[] into, int at, int bytes) {
            try {
              byte[] b = c.bytes(user + offset, bytes);
              System.arraycopy(b, 0, into, at, bytes);
              return true;
            } catch (CallError fault) {
              return false;
            }
          }

          @Override
          public boolean write(int offset, byte[] from, int bytes) {
            try {
              c.poke(user + offset, from, bytes);
              return true;
            } catch (CallError fault) {
              return false;
            }
          }
        };
    ControlFile.Command known =
        (command >>> 8 & 0xff) == ControlFile.TYPE ? ControlFile.Command.of(command) : null;
    String said =
        "ioctl(control, " + (known == null ? Integer.toHexString(command) : "DM_" + known) + ")";
    session.perform(
        c,
        f,
        said,
        () -> f.control().ioctl(command, buffer, s -> session.recorder().ioctl(known, s)));
  }

  // ---- the block layer ------------------------------------------------------------------------

  private void block(Call c, OpenFile f) {
    int number = c.intArgument(1);
    BlockIoctl command = BlockIoctl.of(number);
    String said =
        "ioctl("
            + f
            + ", "
            + (command == null ? "0x" + Integer.toHexString(number) : command)
            + ")";
    if (command == null) {
      session.perform(c, f, said, () -> Syscalls.ioctl(f.block(), number));
      return;
    }
    BlockDevice bdev = f.block().bdev();
    Gendisk disk = bdev.disk();
    RequestQueue queue = bdev.queue();
    QueueLimits limits = queue.limits();
    long out = c.argument(2);
    switch (command) {
      case BLKGETSIZE64 -> c.pokeLong(out, bdev.bytes());
      case BLKGETSIZE -> c.pokeLong(out, bdev.sectors());
      case BLKGETDISKSEQ -> c.pokeLong(out, disk.diskSequence());
      case BLKRAGET, BLKFRAGET ->
          c.pokeLong(out, disk.readAheadPages() * Sectors.PAGE_SIZE >> Sectors.SHIFT);
      case BLKRASET, BLKFRASET ->
          disk.setReadAheadPages((out << Sectors.SHIFT) / Sectors.PAGE_SIZE);
      case BLKSSZGET -> c.pokeInt(out, limits.logicalBlockSize);
      case BLKPBSZGET -> c.pokeInt(out, limits.physicalBlockSize);
      case BLKIOMIN -> c.pokeInt(out, (int) limits.ioMin);
      case BLKIOOPT -> c.pokeInt(out, (int) limits.ioOpt);
      case BLKALIGNOFF, BLKDISCARDZEROES, BLKGETZONESZ, BLKGETNRZONES -> c.pokeInt(out, 0);
      case BLKROGET -> c.pokeInt(out, bdev.isReadOnly() ? 1 : 0);
      case BLKBSZGET -> c.pokeInt(out, Sectors.PAGE_SIZE);
      case BLKBSZSET -> {
        int size = c.peek(out, 4).get(ValueLayout.JAVA_INT_UNALIGNED, 0);
        boolean good =
            Integer.bitCount(size) == 1
                && size >= limits.logicalBlockSize
                && size <= Sectors.PAGE_SIZE;
        c.answer(said, good ? 0 : -Errno.EINVAL);
        return;
      }
      case BLKSECTGET -> c.pokeShort(out, (int) Math.min(0xffff, limits.maxSectors));
      case BLKROTATIONAL -> c.pokeShort(out, queue.has(RequestQueue.QUEUE_FLAG_NONROT) ? 0 : 1);
      case BLKFLSBUF -> session.sayBuffered();
      case BLKROSET -> {
        boolean readOnly = c.peek(out, 4).get(ValueLayout.JAVA_INT_UNALIGNED, 0) != 0;
        session.perform(c, f, said, () -> Syscalls.setReadOnly(f.block(), readOnly));
        return;
      }
      case BLKDISCARD, BLKSECDISCARD, BLKZEROOUT -> {
        range(c, f, command, said);
        return;
      }
      case BLKRRPART, BLKPG -> {
        session.trace().once("partitions are not modelled: " + command + " is refused with EINVAL");
        c.answer(said, -Errno.EINVAL);
        return;
      }
    }
    c.answer(said, 0);
  }

  private void range(Call c, OpenFile f, BlockIoctl command, String said) {
    MemorySegment r = c.peek(c.argument(2), 16);
    long start = r.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    long length = r.get(ValueLayout.JAVA_LONG_UNALIGNED, 8);
    Syscalls.RangeIoctl what =
        switch (command) {
          case BLKDISCARD -> Syscalls.RangeIoctl.DISCARD;
          case BLKSECDISCARD -> Syscalls.RangeIoctl.SECURE_DISCARD;
          default -> Syscalls.RangeIoctl.ZEROOUT;
        };
    session.perform(
        c,
        f,
        said,
        () -> {
          session.recorder().range(session.nameOf(f), what, start, length);
          return Syscalls.ioctl(f.block(), what, start, length);
        });
  }
}
