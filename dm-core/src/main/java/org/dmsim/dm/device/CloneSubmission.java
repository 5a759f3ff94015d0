package org.dmsim.dm.device;

import org.dmsim.block.BlkStatus;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioList;
import org.dmsim.block.core.BlkCore;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.memory.Gfp;
import org.dmsim.report.DmsimFault;
import org.dmsim.report.KernelSymbol;

/** The clones of one bio: made, handed to their target, submitted to where it sent them. */
final class CloneSubmission {

  private CloneSubmission() {}

  /**
   * Mirrors {@code alloc_tio}, 6.1: the clone inside the dm_io if that is free, else a new one.
   *
   * @param sized whether it covers {@link DmIo#mapped} sectors; else it keeps its source's size
   * @return null where it may not wait and there is no memory
   */
  static DmTargetIo allocTio(DmIo io, DmTarget target, int number, boolean sized, int gfp) {
    DmTargetIo clone;
    if (io.io == null) {
      clone = io;
    } else {
      clone = (DmTargetIo) io.md.mempools.readOnce().cloneSet.allocClone(null, io.source, gfp);
      if (clone == null) {
        return null;
      }
      clone.clearOpf(PolledIo.REQ_DM_POLL_LIST);
      clone.insideDmIo = false;
      clone.duplicate = false;
      clone.perBioData(null);
    }
    clone.io = io;
    clone.target = target;
    clone.targetBioNr = number;
    clone.hasLength = sized;
    clone.oldSector = 0;
    clone.setDev(io.md.disk().part0());
    if (sized) {
      clone.setSize(io.mapped << Sectors.SHIFT);
    }
    return clone;
  }

  /** Mirrors {@code free_tio}, 6.1. */
  static void freeTio(DmTargetIo clone) {
    if (!clone.insideDmIo) {
      clone.put();
    }
  }

  /** Mirrors {@code setup_split_accounting}, 6.1: remembers which part of the bio this is. */
  static void setupSplitAccounting(DmIo io, long length) {
    if (io.left > length) {
      io.wasSplit = true;
      io.partSectors = length;
      io.sectorOffset = io.source.sectors();
    }
  }

  /** Mirrors {@code __map_bio}, 6.1: the target decides what becomes of the clone. */
  static void mapBio(DmTargetIo clone) {
    DmIo io = clone.io;
    DmTarget target = clone.target;
    clone.setEndIo(BioCompletion.CLONE_ENDIO);
    clone.oldSector = clone.sector();
    MapResult r = target.map(clone);
    switch (r) {
      case SUBMITTED -> {
        // The clone, and the dm_io with it, may be gone by now: only the submission's own
        // reference keeps the dm_io.
        if (!target.accountsRemappedIo) {
          startIoAcct(io);
        }
      }
      case REMAPPED -> dmSubmitBioRemap(clone, clone);
      case KILL, REQUEUE -> {
        freeTio(clone);
        BioCompletion.dmIoDecPending(
            io, r == MapResult.KILL ? BlkStatus.IOERR : BlkStatus.DM_REQUEUE);
      }
    }
  }

  /** Mirrors {@code dm_start_io_acct}, 6.1: counted once. */
  private static void startIoAcct(DmIo io) {
    io.accounted = true;
  }

  /** Mirrors {@code dm_submit_bio_remap}, 6.1. */
  @KernelSymbol("dm_submit_bio_remap")
  static void dmSubmitBioRemap(DmTargetIo clone, Bio targetClone) {
    DmIo io = clone.io;
    startIoAcct(io);
    io.md.core.blockLayer().events().remap(targetClone, io.md.disk().part0(), clone.oldSector);
    BlkCore.submitBioNoacct(targetClone);
  }

  /** Mirrors {@code dm_accept_partial_bio}, 6.1, with its BUG_ONs as faults of the target. */
  @KernelSymbol("dm_accept_partial_bio")
  static void acceptPartialBio(DmTargetIo clone, int sectors) {
    DmIo io = clone.io;
    long size = clone.sectors();
    if (clone.duplicate || !clone.hasLength || size > io.mapped || sectors > size) {
      throw new DmsimFault(
          "target "
              + clone.target.type()
              + " accepts "
              + sectors
              + " sectors of a clone of "
              + size
              + " that may not be cut");
    }
    io.mapped -= size - sectors;
    clone.setSize((long) sectors << Sectors.SHIFT);
    io.wasSplit = true;
    io.partSectors = sectors;
    io.sectorOffset = io.origBio.sectors();
  }

  // ---- several clones of one range ------------------------------------------------------------

  /** Mirrors {@code __process_abnormal_io}, 6.1. */
  static BlkStatus processAbnormalIo(DmIo io, DmTarget target) {
    int clones =
        switch (io.source.op()) {
          case Opf.REQ_OP_DISCARD -> target.numDiscardBios;
          case Opf.REQ_OP_SECURE_ERASE -> target.numSecureEraseBios;
          default -> target.numWriteZeroesBios;
        };
    if (clones == 0) {
      return BlkStatus.NOTSUPP;
    }
    sendChangingExtentOnly(io, target, clones);
    return BlkStatus.OK;
  }

  /** Mirrors {@code __send_changing_extent_only}, 6.1. */
  private static void sendChangingExtentOnly(DmIo io, DmTarget target, int clones) {
    io.mapped = Math.min(io.left, target.length() - target.offset(io.at));
    io.addCount(clones);
    int sent = sendDuplicateBios(io, target, clones, true);
    io.addCount(sent - clones - 1);
    io.at += io.mapped;
    io.left -= io.mapped;
  }

  /**
   * Mirrors {@code __send_duplicate_bios}, 6.1.
   *
   * @return how many were sent
   */
  static int sendDuplicateBios(DmIo io, DmTarget target, int clones, boolean sized) {
    if (clones == 0) {
      return 0;
    }
    if (sized) {
      setupSplitAccounting(io, io.mapped);
    }
    if (clones == 1) {
      mapBio(allocTio(io, target, 0, sized, Gfp.NOIO));
      return 1;
    }
    BioList list = allocMultipleBios(io, target, clones, sized);
    int sent = 0;
    for (Bio b = list.pop(); b != null; b = list.pop()) {
      DmTargetIo clone = (DmTargetIo) b;
      clone.duplicate = true;
      mapBio(clone);
      sent++;
    }
    return sent;
  }

  /**
   * Mirrors {@code alloc_multiple_bios}, 6.1: all at once without waiting, or else one task at a
   * time, so that two tasks never wait for each other's clones.
   */
  private static BioList allocMultipleBios(DmIo io, DmTarget target, int clones, boolean sized) {
    BioList list = new BioList();
    for (boolean waits = false; ; waits = true) {
      if (waits) {
        io.md.tableDevices().lock().lock();
      }
      int n = 0;
      while (n < clones) {
        DmTargetIo clone = allocTio(io, target, n, sized, waits ? Gfp.NOIO : Gfp.NOWAIT);
        if (clone == null) {
          break;
        }
        list.add(clone);
        n++;
      }
      if (waits) {
        io.md.tableDevices().lock().unlock();
      }
      if (n == clones || waits) {
        return list;
      }
      for (Bio b = list.pop(); b != null; b = list.pop()) {
        freeTio((DmTargetIo) b);
      }
    }
  }
}
