package org.dmsim.dm.targets.mirror;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.BooleanSupplier;
import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.dm.dmio.DmIoClient;
import org.dmsim.dm.dmio.IoRegion;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.TargetPolicy;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.report.KernelSymbol;

/**
 * The dirty log of type {@code disk}: {@code DEVICE REGIONSIZE [sync|nosync]}. A header, and from
 * byte 1024 on a bit for each region that is clean. Mirrors {@code dm-log.c}, 6.1.
 */
final class DiskLog extends CoreLog {

  /** {@code MIRROR_MAGIC}: "MiRr". */
  private static final int MAGIC = 0x4D695272;

  private static final int VERSION = 2;
  private static final int BITS_OFFSET = 2 << Sectors.SHIFT;

  private final DmDev device;
  private final BooleanSupplier flushMirrors;
  private final DmIoClient ioClient = new DmIoClient();
  private final byte[] buffer;
  private boolean failed;
  private boolean flushFailedOnDevice;
  private int version;
  private long diskRegions;

  /**
   * A log on a device that is large enough.
   *
   * @param flushMirrors flushes the legs; false if that failed
   */
  DiskLog(DmTarget target, Parameters p, DmDev device, BooleanSupplier flushMirrors) {
    super(target, p);
    this.device = device;
    this.flushMirrors = flushMirrors;
    this.buffer = new byte[size(p, device)];
  }

  private static int size(Parameters p, DmDev device) {
    long bits = Sectors.roundUp(p.regionCount(), Long.SIZE) / Byte.SIZE;
    long block = device.bdev().queue().limits().logicalBlockSize;
    return (int) Sectors.roundUp(BITS_OFFSET + bits, block);
  }

  /** Whether the log fits on the device; says so where it does not. */
  static boolean fits(Parameters p, DmDev device) {
    int size = size(p, device);
    if (size <= device.bdev().bytes()) {
      return true;
    }
    say("log device " + device.name() + " too small: need " + size + " bytes");
    return false;
  }

  @Override
  String name() {
    return "disk";
  }

  @Override
  void destroy() {
    ioClient.destroy();
  }

  private int bitBytes() {
    return (int) Sectors.roundUp(regionCount, Long.SIZE) / Byte.SIZE;
  }

  private int clearedTo() {
    boolean toWord = target.table().kernel().has(TargetPolicy.MIRROR_LOG_COUNTS_OLD_BITS);
    return toWord ? (int) Sectors.roundUp(regionCount, Integer.SIZE) : bitBytes() * Byte.SIZE;
  }

  @KernelSymbol("rw_header")
  private int io(int op) {
    IoRegion where = new IoRegion(device.bdev(), 0, buffer.length >> Sectors.SHIFT);
    return ioClient.sync(op, buffer, 0, where) == 0 ? 0 : -Errno.EIO;
  }

  private int writeBits() {
    Arrays.fill(buffer, BITS_OFFSET, BITS_OFFSET + bitBytes(), (byte) 0);
    byte[] bits = cleanBits.toByteArray();
    System.arraycopy(bits, 0, buffer, BITS_OFFSET, Math.min(bits.length, bitBytes()));
    return io(Opf.REQ_OP_WRITE);
  }

  @KernelSymbol("flush_header")
  private int flushHeader() {
    IoRegion nothing = new IoRegion(device.bdev(), 0, 0);
    int opf = Opf.REQ_OP_WRITE | Opf.REQ_PREFLUSH;
    return ioClient.sync(opf, null, 0, nothing) == 0 ? 0 : -Errno.EIO;
  }

  @KernelSymbol("fail_log_device")
  private void fail() {
    if (!failed) {
      failed = true;
      target.table().event();
    }
  }

  @KernelSymbol("read_header")
  private int readHeader() {
    int r = io(Opf.REQ_OP_READ);
    if (r != 0) {
      return r;
    }
    ByteBuffer header = ByteBuffer.wrap(buffer).order(ByteOrder.LITTLE_ENDIAN);
    version = header.getInt(4);
    diskRegions = header.getLong(8);
    if (sync != Sync.DEFAULT || header.getInt(0) != MAGIC) {
      version = VERSION;
      diskRegions = 0;
    }
    if (version == 1) {
      version = VERSION;
    }
    if (version != VERSION) {
      say("incompatible disk log version");
      return -Errno.EINVAL;
    }
    return 0;
  }

  @Override
  @KernelSymbol("disk_resume")
  int resume() {
    int r = readHeader();
    if (r != 0) {
      say(device.name() + ": Failed to read header on dirty region log device");
      fail();
      diskRegions = 0;
    }
    BitSet onDisk = BitSet.valueOf(ByteBuffer.wrap(buffer, BITS_OFFSET, bitBytes()).slice());
    cleanBits.clear();
    cleanBits.or(onDisk);
    // The header's count is a u64, and lvm2 writes (uint64_t) -1 into a new log.
    int known =
        Long.compareUnsigned(diskRegions, regionCount) < 0 ? (int) diskRegions : regionCount;
    cleanBits.set(known, regionCount, sync == Sync.NOSYNC);
    cleanBits.clear(regionCount, clearedTo());
    touchedDirtied = true;
    syncBits.clear();
    syncBits.or(cleanBits);
    Sched.touch(syncCount, Access.WRITE);
    syncCount.set(cleanBits.cardinality());
    restartSearch();
    ByteBuffer header = ByteBuffer.wrap(buffer).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(0, MAGIC).putInt(4, version).putLong(8, regionCount);
    r = writeBits();
    if (r == 0) {
      r = flushHeader();
      flushFailedOnDevice |= r != 0;
    }
    if (r != 0) {
      say(device.name() + ": Failed to write header on dirty region log device");
      fail();
    }
    return r;
  }

  @Override
  int postsuspend() {
    return flush();
  }

  @Override
  @KernelSymbol("disk_flush")
  int flush() {
    if (!touchedCleaned && !touchedDirtied) {
      return 0;
    }
    if (touchedCleaned && !flushMirrors.getAsBoolean()) {
      // Nobody knows which regions are clean now.
      flushFailed = true;
      cleanBits.clear(0, regionCount);
      touchedDirtied = true;
    }
    int r = writeBits();
    if (r != 0) {
      fail();
      return r;
    }
    if (touchedDirtied) {
      r = flushHeader();
      if (r != 0) {
        flushFailedOnDevice = true;
        fail();
      } else {
        touchedDirtied = false;
      }
    }
    touchedCleaned = false;
    return r;
  }

  @Override
  String status() {
    return "3 disk " + device.name() + (flushFailedOnDevice ? " F" : failed ? " D" : " A");
  }

  @Override
  String describe() {
    return name()
        + (sync == Sync.DEFAULT ? " 2 " : " 3 ")
        + device.name()
        + " "
        + regionSize()
        + " "
        + describeSync();
  }
}
