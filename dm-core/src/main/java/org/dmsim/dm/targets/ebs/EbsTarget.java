package org.dmsim.dm.targets.ebs;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioList;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.dm.bufio.BufioClient;
import org.dmsim.dm.bufio.BufioException;
import org.dmsim.dm.bufio.DmBuffer;
import org.dmsim.dm.targets.DeviceCallout;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.locking.SpinLock;
import org.dmsim.report.KernelSymbol;
import org.dmsim.workqueue.Work;
import org.dmsim.workqueue.Workqueue;

/**
 * {@code ebs DEVICE START EMULATED [UNDERLYING]}: block sizes in sectors. What does not fill blocks
 * of the device is read, changed and written through dm-bufio. Mirrors {@code dm-ebs-target.c},
 * 6.1.
 */
@DmTargetType(name = "ebs", version = "1.0.1")
public final class EbsTarget extends DmTarget {

  private static final int USHORT = 0xffff;

  private final SpinLock lock = new SpinLock("&ec->lock");
  private final BioList biosIn = new BioList();
  private final Work work = new Work("(work_completion)(&ec->ws)", this::processBios);
  private DmDev device;
  private long start;
  private int emulated;
  private int underlying;
  private boolean underlyingSet;
  private BufioClient bufio;
  private Workqueue wq;

  @Override
  @KernelSymbol("ebs_ctr")
  public void ctr(String[] argv) throws TargetError {
    if (argv.length < 3 || argv.length > 4) {
      throw new TargetError(EINVAL, "Invalid argument count");
    }
    start = Scan.sector(argv[1], "Invalid device offset sector");
    emulated = blockSize(argv[2], "Invalid emulated block size");
    if (emulated > Sectors.PER_PAGE) {
      throw new TargetError(EINVAL, "Invalid emulated block size");
    }
    underlyingSet = argv.length > 3;
    if (underlyingSet) {
      underlying = blockSize(argv[3], "Invalid underlying block size");
    }
    device = getDevice(argv[0], "Device lookup failed");
    if (!underlyingSet) {
      underlying = device.bdev().queue().limits().logicalBlockSize >> Sectors.SHIFT;
      if (emulated == underlying) {
        log("Emulation superfluous: emulated equal to underlying block size");
      }
    }
    if ((start & underlying - 1) != 0) {
      throw new TargetError(EINVAL, "Device offset must be multiple of underlying block size");
    }
    bufio = new BufioClient(device.bdev(), underlying << Sectors.SHIFT, 1, null, null, false);
    wq = Workqueue.allocOrdered("dm-ebs", Workqueue.MEM_RECLAIM);
    numFlushBios = 1;
    numDiscardBios = 1;
  }

  /** A power of two that {@code "%hu%c"} reads. */
  private static int blockSize(String word, String error) throws TargetError {
    int size = (int) Scan.sector(word, error) & USHORT;
    if (Integer.bitCount(size) != 1) {
      throw new TargetError(EINVAL, error);
    }
    return size;
  }

  @Override
  @KernelSymbol("ebs_dtr")
  public void dtr() {
    wq.destroy();
    bufio.destroy();
  }

  // ---- bios -------------------------------------------------------------------------------------

  private boolean isPartial(long sector) {
    return (sector & underlying - 1) != 0;
  }

  private long blockOf(long sector) {
    return sector / underlying;
  }

  /** Blocks that a bio lies in; {@code __nr_blocks}. */
  private long blocks(Bio bio) {
    long end = (bio.sector() & underlying - 1) + bio.sectors();
    return blockOf(end) + (isPartial(end) ? 1 : 0);
  }

  @Override
  @KernelSymbol("ebs_map")
  public MapResult map(Bio bio) {
    bio.setDev(device.bdev());
    bio.setSector(start + offset(bio.sector()));
    if (isPartial(bio.sector()) || isPartial(bio.endSector()) || emulated == underlying) {
      lock.lockIrq();
      biosIn.add(bio);
      lock.unlockIrq();
      wq.queue(work);
      return MapResult.SUBMITTED;
    }
    bufio.forget(blockOf(bio.sector()), blocks(bio));
    return MapResult.REMAPPED;
  }

  @KernelSymbol("__ebs_process_bios")
  private void processBios() {
    List<Bio> bios = new ArrayList<>();
    lock.lockIrq();
    for (Bio bio = biosIn.pop(); bio != null; bio = biosIn.pop()) {
      bios.add(bio);
    }
    lock.unlockIrq();
    bios.forEach(this::prefetch);
    boolean write = false;
    for (Bio bio : bios) {
      write |= bio.op() == Opf.REQ_OP_WRITE;
      int r = process(bio);
      if (r < 0) {
        bio.setStatus(BlkStatus.ofErrno(r));
      }
    }
    int r = write ? bufio.writeDirtyBuffers() : 0;
    for (Bio bio : bios) {
      if (r != 0 && bio.op() == Opf.REQ_OP_WRITE) {
        bio.ioError();
      } else {
        bio.endio();
      }
    }
  }

  /** All that is read, and what is written in part. */
  private void prefetch(Bio bio) {
    long first = blockOf(bio.sector());
    if (bio.op() == Opf.REQ_OP_READ) {
      bufio.prefetch(first, blocks(bio));
    } else if (bio.op() == Opf.REQ_OP_WRITE && !bio.hasOpf(Opf.REQ_PREFLUSH)) {
      long last = blockOf(bio.endSector());
      if (isPartial(bio.sector())) {
        bufio.prefetch(first, 1);
      }
      if (isPartial(bio.endSector()) && last != first) {
        bufio.prefetch(last, 1);
      }
    }
  }

  private int process(Bio bio) {
    if (bio.op() == Opf.REQ_OP_DISCARD) {
      bufio.forget(blockOf(bio.sector()), blocks(bio));
      return discard(bio);
    }
    int r = 0;
    int done = 0;
    while (bio.hasData() && done < bio.size()) {
      int page = Sectors.PAGE_SIZE - (bio.dataOffset() + done & Sectors.PAGE_SIZE - 1);
      int n = (int) Math.min(page, bio.size() - done);
      int rr = copy(bio, done, n);
      r = rr != 0 ? rr : r;
      done += n;
    }
    return r;
  }

  /** Whole blocks only; {@code __ebs_discard_bio}. */
  private int discard(Bio bio) {
    long block = blockOf(bio.sector());
    long count = blocks(bio);
    if (isPartial(bio.sector())) {
      block++;
      count--;
    }
    if (count != 0 && isPartial(bio.endSector())) {
      count--;
    }
    return count == 0 ? 0 : bufio.issueDiscard(block, count);
  }

  /** Between one page of a bio and blocks; {@code __ebs_rw_bvec}. Goes on after an error. */
  @KernelSymbol("__ebs_rw_bvec")
  private int copy(Bio bio, int from, int bytes) {
    boolean read = bio.op() == Opf.REQ_OP_READ;
    int blockSize = bufio.blockSize();
    long sector = bio.sector() + (from >> Sectors.SHIFT);
    long block = blockOf(sector);
    int into = (int) (sector & underlying - 1) << Sectors.SHIFT;
    int at = bio.dataOffset() + from;
    int left = bytes;
    int r = 0;
    while (left > 0) {
      int n = Math.min(blockSize - into, left);
      try {
        DmBuffer b = read || into != 0 || left < blockSize ? bufio.read(block) : bufio.fresh(block);
        if (read) {
          System.arraycopy(b.data(), into, bio.data(), at, n);
        } else {
          System.arraycopy(bio.data(), at, b.data(), into, n);
          bufio.markDirty(b);
        }
        bufio.release(b);
      } catch (BufioException e) {
        r = -e.errno();
      }
      at += n;
      left -= n;
      into = 0;
      block++;
    }
    return r;
  }

  @Override
  @KernelSymbol("ebs_postsuspend")
  public void postsuspend() {
    bufio.reset();
  }

  // ---- what it says -----------------------------------------------------------------------------

  @Override
  public String status(StatusType type) {
    return type == StatusType.INFO
        ? ""
        : device.name()
            + " "
            + Long.toUnsignedString(start)
            + " "
            + emulated
            + (underlyingSet ? " " + underlying : "");
  }

  @Override
  public int prepareIoctl(BlockDevice[] passed) {
    passed[0] = device.bdev();
    return start != 0 || length() != device.bdev().sectors() ? 1 : 0;
  }

  @Override
  public void ioHints(QueueLimits limits) {
    limits.logicalBlockSize = emulated << Sectors.SHIFT;
    limits.physicalBlockSize = underlying << Sectors.SHIFT;
    limits.alignmentOffset = limits.physicalBlockSize;
    limits.setIoMin(limits.logicalBlockSize);
  }

  @Override
  public int iterateDevices(DeviceCallout fn) {
    return fn.device(this, device, start, length());
  }
}
