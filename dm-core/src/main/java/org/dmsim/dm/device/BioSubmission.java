package org.dmsim.dm.device;

import org.dmsim.block.BlkStatus;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.core.BioSplit;
import org.dmsim.block.core.BlkCore;
import org.dmsim.dm.table.DmTable;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.memory.Gfp;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.KernelBug;

/** The way of a bio down: found its table, cut at target bounds, each piece cloned and mapped. */
final class BioSubmission {

  private BioSubmission() {}

  /** Mirrors {@code dm_submit_bio}, 6.1, with the lookup of the machine's kernel. */
  @KernelSymbol("dm_submit_bio")
  static void dmSubmitBio(MappedDevice md, Bio bio) {
    md.look();
    DmPolicies policies = md.core.policies();
    LiveTableLookup lookup = policies.lookup();
    int opf = bio.opf();
    int cookie = lookup.open(md, opf);
    DmTable map = lookup.read(md, opf);
    if (map == null && !policies.parksWithoutTable()) {
      md.core.complainOfNoTable(md.deviceName());
      bio.ioError();
    } else if (map == null || md.has(MappedDevice.DMF_BLOCK_IO_FOR_SUSPEND)) {
      if ((opf & Opf.REQ_NOWAIT) != 0) {
        bio.wouldBlock();
      } else if ((opf & Opf.REQ_RAHEAD) != 0) {
        bio.ioError();
      } else {
        DeferredBios.queueIo(md, bio);
      }
    } else {
      dmSplitAndProcessBio(md, map, bio);
    }
    lookup.close(md, cookie, opf, bio);
  }

  /** Mirrors {@code dm_split_and_process_bio}, 6.1, and 6.7 where NOWAIT reaches allocations. */
  @KernelSymbol("dm_split_and_process_bio")
  private static void dmSplitAndProcessBio(MappedDevice md, DmTable map, Bio original) {
    Bio bio = original;
    boolean abnormal = isAbnormal(bio);
    if (abnormal) {
      bio = BioSplit.toLimits(bio);
      if (bio == null) {
        return;
      }
    }
    boolean flush = bio.hasOpf(Opf.REQ_PREFLUSH);
    boolean nowait = bio.hasOpf(Opf.REQ_NOWAIT) && md.core.policies().allocatesNowait();
    // A discard and its like may wait for memory whatever it says, and so may a flush's clones.
    DmIo io = allocIo(md, bio, nowait && !abnormal ? Gfp.NOWAIT : Gfp.NOIO);
    if (io == null) {
      bio.wouldBlock();
      return;
    }
    io.map = map;
    io.source = bio;
    io.abnormal = abnormal;
    io.submitAsPolled = false;
    io.at = bio.sector();
    io.left = bio.sectors();
    BlkStatus error = BlkStatus.OK;
    if (flush) {
      sendEmptyFlush(io);
    } else {
      error = splitAndProcess(io);
      if (error == BlkStatus.OK && io.left > 0) {
        KernelBug.on(io.partSectors <= 0, "block/bio.c"); // the BUG_ON of bio_split
        // The rest goes behind what this piece submits, which the task's own bio list sees to.
        bio.trim(io.partSectors, io.left);
        md.core.blockLayer().events().split(bio, bio.sector());
        bio.incRemaining();
        BlkCore.submitBioNoacct(bio);
      }
    }
    if (error != BlkStatus.OK || !io.submitAsPolled) {
      if (error != BlkStatus.OK) {
        io.addCount(-1);
      }
      BioCompletion.dmIoDecPending(io, error);
    } else {
      PolledIo.queue(bio, io);
    }
  }

  private static boolean isAbnormal(Bio bio) {
    int op = bio.op();
    return op == Opf.REQ_OP_DISCARD
        || op == Opf.REQ_OP_SECURE_ERASE
        || op == Opf.REQ_OP_WRITE_ZEROES;
  }

  /** Mirrors {@code alloc_io}, 6.1; null where it may not wait and there is no memory. */
  private static DmIo allocIo(MappedDevice md, Bio bio, int gfp) {
    DmIo io = (DmIo) md.mempools.readOnce().ioSet.allocClone(null, bio, gfp);
    if (io == null) {
      return null;
    }
    io.insideDmIo = true;
    io.duplicate = false;
    io.io = null;
    io.perBioData(null);
    io.ioStatus = BlkStatus.OK;
    io.setCount(2); // one for the submission, one for the completion
    md.pendingIo.inc();
    io.origBio = bio;
    io.md = md;
    io.startTime = DmTime.now();
    io.accounted = false;
    io.wasSplit = false;
    return io;
  }

  /** Mirrors {@code __split_and_process_bio}, 6.1: one piece, within one target. */
  private static BlkStatus splitAndProcess(DmIo io) {
    DmTarget target = io.map.findTarget(io.at);
    if (target == null) {
      return BlkStatus.IOERR;
    }
    DmPolicies policies = io.md.core.policies();
    boolean nowait = io.source.hasOpf(Opf.REQ_NOWAIT);
    boolean checked = nowait && policies.checksEachTarget();
    boolean exempt = io.abnormal && policies.allocatesNowait();
    if (nowait && !exempt && !target.type().supportsNowait()) {
      if (checked) {
        return BlkStatus.NOTSUPP;
      }
      NowaitCheck.report(target);
    }
    if (io.abnormal) {
      return CloneSubmission.processAbnormalIo(io, target);
    }
    io.submitAsPolled = io.source.hasOpf(Opf.REQ_POLLED);
    long length = Math.min(maxIoLen(io.md, target, io.at), io.left);
    CloneSubmission.setupSplitAccounting(io, length);
    io.mapped = length;
    int gfp = nowait && policies.allocatesNowait() ? Gfp.NOWAIT : Gfp.NOIO;
    DmTargetIo clone = CloneSubmission.allocTio(io, target, 0, true, gfp);
    if (clone == null) {
      return BlkStatus.AGAIN;
    }
    CloneSubmission.mapBio(clone);
    io.at += io.mapped;
    io.left -= io.mapped;
    return BlkStatus.OK;
  }

  /** Mirrors {@code max_io_len}, 6.1: sectors until the target's end or its own next bound. */
  static long maxIoLen(MappedDevice md, DmTarget target, long sector) {
    long offset = target.offset(sector);
    long length = target.length() - offset;
    if (target.maxIoLen == 0) {
      return length;
    }
    return Math.min(
        length,
        Math.min(
            md.disk().queue().limits().maxSectors,
            chunkSectorsLeft(offset, target.maxIoLen & Sectors.UINT_MAX)));
  }

  /** {@code blk_chunk_sectors_left}. */
  private static long chunkSectorsLeft(long offset, long chunk) {
    return (chunk & (chunk - 1)) == 0 ? chunk - (offset & (chunk - 1)) : chunk - offset % chunk;
  }

  /** Mirrors {@code __send_empty_flush}, 6.1: an empty flush to every target that wants one. */
  private static void sendEmptyFlush(DmIo io) {
    int opf = Opf.REQ_OP_WRITE | Opf.REQ_PREFLUSH | Opf.REQ_SYNC;
    int both = Opf.REQ_IDLE | Opf.REQ_SYNC;
    if ((io.origBio.opf() & both) == both) {
      opf |= Opf.REQ_IDLE;
    }
    Bio empty = Bio.onStack(io.md.disk().part0(), opf);
    io.source = empty;
    io.left = 0;
    io.setSize(0);
    if (io.map.flushBypassesMap()) {
      flushDevices(io);
    } else {
      for (int i = 0; i < io.map.targetCount(); i++) {
        DmTarget target = io.map.target(i);
        io.addCount(target.numFlushBios);
        int sent = CloneSubmission.sendDuplicateBios(io, target, target.numFlushBios, false);
        io.addCount(sent - target.numFlushBios);
      }
    }
    io.addCount(-1);
    empty.free(); // the stack frame goes; clones share nothing with it
  }

  /**
   * A part of {@code __send_empty_flush}, 6.12: one flush for each device of the table, the one
   * opened last first, which no target sees on its way down or back.
   */
  private static void flushDevices(DmIo io) {
    for (DmDev device : io.map.devices()) {
      DmTargetIo clone = CloneSubmission.allocTio(io, null, 0, false, Gfp.NOIO);
      clone.setSize(0);
      io.addCount(1);
      clone.setDev(device.bdev());
      clone.setEndIo(BioCompletion.CLONE_ENDIO);
      CloneSubmission.dmSubmitBioRemap(clone, clone);
    }
  }
}
