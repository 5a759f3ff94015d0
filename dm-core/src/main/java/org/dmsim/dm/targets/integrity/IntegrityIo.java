package org.dmsim.dm.targets.integrity;

import java.util.Arrays;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioEndIo;
import org.dmsim.block.core.BlkCore;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.dmio.IoRegion;
import org.dmsim.dm.targets.TaggedBio;
import org.dmsim.dm.targets.TargetClone;
import org.dmsim.locking.Completion;
import org.dmsim.locking.WaitQueue;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;
import org.dmsim.workqueue.Work;

/**
 * A bio on its way: its data to the device or the journal, its tags beside it. Mirrors {@code
 * struct dm_integrity_io}, 6.1.
 */
final class IntegrityIo {

  private static final BioEndIo END_IO = IntegrityIo::endIo;

  private final Integrity ic;
  private final Layout layout;
  private final Bio bio;
  private final int op;
  private final boolean fua;
  private final boolean syncIo;
  private final SharedInt inFlight = new SharedInt("dio->in_flight", 0);
  final Range range = new Range();
  private final Tags.Place place;

  /** What carries its tags; null for none. */
  private final TaggedBio tagged;

  /** The sector of the target that the first of them is for. */
  private long taggedSector;

  private BlkStatus status = BlkStatus.OK;
  private Completion completion;

  // struct dm_bio_details
  private BlockDevice savedDev;
  private long savedSector;
  private long savedSize;
  private int savedOffset;
  private BioEndIo savedEndIo;

  /** A bio whose sector is still that of the target. */
  IntegrityIo(Integrity ic, Bio bio, long sector, boolean fua) {
    this.ic = ic;
    this.layout = ic.layout;
    this.bio = bio;
    this.fua = fua;
    op = bio.op();
    boolean discard = op == Opf.REQ_OP_DISCARD;
    syncIo = (ic.internalHash != null && op == Opf.REQ_OP_READ) || (discard && ic.mode != 'D');
    range.sector = sector;
    place = new Tags.Place(layout, layout.area(sector), layout.offset(sector));
    final long before = bio.sector();
    bio.setSector(layout.dataSector(layout.area(sector), layout.offset(sector)));
    TargetClone clone = (TargetClone) bio;
    clone.perBioData(this);
    tagged = clone.original() instanceof TaggedBio t && t.tags() != null ? t : null;
    if (tagged != null) {
      taggedSector = sector - (before - tagged.firstSector());
    }
  }

  /** Where the tag of a sector of the target lies in those that the bio carries. */
  private int tagAt(long sector) {
    return (int) ((sector - taggedSector) / layout.sectorsPerBlock) * layout.tagSize;
  }

  static IntegrityIo of(Bio bio) {
    return (IntegrityIo) ((TargetClone) bio).perBioData();
  }

  private boolean isWrite() {
    return op == Opf.REQ_OP_WRITE;
  }

  private boolean isDiscard() {
    return op == Opf.REQ_OP_DISCARD;
  }

  private Work waitWork() {
    return new Work("(work_completion)(&dio->work)", () -> go(false));
  }

  /** Goes on in a worker, as it may have to wait. */
  void offload() {
    ic.offloadWq.queue(waitWork());
  }

  /**
   * Mirrors {@code dm_integrity_map_continue}.
   *
   * @param fromMap whether the submitter is here, who must not sleep
   */
  @KernelSymbol("dm_integrity_map_continue")
  void go(boolean fromMap) {
    if (syncIo && fromMap) {
      offload();
      return;
    }
    boolean discardRetried = false;
    for (boolean again = true; again; ) {
      again = false;
      ic.lock.lockIrq();
      Integer entry = takeRange(fromMap);
      if (entry == null) {
        return;
      }
      if (ic.mode == 'J'
          && isDiscard()
          && !discardRetried
          && !ic.journal.lacks(range.sector, range.sectors)) {
        ic.ranges.removeLocked(range);
        ic.lock.unlockIrq();
        emptyJournal();
        discardRetried = true;
        again = true;
        continue;
      }
      long recalcSector = ic.sb.recalcSector();
      ic.lock.unlockIrq();
      if (entry != Journal.NOT_FOUND) {
        again = journalReadWrite(entry);
        if (!again) {
          endioFlush();
        }
        continue;
      }
      submit(recalcSector);
    }
  }

  private void emptyJournal() {
    ic.commitWq.queue(ic.commitWork);
    ic.commitWq.flush();
    ic.writerWq.queue(ic.journal.writerWork);
    ic.writerWq.flush();
  }

  /**
   * Takes the sectors of the range, or entries of the journal for them; the lock is held.
   *
   * @return the first entry of the journal, or {@link Journal#NOT_FOUND}; null, with the lock let
   *     go, where the bio has ended or goes on elsewhere
   */
  private Integer takeRange(boolean fromMap) {
    for (; ; ) {
      if (ic.failed() != 0) {
        ic.lock.unlockIrq();
        ic.endio(bio);
        return null;
      }
      range.sectors = bio.sectors();
      int entry = Journal.NOT_FOUND;
      if (ic.mode == 'J' && !isDiscard()) {
        if (isWrite()) {
          int free = ic.journal.freeEntries();
          range.sectors = Math.min(range.sectors, (long) free * layout.sectorsPerBlock);
          if (range.sectors != 0) {
            int blocks = (int) range.sectors / layout.sectorsPerBlock;
            return ic.journal.reserve(blocks, range.sector);
          }
          if (fromMap) {
            return toThread();
          }
          sleep();
          continue;
        }
        entry = findInJournal();
      }
      if (ic.ranges.add(range, true)) {
        return entry;
      }
      if (fromMap) {
        return toThread();
      }
      if (entry != Journal.NOT_FOUND) {
        range.sectors = layout.sectorsPerBlock;
      }
      ic.ranges.waitAndAdd(range);
      if (entry == Journal.NOT_FOUND || ic.journal.journal.find(range.sector) == entry) {
        return entry;
      }
      ic.ranges.removeLocked(range);
    }
  }

  private Integer toThread() {
    ic.lock.unlockIrq();
    ic.waitWq.queue(waitWork());
    return null;
  }

  @KernelSymbol("sleep_on_endio_wait")
  private void sleep() {
    WaitQueue.Entry e = ic.endioWait.prepareToWait(false);
    ic.lock.unlockIrq();
    ic.endioWait.sleep(e, Sched.FOREVER);
    ic.lock.lockIrq();
    ic.endioWait.finishWait(e);
  }

  /** The entry that a read begins with, and how far what it says reaches. */
  private int findInJournal() {
    Journal j = ic.journal.journal;
    int entry = j.find(range.sector);
    if (entry == Journal.NOT_FOUND) {
      range.sectors = Math.min(range.sectors, j.nextSector(range.sector) - range.sector);
      return entry;
    }
    int i = layout.sectorsPerBlock;
    for (int p = entry + 1; i < range.sectors; i += layout.sectorsPerBlock, p++) {
      if (!j.isNewest(p, range.sector + i)) {
        break;
      }
    }
    range.sectors = i;
    return entry;
  }

  /** Mirrors {@code __journal_read_write}; whether something of the bio is left. */
  @KernelSymbol("__journal_read_write")
  private boolean journalReadWrite(int first) {
    Journal j = ic.journal.journal;
    int section = first / layout.sectionEntries;
    int entry = first % layout.sectionEntries;
    int block = layout.sectorsPerBlock << Sectors.SHIFT;
    long end = range.end();
    for (long sector = range.sector; sector < end; sector += layout.sectorsPerBlock) {
      if (isWrite()) {
        copyIn(j, section, entry, sector);
      } else {
        ic.journal.waitForCopy(section, entry);
        j.read(section, entry, bio.data(), bio.dataOffset());
        if (tagged != null) {
          byte[] tag = j.tag(section, entry);
          System.arraycopy(tag, 0, tagged.tags(), tagAt(sector), tag.length);
        }
      }
      bio.advance(block);
      if (++entry == layout.sectionEntries) {
        entry = 0;
        section = j.wrap(section + 1);
      }
    }
    if (isWrite()) {
      if (ic.copyToJournalWait.isActive()) {
        ic.copyToJournalWait.wakeUp();
      }
      if (ic.journal.isLow()) {
        ic.commitWq.queue(ic.commitWork);
      } else {
        ic.scheduleAutocommit();
      }
    } else {
      ic.ranges.remove(range);
    }
    if (bio.size() == 0) {
      return false;
    }
    range.sector = end;
    place.move(layout, layout.area(end), layout.offset(end));
    return true;
  }

  private void copyIn(Journal j, int section, int entry, long sector) {
    int to = j.data(section, entry);
    int block = layout.sectorsPerBlock << Sectors.SHIFT;
    System.arraycopy(bio.data(), bio.dataOffset(), j.memory, to, block);
    j.saveLastBytes(section, entry);
    j.setTag(
        section,
        entry,
        ic.internalHash == null ? carriedTag(sector) : ic.checksum(sector, j.memory, to));
    Sched.touch(j, Access.WRITE);
    j.setSector(section, entry, sector);
  }

  private byte[] carriedTag(long sector) {
    byte[] tag = new byte[layout.tagSize];
    if (tagged != null) {
      System.arraycopy(tagged.tags(), tagAt(sector), tag, 0, tag.length);
    }
    return tag;
  }

  // ---- to the device ----------------------------------------------------------------------------

  private void submit(long recalcSector) {
    if (ic.mode == 'B' && (isWrite() || isDiscard()) && ic.bitmap.keep(this, bio)) {
      return;
    }
    inFlight.writeOnce(2);
    completion = syncIo ? new Completion("&read_comp") : null;
    record();
    if (isDiscard() && ic.mode != 'D') {
      metadata();
      ic.flushBuffers(false);
      inFlight.writeOnce(1);
      completion = null;
      BlkCore.submitBioNoacct(bio);
      return;
    }
    Completion read = completion;
    BlkCore.submitBioNoacct(bio);
    if (!syncIo) {
      ic.metadataWq.queue(new Work("(work_completion)(&dio->work)", this::metadata));
      return;
    }
    read.waitFor();
    boolean skip =
        (ic.sb.has(Superblock.RECALCULATING) && range.end() > recalcSector)
            || (ic.mode == 'B' && !ic.bitmap.recalc.allAre(false, range.sector, range.sectors))
            || bio.status() != BlkStatus.OK;
    if (skip) {
      decInFlight();
    } else {
      metadata();
    }
  }

  /** Mirrors {@code dm_bio_record}, and sends the bio to the device. */
  private void record() {
    savedDev = bio.bdev();
    savedSector = bio.sector();
    savedSize = bio.size();
    savedOffset = bio.dataOffset();
    savedEndIo = bio.endIo();
    bio.setDev(ic.dev.bdev());
    bio.setEndIo(END_IO);
    bio.setSize(range.sectors << Sectors.SHIFT);
  }

  @KernelSymbol("integrity_end_io")
  private static void endIo(Bio bio) {
    IntegrityIo io = of(bio);
    bio.setDev(io.savedDev);
    bio.setSector(io.savedSector);
    bio.setSize(io.savedSize);
    bio.setDataOffset(io.savedOffset);
    bio.setEndIo(io.savedEndIo);
    if (io.completion != null) {
      io.completion.complete();
    }
    io.decInFlight();
  }

  /** Mirrors {@code dec_in_flight}: data and tags are done; what is left of the bio goes on. */
  @KernelSymbol("dec_in_flight")
  private void decInFlight() {
    if (!inFlight.decAndTest()) {
      return;
    }
    ic.ranges.remove(range);
    if (isWrite() || isDiscard()) {
      ic.scheduleAutocommit();
    }
    if (status != BlkStatus.OK && bio.status() == BlkStatus.OK) {
      bio.setStatus(status);
    }
    if (bio.status() == BlkStatus.OK && bio.sectors() != range.sectors) {
      range.sector += range.sectors;
      bio.advance(range.sectors << Sectors.SHIFT);
      offload();
      return;
    }
    endioFlush();
  }

  @KernelSymbol("do_endio_flush")
  private void endioFlush() {
    if (fua && bio.status() == BlkStatus.OK && ic.failed() == 0) {
      ic.submitFlush(bio);
    } else {
      ic.endio(bio);
    }
  }

  // ---- tags -------------------------------------------------------------------------------------

  /** Mirrors {@code integrity_metadata}. */
  @KernelSymbol("integrity_metadata")
  private void metadata() {
    if (ic.internalHash != null && ic.mode != 'R') {
      int r = isDiscard() ? discardTags() : useTags();
      if (r > 0) {
        recheck();
      } else if (r < 0) {
        status = BlkStatus.ofErrno(r);
      }
    } else if (ic.internalHash == null && tagged != null && !isDiscard()) {
      int r = carryTags();
      if (r < 0) {
        status = BlkStatus.ofErrno(r);
      }
    }
    decInFlight();
  }

  /** The tags come from above, or go there. */
  private int carryTags() {
    byte[] tags = new byte[(int) range.sectors / layout.sectorsPerBlock * layout.tagSize];
    int at = tagAt(range.sector);
    if (isWrite()) {
      System.arraycopy(tagged.tags(), at, tags, 0, tags.length);
    }
    int r = ic.tags.use(tags, tags.length, place, isWrite() ? Tags.Op.WRITE : Tags.Op.READ);
    if (!isWrite()) {
      System.arraycopy(tags, 0, tagged.tags(), at, tags.length);
    }
    return r;
  }

  private int discardTags() {
    int most = Sectors.PAGE_SIZE / layout.tagSize;
    long blocks = savedSize >> Sectors.SHIFT + ic.sb.log2SectorsPerBlock();
    while (blocks > 0) {
      int n = (int) Math.min(blocks, most) * layout.tagSize;
      int r = ic.tags.use(Tags.fillers(n), n, place, Tags.Op.WRITE);
      if (r != 0) {
        return r;
      }
      blocks -= Math.min(blocks, most);
    }
    return 0;
  }

  /** Page by page. */
  private int useTags() {
    int block = layout.sectorsPerBlock << Sectors.SHIFT;
    long left = range.sectors;
    long sector = range.sector;
    int at = savedOffset;
    byte[] tags = new byte[Sectors.PAGE_SIZE / block * layout.tagSize];
    while (left > 0) {
      int n = 0;
      for (; n < tags.length && left > 0; n += layout.tagSize) {
        byte[] tag = ic.checksum(sector, bio.data(), at);
        System.arraycopy(tag, 0, tags, n, tag.length);
        at += block;
        sector += layout.sectorsPerBlock;
        left -= layout.sectorsPerBlock;
      }
      int r = ic.tags.use(tags, n, place, isWrite() ? Tags.Op.WRITE : Tags.Op.COMPARE);
      if (r != 0) {
        return r;
      }
    }
    return 0;
  }

  /** Reads each block once more, alone, and says which one is wrong: {@code integrity_recheck}. */
  @KernelSymbol("integrity_recheck")
  private void recheck() {
    Object page = ic.recheckPool.alloc(Gfp.NOIO);
    long area = layout.area(range.sector);
    long offset = layout.offset(range.sector);
    place.move(layout, area, offset);
    long device = layout.dataSector(area, offset);
    int block = layout.sectorsPerBlock << Sectors.SHIFT;
    for (long i = 0; i < savedSize >> Sectors.SHIFT; i += layout.sectorsPerBlock) {
      byte[] buffer = new byte[Sectors.PAGE_SIZE + block];
      int within = read(device + i, buffer);
      if (within < 0) {
        status = BlkStatus.IOERR;
        break;
      }
      byte[] tag = ic.checksum(range.sector + i, buffer, within);
      int r = ic.tags.use(tag, tag.length, place, Tags.Op.COMPARE);
      if (r != 0) {
        if (r > 0) {
          Integrity.say(
              bio.bdev().name()
                  + ": Checksum failed at sector 0x"
                  + Long.toHexString(range.sector + i));
          ic.mismatches.add(1);
        }
        status = BlkStatus.ofErrno(r > 0 ? -Errno.EILSEQ : r);
        break;
      }
      int to = savedOffset + (int) (i << Sectors.SHIFT);
      System.arraycopy(buffer, within, bio.data(), to, block);
    }
    ic.recheckPool.free(page);
  }

  /** Reads what is as well aligned as the bio, around a sector; where that lies, or -1. */
  private int read(long sector, byte[] buffer) {
    long alignment = range.sector | bio.sectors() | Sectors.PER_PAGE;
    alignment &= -alignment;
    long from = sector & -alignment;
    long count = layout.sectorsPerBlock + sector - from;
    count = (count + alignment - 1) & -alignment;
    IoRegion region = new IoRegion(ic.dev.bdev(), from, count);
    Arrays.fill(buffer, (byte) 0);
    long errors = ic.io.sync(Opf.REQ_OP_READ, buffer, 0, region);
    return errors == 0 ? (int) (sector - from) << Sectors.SHIFT : -1;
  }
}
