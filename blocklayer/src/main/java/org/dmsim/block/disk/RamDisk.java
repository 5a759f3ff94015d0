package org.dmsim.block.disk;

import static org.dmsim.block.BlockPolicy.RAM_DISK_DISCARD;

import org.dmsim.block.BlkStatus;
import org.dmsim.block.BlockPolicy;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.context.MightSleep;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.memory.Gfp;
import org.dmsim.report.KernelSymbol;

/** A disk in memory; mirrors {@code drivers/block/brd.c}, 6.1.192, and 6.12.117 with discard. */
public final class RamDisk extends MemoryDisk {

  /** {@code RAMDISK_MAJOR}. */
  public static final int MAJOR = 1;

  private final PageMaker pages = this::insertPage;

  private RamDisk(BlockLayer disks, int number, DiskOptions options) {
    super(
        disks,
        "ram" + number,
        MAJOR,
        number,
        options.withNowait(options.nowait(disks.kernel().has(BlockPolicy.RAM_DISK_NOWAIT))));
    if (options.discard(false) || !options.discard(disks.kernel().has(RAM_DISK_DISCARD))) {
      return;
    }
    QueueLimits limits = disk().queue().limits();
    limits.discardGranularity = Sectors.PAGE_SIZE;
    limits.setMaxDiscardSectors(Sectors.UINT_MAX);
  }

  /** Adds ram disk {@code number} to a machine's disks. */
  public static RamDisk add(BlockLayer disks, int number, DiskOptions options) {
    RamDisk ram = new RamDisk(disks, number, options.withMemory(true));
    ram.disk().add();
    return ram;
  }

  /** Adds the ram disk of the recorded cases. */
  public static RamDisk add(BlockLayer disks, int number) {
    return add(disks, number, DiskOptions.ram());
  }

  @Override
  @KernelSymbol("brd_submit_bio")
  public void submitBio(Bio bio) {
    if (isBad(bio)) {
      complete(bio, BlkStatus.IOERR);
    } else if (bio.op() == Opf.REQ_OP_DISCARD) {
      discard(bio);
      complete(bio, BlkStatus.OK);
    } else if (isZeroing(bio)) {
      zero(bio);
      complete(bio, BlkStatus.OK);
    } else {
      complete(bio, bio.hasData() ? transfer(bio, pages) : BlkStatus.OK);
    }
  }

  /** Frees the pages that lie wholly inside, where the driver discards by pages. */
  @KernelSymbol("brd_do_discard")
  private void discard(Bio bio) {
    long granule = Math.max(disk().queue().limits().discardGranularity >> Sectors.SHIFT, 1);
    long from = Sectors.roundDown(bio.sector() + granule - 1, granule);
    long to = Math.min(Sectors.roundDown(bio.endSector(), granule), disk().capacity());
    if (from < to) {
      zero(from, to);
    }
  }

  @KernelSymbol("brd_insert_page")
  private BlkStatus insertPage(Bio bio, Page page) {
    Sched.point(page, Access.READ);
    if (!page.exists()) {
      MightSleep.alloc(bio.hasOpf(Opf.REQ_NOWAIT) ? Gfp.NOWAIT : Gfp.NOIO);
    }
    return BlkStatus.OK;
  }

  @Override
  void end(Bio bio, BlkStatus status) {
    bio.endio(status);
  }

  @Override
  @KernelSymbol("brd_end_io")
  void endInInterrupt(Bio bio, BlkStatus status) {
    bio.endio(status);
  }
}
