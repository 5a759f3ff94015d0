package org.dmsim.dm.targets.integrity;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioList;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.bufio.BufioClient;
import org.dmsim.dm.crypto.Shash;
import org.dmsim.dm.dmio.DmIoClient;
import org.dmsim.dm.dmio.IoRegion;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.locking.Completion;
import org.dmsim.locking.SpinLock;
import org.dmsim.locking.WaitQueue;
import org.dmsim.machine.Task;
import org.dmsim.memory.Mempool;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;
import org.dmsim.timer.Timer;
import org.dmsim.workqueue.Work;
import org.dmsim.workqueue.Workqueue;

/** What the bios of one target share: {@code struct dm_integrity_c}, 6.1. */
final class Integrity {

  private static final VarHandle LE64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long MS = 1_000_000L;
  private static final int METADATA_ACTIVE = 16;

  final IntegrityOptions options;
  final DmDev dev;
  final DmDev metaDev;
  final char mode;
  final Superblock sb;
  final Layout layout;
  final Shash internalHash;
  final Shash journalMac;
  final DmIoClient io = new DmIoClient();
  final SpinLock lock = new SpinLock("&ic->endio_wait");
  final Ranges ranges = new Ranges(lock);
  final WaitQueue endioWait = new WaitQueue("&ic->endio_wait sleepers");
  final WaitQueue copyToJournalWait = new WaitQueue("&ic->copy_to_journal_wait");
  final Mempool<Object> recheckPool =
      new Mempool<>("ic->recheck_pool", null, 1, () -> "page", p -> {});
  final SharedInt mismatches = new SharedInt("ic->number_of_mismatches", 0);
  final Workqueue metadataWq =
      Workqueue.alloc("dm-integrity-metadata", Workqueue.MEM_RECLAIM, METADATA_ACTIVE);
  final Workqueue waitWq =
      Workqueue.alloc("dm-integrity-wait", Workqueue.MEM_RECLAIM | Workqueue.UNBOUND, 1);
  final Workqueue offloadWq =
      Workqueue.alloc("dm-integrity-offload", Workqueue.MEM_RECLAIM, METADATA_ACTIVE);
  final Workqueue commitWq = Workqueue.alloc("dm-integrity-commit", Workqueue.MEM_RECLAIM, 1);
  final Workqueue writerWq = Workqueue.alloc("dm-integrity-writer", Workqueue.MEM_RECLAIM, 1);
  final Workqueue recalcWq = Workqueue.alloc("dm-integrity-recalc", Workqueue.MEM_RECLAIM, 1);
  final Work commitWork = new Work("(work_completion)(&ic->commit_work)", this::commit);
  BufioClient bufio;
  Tags tags;
  JournalMode journal;
  BitmapMode bitmap;
  Recalculation recalculation;

  private final SharedInt failed = new SharedInt("ic->failed", 0);
  private final BioList flushBios = new BioList();
  private final Timer autocommit = new Timer("&ic->autocommit_timer", this::autocommit);

  Integrity(
      IntegrityOptions options,
      DmDev dev,
      char mode,
      Superblock sb,
      Layout layout,
      Shash internalHash,
      Shash journalMac) {
    this.options = options;
    this.dev = dev;
    this.metaDev = options.metaDevice;
    this.mode = mode;
    this.sb = sb;
    this.layout = layout;
    this.internalHash = internalHash;
    this.journalMac = journalMac;
  }

  static void say(String text) {
    DmLog.say("integrity", text);
  }

  BlockDevice metaBdev() {
    return (metaDev == null ? dev : metaDev).bdev();
  }

  /** Mirrors {@code dm_integrity_dtr}. */
  @KernelSymbol("dm_integrity_dtr")
  void destroy() {
    if (bitmap != null) {
      bitmap.cancel();
    }
    metadataWq.destroy();
    waitWq.destroy();
    offloadWq.destroy();
    commitWq.destroy();
    writerWq.destroy();
    recalcWq.destroy();
    if (bufio != null) {
      bufio.destroy();
    }
    recheckPool.exit();
    io.destroy();
  }

  // ---- errors -----------------------------------------------------------------------------------

  /** The first error, which all that comes later fails with; 0 for none. */
  int failed() {
    return failed.readOnce();
  }

  /** Mirrors {@code dm_integrity_io_error}. */
  @KernelSymbol("dm_integrity_io_error")
  void ioError(String what, int errno) {
    if (errno == -Errno.EILSEQ) {
      mismatches.add(1);
    }
    if (failed.compareAndSet(0, errno)) {
      say("Error on " + what + ": " + errno);
    }
  }

  // ---- the superblock ---------------------------------------------------------------------------

  private IoRegion superRegion() {
    return new IoRegion(metaBdev(), layout.start, Superblock.SECTORS);
  }

  /** Reads it; 0 or a negative errno. */
  @KernelSymbol("sync_rw_sb")
  int readSuper() {
    if (io.sync(Opf.REQ_OP_READ, sb.bytes(), 0, superRegion()) != 0) {
      return -Errno.EIO;
    }
    boolean hasMac = mode != 'R' && journalMac != null && sb.has(Superblock.FIXED_HMAC);
    return hasMac ? checkMac() : 0;
  }

  private byte[] superMac(int size) {
    return journalMac.update(sb.bytes(), 0, Sectors.SIZE - size).digest();
  }

  private int checkMac() {
    int size = journalMac.digestSize();
    if (Arrays.equals(sb.bytes(), Sectors.SIZE - size, Sectors.SIZE, superMac(size), 0, size)) {
      return 0;
    }
    ioError("superblock mac", -Errno.EILSEQ);
    return -Errno.EILSEQ;
  }

  /** Writes it, with the version that its flags need; 0 or a negative errno. */
  @KernelSymbol("sync_rw_sb")
  int writeSuper(int opf) {
    setVersion();
    if (journalMac != null && sb.has(Superblock.FIXED_HMAC)) {
      int size = journalMac.digestSize();
      System.arraycopy(superMac(size), 0, sb.bytes(), Sectors.SIZE - size, size);
    }
    return io.sync(Opf.REQ_OP_WRITE | opf, sb.bytes(), 0, superRegion()) == 0 ? 0 : -Errno.EIO;
  }

  void setVersion() {
    sb.version(
        sb.has(Superblock.FIXED_HMAC)
            ? 5
            : sb.has(Superblock.FIXED_PADDING)
                ? 4
                : mode == 'B' || sb.has(Superblock.DIRTY_BITMAP)
                    ? 3
                    : metaDev != null || sb.has(Superblock.RECALCULATING) ? 2 : 1);
  }

  void writeSuperOrFail(int opf) {
    int r = writeSuper(opf);
    if (r != 0) {
      ioError("writing superblock", r);
    }
  }

  // ---- digests ----------------------------------------------------------------------------------

  /** The tag of a block, zeroes behind a short digest; {@code integrity_sector_checksum}. */
  byte[] checksum(long sector, byte[] data, int at) {
    byte[] number = new byte[Long.BYTES];
    LE64.set(number, 0, sector);
    if (sb.has(Superblock.FIXED_HMAC)) {
      internalHash.update(sb.salt());
    }
    byte[] digest =
        internalHash
            .update(number)
            .update(data, at, layout.sectorsPerBlock << Sectors.SHIFT)
            .digest();
    return Arrays.copyOf(digest, layout.tagSize);
  }

  // ---- flushes and commits ----------------------------------------------------------------------

  /**
   * Writes the tags, and flushes the device of the data too; {@code dm_integrity_flush_buffers}.
   */
  @KernelSymbol("dm_integrity_flush_buffers")
  void flushBuffers(boolean flushData) {
    Completion done = new Completion("&fr.comp");
    boolean both = flushData && metaDev != null;
    if (both) {
      io.async(
          Opf.REQ_OP_WRITE | Opf.REQ_PREFLUSH | Opf.REQ_SYNC,
          null,
          0,
          errors -> {
            if (errors != 0) {
              ioError("flushing disk cache", -Errno.EIO);
            }
            done.complete();
          },
          new IoRegion(dev.bdev(), 0, 0));
    }
    tags.flush();
    if (both) {
      done.waitFor();
    }
  }

  /** A bio that ends once all before it is safe; {@code submit_flush_bio}. */
  @KernelSymbol("submit_flush_bio")
  void submitFlush(Bio bio) {
    boolean flags = lock.lockIrqsave();
    flushBios.add(bio);
    lock.unlockIrqrestore(flags);
    commitWq.queue(commitWork);
  }

  @KernelSymbol("autocommit_fn")
  private void autocommit() {
    if (failed() == 0) {
      commitWq.queue(commitWork);
    }
  }

  @KernelSymbol("schedule_autocommit")
  void scheduleAutocommit() {
    if (!autocommit.isPending()) {
      long now = Task.current().machine().now();
      autocommit.mod(now + (options.commitTime & 0xffffffffL) * MS);
    }
  }

  void stopAutocommit() {
    autocommit.delSync();
  }

  /** Mirrors {@code do_endio}. */
  void endio(Bio bio) {
    int r = failed();
    if (r != 0 && bio.status() == BlkStatus.OK) {
      bio.setStatus(BlkStatus.ofErrno(r));
    }
    bio.endio();
  }

  /** Mirrors {@code integrity_commit}. */
  @KernelSymbol("integrity_commit")
  private void commit() {
    autocommit.del();
    BioList flushes = new BioList();
    lock.lockIrq();
    flushes.merge(flushBios);
    if (mode != 'J') {
      lock.unlockIrq();
      flushBuffers(true);
    } else {
      journal.commit();
    }
    for (Bio b = flushes.pop(); b != null; b = flushes.pop()) {
      endio(b);
    }
  }
}
