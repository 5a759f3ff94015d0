package org.dmsim.block.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioDriver;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.device.Gendisk;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.block.queue.RequestQueue;
import org.dmsim.machine.Access;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Task;

/** What the ram disk and the null disk have in common: data in memory, time, and bad sectors. */
public abstract class MemoryDisk implements BioDriver {

  private final DiskOptions options;
  private final Gendisk disk;
  private final PageStore store;
  private long[] bad = {};

  MemoryDisk(BlockLayer disks, String name, int major, int minor, DiskOptions options) {
    this.options = options;
    disk = disks.allocDisk(name, major, minor, this);
    store = new PageStore(name, (major << 8) + minor, options.sectors(), options.image());
    disk.setPrivateData(this);
    disk.setCapacity(options.sectors());
    RequestQueue q = disk.queue();
    QueueLimits limits = q.limits();
    limits.setLogicalBlockSize(options.logicalBlockSize());
    limits.setPhysicalBlockSize(options.physicalBlockSize());
    long most = Sectors.UINT_MAX >> Sectors.SHIFT;
    if (options.discard(false)) {
      limits.discardGranularity = options.logicalBlockSize();
      limits.setMaxDiscardSectors(most);
    }
    if (options.secureErase()) {
      limits.maxSecureEraseSectors = most;
    }
    if (options.writeZeroes()) {
      limits.maxWriteZeroesSectors = most;
    }
    q.set(RequestQueue.QUEUE_FLAG_NONROT);
    q.set(RequestQueue.QUEUE_FLAG_NOWAIT, options.nowait(false));
    q.setWriteCache(options.writeCache(), options.fua());
  }

  /** The disk. */
  public final Gendisk disk() {
    return disk;
  }

  /** The whole disk as a device. */
  public final BlockDevice bdev() {
    return disk.part0();
  }

  /** What it can do. */
  public final DiskOptions options() {
    return options;
  }

  /**
   * Makes sectors bad: a bio that touches one of them ends with an I/O error, as with the null
   * disk's {@code badblocks}.
   *
   * @param first first bad sector
   * @param last last bad sector
   */
  public final void addBadSectors(long first, long last) {
    bad = Arrays.copyOf(bad, bad.length + 2);
    bad[bad.length - 2] = first;
    bad[bad.length - 1] = last;
  }

  /** Makes every sector good again. */
  public final void clearBadSectors() {
    bad = new long[0];
  }

  /** Whether a bio touches a bad sector. */
  final boolean isBad(Bio bio) {
    return isBad(bio.sector(), bio.endSector());
  }

  /** Whether a sector from {@code first} to before {@code end} is bad. */
  final boolean isBad(long first, long end) {
    long[] b = bad;
    for (int i = 0; i < b.length; i += 2) {
      if (first <= b[i + 1] && b[i] < end) {
        return true;
      }
    }
    return false;
  }

  /** Ends the bio with a status, when the disk's time for it is over. */
  final void complete(Bio bio, BlkStatus status) {
    long nanoseconds = latency();
    if (nanoseconds < 0) {
      end(bio, status);
    } else {
      interruptAfter(nanoseconds, () -> endInInterrupt(bio, status));
    }
  }

  /** How long the next command takes; negative if it ends on the spot. */
  final long latency() {
    Task t = Task.current();
    return t == null ? -1 : options.latency().next(t.machine());
  }

  /** Has the disk's interrupt come to this CPU after some virtual nanoseconds. */
  static void interruptAfter(long nanoseconds, Runnable handler) {
    Task t = Task.current();
    Machine m = t.machine();
    var cpu = t.cpu();
    m.alarm(m.now() + nanoseconds, () -> cpu.raiseInterrupt(handler::run));
  }

  /** Ends the bio now. */
  abstract void end(Bio bio, BlkStatus status);

  /** The driver's interrupt handler. */
  abstract void endInInterrupt(Bio bio, BlkStatus status);

  /** What makes room for a page before a write touches it. */
  interface PageMaker {
    /** Makes sure that the page exists; not {@link BlkStatus#OK} if it cannot. */
    BlkStatus make(Bio bio, Page page);
  }

  /** Moves the bytes of a read or write, page by page of the disk. */
  final BlkStatus transfer(Bio bio, PageMaker maker) {
    boolean write = Opf.isWrite(bio.opf());
    long sector = bio.sector();
    int left = (int) bio.size();
    int at = bio.dataOffset();
    byte[] memory = bio.data();
    while (left > 0) {
      Page page = store.at(sector);
      int n = Math.min(left, Sectors.PAGE_SIZE - PageStore.offsetOf(sector));
      if (write) {
        BlkStatus made = maker.make(bio, page);
        if (made != BlkStatus.OK) {
          return made;
        }
        Sched.point(page, Access.WRITE);
        store.write(sector, memory, at, n);
      } else {
        Sched.point(page, Access.READ);
        store.read(sector, memory, at, n);
      }
      sector += n >> Sectors.SHIFT;
      at += n;
      left -= n;
    }
    return BlkStatus.OK;
  }

  /** Makes the bio's sectors read as zeroes, in one step. */
  final void zero(Bio bio) {
    zero(bio.sector(), bio.endSector());
  }

  /** Makes the sectors from {@code start} to before {@code end} read as zeroes, in one step. */
  final void zero(long start, long end) {
    boolean small = end - start <= FEW_SECTORS || !store.isEmptyAtFirst();
    boolean first = true;
    for (long at = start; at < end; ) {
      if (!small) {
        at = store.skipEmptyGroups(at);
        if (at >= end) {
          return;
        }
      }
      Page page = small ? store.at(at) : store.lookup(at);
      long next = Math.min(end, (at / Sectors.PER_PAGE + 1) * Sectors.PER_PAGE);
      if (page != null) {
        if (first) {
          Sched.point(page, Access.WRITE);
          first = false;
        } else {
          Sched.touch(page, Access.WRITE);
        }
        store.zero(at, (int) (next - at << Sectors.SHIFT));
      }
      at = next;
    }
  }

  /** A longer range is zeroed without a look at the pages that nobody used yet. */
  private static final int FEW_SECTORS = 1 << 13;

  /** Whether the bio is one that frees or zeroes sectors without carrying data. */
  static boolean isZeroing(Bio bio) {
    return switch (bio.op()) {
      case Opf.REQ_OP_DISCARD, Opf.REQ_OP_SECURE_ERASE, Opf.REQ_OP_WRITE_ZEROES -> true;
      default -> false;
    };
  }

  /**
   * Bytes of the disk as they are, for tests: no bio, no scheduling point.
   *
   * @param pos first byte
   */
  public final byte[] peek(long pos, int bytes) {
    byte[] out = new byte[bytes];
    for (int done = 0; done < bytes; ) {
      long p = pos + done;
      int in = (int) (p & (Sectors.PAGE_SIZE - 1));
      int n = Math.min(bytes - done, Sectors.PAGE_SIZE - in);
      store.read(p >> Sectors.PAGE_SHIFT, in, out, done, n);
      done += n;
    }
    return out;
  }

  /**
   * Writes into the file that the disk began with what is different now. The file grows where
   * something was written behind its end.
   *
   * @return how many pages were written
   * @throws IOException if the file cannot be written
   */
  public final int writeBack() throws IOException {
    Image image = options.image();
    if (image == null) {
      return 0;
    }
    int[] pages = {0};
    try (FileChannel to = FileChannel.open(image.file(), StandardOpenOption.WRITE)) {
      store.changes(
          (page, data) -> {
            long at = page << Sectors.PAGE_SHIFT;
            long left = (disk.capacity() << Sectors.SHIFT) - at;
            ByteBuffer b = ByteBuffer.wrap(data, 0, (int) Math.min(data.length, left));
            while (b.hasRemaining()) {
              at += to.write(b, at);
            }
            pages[0]++;
          });
      to.force(true);
    }
    return pages[0];
  }

  @Override
  public String toString() {
    return disk.name();
  }
}
