package org.dmsim.dm.targets.integrity;

import java.util.Arrays;
import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.bio.Plug;
import org.dmsim.dm.dmio.IoNotify;
import org.dmsim.dm.dmio.IoRegion;
import org.dmsim.locking.Completion;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.Mempool;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;
import org.dmsim.workqueue.Work;

/**
 * The journal on its device: sections are filled, committed, written to where their data and tags
 * belong, and free again. The journal of mode B is the bitmap's place, and is only made here.
 */
final class JournalMode {

  private static final int JOURNAL_IO_MEMPOOL = 32;

  private final Integrity ic;
  private final Layout layout;
  final Journal journal;
  private final Mempool<Range> ioPool =
      new Mempool<>("ic->journal_io_mempool", null, JOURNAL_IO_MEMPOOL, Range::new, r -> {});
  final Work writerWork = new Work("(work_completion)(&ic->writer_work)", this::writer);

  // under endio_wait.lock, but for those of the commit work alone
  private int commitSeq;
  private int committedSection;
  private int committedSections;
  private int uncommittedSection;
  private int uncommittedSections;
  private int freeSection;
  private int freeSectionEntry;
  private int freeEntries;
  private final int freeThreshold;

  boolean wroteToJournal;
  boolean uptodate;
  boolean justFormatted;

  JournalMode(Integrity ic) {
    this.ic = ic;
    layout = ic.layout;
    journal = new Journal(layout, ic.journalMac);
    freeThreshold = threshold(ic);
  }

  private static int threshold(Integrity ic) {
    long entries = (long) ic.layout.journalEntries * (100 - ic.options.journalWatermark);
    return (int) ((entries + 50) / 100);
  }

  /** In per cent, from the threshold, as the table shows it. */
  static long watermark(Integrity ic) {
    long entries = ic.layout.journalEntries;
    return ((entries - threshold(ic)) * 100 + entries / 2) / entries;
  }

  // ---- room for writes: under endio_wait.lock ---------------------------------------------------

  int freeEntries() {
    return freeEntries;
  }

  /** Whether so few are free that what was committed must be written. */
  boolean isLow() {
    Sched.touch(journal, Access.READ);
    return freeEntries <= freeThreshold;
  }

  /**
   * Takes entries for blocks of data.
   *
   * @return the number of the first
   */
  int reserve(int blocks, long sector) {
    Sched.touch(journal, Access.WRITE);
    freeEntries -= blocks;
    int first = freeSection * layout.sectionEntries + freeSectionEntry;
    int section = freeSection;
    int entry = freeSectionEntry;
    for (int i = 0; i < blocks; i++) {
      int position = section * layout.sectionEntries + entry;
      journal.addNode(position, sector + (long) i * layout.sectorsPerBlock);
      journal.setInProgress(section, entry);
      if (++entry == layout.sectionEntries) {
        entry = 0;
        section = journal.wrap(section + 1);
        uncommittedSections++;
      }
    }
    freeSection = section;
    freeSectionEntry = entry;
    return first;
  }

  private void padUncommitted() {
    if (freeSectionEntry != 0) {
      freeEntries -= layout.sectionEntries - freeSectionEntry;
      freeSectionEntry = 0;
      freeSection = journal.wrap(freeSection + 1);
      uncommittedSections++;
    }
  }

  // ---- committing -------------------------------------------------------------------------------

  /** The rest of {@code integrity_commit}; the lock is held, and let go. */
  void commit() {
    padUncommitted();
    int start = uncommittedSection;
    int sections = uncommittedSections;
    ic.lock.unlockIrq();
    if (sections == 0) {
      return;
    }
    wroteToJournal = true;
    int i = start;
    for (int n = 0; n < sections; n++) {
      for (int j = 0; j < layout.sectionEntries; j++) {
        waitForCopy(i, j);
      }
      for (int j = 0; j < layout.sectionSectors; j++) {
        journal.setCommitId(i, j, commitSeq);
      }
      commitSeq = i + 1 >= layout.journalSections ? Journal.next(commitSeq) : commitSeq;
      i = journal.wrap(i + 1);
    }
    write(start, sections);
    ic.lock.lockIrq();
    uncommittedSection = journal.wrap(uncommittedSection + sections);
    uncommittedSections -= sections;
    committedSections += sections;
    ic.lock.unlockIrq();
    if (isLow()) {
      ic.writerWq.queue(writerWork);
    }
  }

  /** Waits until a writer has copied its data. */
  void waitForCopy(int section, int entry) {
    Sched.touch(journal, Access.READ);
    if (journal.isInProgress(section, entry)) {
      ic.copyToJournalWait.waitEvent(
          () -> {
            Sched.touch(journal, Access.READ);
            return !journal.isInProgress(section, entry);
          });
    }
  }

  // ---- I/O --------------------------------------------------------------------------------------

  /** Sections on their way, and their errors. */
  private final class Flight {
    private final SharedInt count;
    private final Completion done = new Completion("&comp.comp");

    Flight(int count) {
      this.count = new SharedInt("comp->in_flight", count);
    }

    void ended() {
      if (count.decAndTest()) {
        done.complete();
      }
    }

    IoNotify of(String what) {
      return errors -> {
        if (errors != 0) {
          ic.ioError(what, -Errno.EIO);
        }
        ended();
      };
    }
  }

  private IoRegion region(int sector, int sectors) {
    return new IoRegion(ic.metaBdev(), layout.start + Superblock.SECTORS + sector, sectors);
  }

  /** Reads or writes sectors of the journal's place, and waits; {@code rw_journal_sectors}. */
  @KernelSymbol("rw_journal_sectors")
  void rwSectors(int opf, int sector, int sectors) {
    if (ic.failed() != 0) {
      return;
    }
    if (ic.io.sync(opf, journal.memory, sector << 9, region(sector, sectors)) != 0) {
      ic.ioError(Opf.isWrite(opf) ? "writing journal" : "reading journal", -Errno.EIO);
    }
  }

  private void rwAsync(int opf, int section, int sections, Flight f) {
    IoNotify notify = f.of("writing journal");
    if (ic.failed() != 0) {
      notify.ended(-1);
      return;
    }
    int sector = section * layout.sectionSectors;
    int sectors = sections * layout.sectionSectors;
    ic.io.async(opf, journal.memory, sector << 9, notify, region(sector, sectors));
  }

  /** Mirrors {@code write_journal}. */
  @KernelSymbol("write_journal")
  private void write(int start, int sections) {
    int toEnd = Math.min(sections, layout.journalSections - start);
    boolean wraps = toEnd < sections;
    Flight f = new Flight(wraps ? 2 : 1);
    int opf = Opf.REQ_OP_WRITE | Opf.REQ_FUA | (wraps ? 0 : Opf.REQ_SYNC);
    for (int i = 0; i < toEnd; i++) {
      journal.sectionMac(start + i, true);
    }
    rwAsync(opf, start, toEnd, f);
    if (wraps) {
      for (int i = 0; i < sections - toEnd; i++) {
        journal.sectionMac(i, true);
      }
      rwAsync(opf, 0, sections - toEnd, f);
    }
    f.done.waitFor();
  }

  /** Mirrors {@code init_journal}: sections without entries. */
  @KernelSymbol("init_journal")
  void init(int start, int sections, int seq) {
    if (sections == 0) {
      return;
    }
    for (int n = 0; n < sections; n++) {
      int i = journal.wrap(start + n);
      for (int j = 0; j < layout.sectionSectors; j++) {
        journal.clear(i, j);
        journal.setCommitId(i, j, seq);
      }
      for (int j = 0; j < layout.sectionEntries; j++) {
        journal.setUnused(i, j);
      }
    }
    write(start, sections);
  }

  // ---- writing to where it belongs --------------------------------------------------------------

  @KernelSymbol("integrity_writer")
  private void writer() {
    ic.lock.lockIrq();
    int start = committedSection;
    int sections = committedSections;
    ic.lock.unlockIrq();
    if (sections == 0) {
      return;
    }
    writeOut(start, sections, false);
    ic.lock.lockIrq();
    committedSection = journal.wrap(committedSection + sections);
    committedSections -= sections;
    boolean none = freeEntries == 0;
    freeEntries += sections * layout.sectionEntries;
    Sched.touch(journal, Access.WRITE);
    ic.lock.unlockIrq();
    if (none) {
      ic.endioWait.wakeUp();
    }
  }

  /** Mirrors {@code do_journal_write}: data and tags of committed sections. */
  @KernelSymbol("do_journal_write")
  private void writeOut(int start, int sections, boolean fromReplay) {
    boolean plugged = Plug.start();
    Flight f = new Flight(1);
    int i = start;
    for (int n = 0; n < sections; n++, i = journal.wrap(i + 1)) {
      if (fromReplay && !journal.sectionMac(i, false)) {
        ic.ioError("journal mac", -Errno.EILSEQ);
      }
      for (int j = 0; j < layout.sectionEntries; j++) {
        if (!journal.isUnused(i, j)) {
          j = writeRun(i, j, fromReplay, f);
        }
      }
    }
    ic.tags.writeAsync();
    Plug.finish(plugged);
    f.ended();
    f.done.waitFor();
    ic.flushBuffers(true);
  }

  /** Writes entries that follow one another on the device, from one on; the last of them. */
  private int writeRun(int section, int first, boolean fromReplay, Flight f) {
    long sector = journal.sectorOf(section, first);
    if (fromReplay) {
      if ((sector & layout.sectorsPerBlock - 1) != 0) {
        ic.ioError("invalid sector in journal", -Errno.EIO);
        sector &= -layout.sectorsPerBlock;
      }
      if (Long.compareUnsigned(sector, layout.providedDataSectors) >= 0) {
        journal.setUnused(section, first);
        return first;
      }
    }
    journal.restoreLastBytes(section, first);
    int end = runEnd(section, first, sector);
    int from = first;
    int to = end;
    Range range = ioPool.alloc(Gfp.NOIO);
    range.sector = sector;
    range.sectors = (long) (to - from) * layout.sectorsPerBlock;
    ic.lock.lockIrq();
    ic.ranges.addAndWait(range);
    if (!fromReplay) {
      while (from < to && isSuperseded(section, from)) {
        drop(section, from++);
      }
      while (from < to && isSuperseded(section, to - 1)) {
        drop(section, --to);
      }
      if (from == to) {
        ic.ranges.removeLocked(range);
        ic.lock.unlockIrq();
        ioPool.free(range);
        return end - 1;
      }
      for (int l = from; l < to; l++) {
        journal.removeNode(section * layout.sectionEntries + l);
      }
    }
    ic.lock.unlockIrq();
    long at = sector + (long) (from - first) * layout.sectorsPerBlock;
    writeTags(section, from, to, at, fromReplay);
    f.count.add(1);
    copyOut(section, from, to, at, range, f);
    return end - 1;
  }

  private int runEnd(int section, int first, long sector) {
    int k = first + 1;
    for (; k < layout.sectionEntries && !journal.isUnused(section, k); k++) {
      long next = journal.sectorOf(section, k);
      long follows = layout.offset(sector) + (long) (k - first) * layout.sectorsPerBlock;
      if (Long.compareUnsigned(next, layout.providedDataSectors) >= 0
          || layout.area(next) != layout.area(sector)
          || layout.offset(next) != follows) {
        break;
      }
      journal.restoreLastBytes(section, k);
    }
    return k;
  }

  /** Whether a newer entry of the same sector is committed; {@code find_newer_committed_node}. */
  private boolean isSuperseded(int section, int entry) {
    int newer = journal.newer(section * layout.sectionEntries + entry);
    if (newer == Journal.NOT_FOUND) {
      return false;
    }
    int next = newer / layout.sectionEntries;
    int end = committedSection + committedSections;
    return next >= committedSection && next < end || next + layout.journalSections < end;
  }

  private void drop(int section, int entry) {
    journal.setUnused(section, entry);
    journal.removeNode(section * layout.sectionEntries + entry);
  }

  private void writeTags(int section, int from, int to, long sector, boolean check) {
    Tags.Place place = new Tags.Place(layout, layout.area(sector), layout.offset(sector));
    for (int l = from; l < to; l++) {
      byte[] tag = journal.tag(section, l);
      if (check && ic.internalHash != null) {
        long own = sector + (long) (l - from) * layout.sectorsPerBlock;
        byte[] test = ic.checksum(own, journal.memory, journal.data(section, l));
        if (!Arrays.equals(test, tag)) {
          ic.ioError("tag mismatch when replaying journal", -Errno.EILSEQ);
        }
      }
      journal.setUnused(section, l);
      int r = ic.tags.use(tag, tag.length, place, Tags.Op.WRITE);
      if (r != 0) {
        ic.ioError("reading tags", r);
      }
    }
  }

  @KernelSymbol("copy_from_journal")
  private void copyOut(int section, int from, int to, long sector, Range range, Flight f) {
    IoNotify notify =
        errors -> {
          ic.ranges.remove(range);
          ioPool.free(range);
          f.of("copying from journal").ended(errors);
        };
    if (ic.failed() != 0) {
      notify.ended(-1);
      return;
    }
    long target = layout.dataSector(layout.area(sector), layout.offset(sector));
    ic.io.async(
        Opf.REQ_OP_WRITE,
        journal.memory,
        journal.data(section, from),
        notify,
        new IoRegion(ic.dev.bdev(), target, (long) (to - from) * layout.sectorsPerBlock));
  }

  // ---- taking up, and letting go ----------------------------------------------------------------

  /** Mirrors {@code replay_journal}. */
  @KernelSymbol("replay_journal")
  void replay() {
    if (ic.mode == 'R' || uptodate) {
      return;
    }
    if (!justFormatted) {
      rwSectors(Opf.REQ_OP_READ, 0, layout.sectionSectors * layout.journalSections);
    }
    Found found = ic.failed() == 0 ? look() : null;
    if (found == null) {
      found = new Found(0, 0, 0, true);
    } else {
      int[] sections = {0};
      int want = found.consistent(sections);
      if (!found.empty) {
        writeOut(found.start, sections[0], true);
      }
      if (sections[0] == layout.journalSections && (ic.mode == 'J' || found.empty)) {
        commitSeq = want;
        begin(found.start);
        return;
      }
    }
    erase(found.start, Journal.previous(Journal.previous(found.lastUsed)));
  }

  private void erase(int start, int seq) {
    int s = start;
    init(s, 1, seq);
    s = journal.wrap(s + 1);
    if (layout.journalSections >= 2) {
      init(s, layout.journalSections - 2, seq);
      s = journal.wrap(s + layout.journalSections - 2);
      init(s, 1, seq);
    }
    commitSeq = Journal.next(seq);
    begin(0);
  }

  private void begin(int section) {
    committedSection = section;
    committedSections = 0;
    uncommittedSection = section;
    uncommittedSections = 0;
    freeSection = section;
    freeSectionEntry = 0;
    freeEntries = layout.journalEntries;
    journal.clearNodes();
  }

  /** What the commit ids tell: which sequence was written last, and up to where. */
  private final class Found {
    private final int lastUsed;
    private final int want;
    private final int start;
    private final boolean empty;

    Found(int lastUsed, int want, int start, boolean empty) {
      this.lastUsed = lastUsed;
      this.want = want;
      this.start = start;
      this.empty = empty;
    }

    /** Counts the sections from the start on that belong together; the sequence they end with. */
    int consistent(int[] sections) {
      int seq = want;
      int i = start;
      for (; sections[0] < layout.journalSections; sections[0]++) {
        for (int j = 0; j < layout.sectionSectors; j++) {
          if (!journal.hasCommitId(i, j, seq)) {
            return seq;
          }
        }
        seq = i + 1 >= layout.journalSections ? Journal.next(seq) : seq;
        i = journal.wrap(i + 1);
      }
      return seq;
    }
  }

  private int sequence(int section, int index) {
    for (int k = 0; k < Journal.COMMIT_IDS; k++) {
      if (journal.hasCommitId(section, index, k)) {
        return k;
      }
    }
    ic.ioError("journal commit id", -Errno.EIO);
    return -1;
  }

  /** Looks at all commit ids; null if one is none, or all are used. */
  private Found look() {
    boolean[] used = new boolean[Journal.COMMIT_IDS];
    int[] highest = new int[Journal.COMMIT_IDS];
    boolean empty = true;
    for (int i = 0; i < layout.journalSections; i++) {
      for (int j = 0; j < layout.sectionSectors; j++) {
        int k = sequence(i, j);
        if (k < 0) {
          return null;
        }
        used[k] = true;
        highest[k] = i;
      }
      for (int j = 0; j < layout.sectionEntries && empty; j++) {
        empty = journal.isUnused(i, j);
      }
    }
    int unused = Journal.COMMIT_IDS - 1;
    if (!used[unused]) {
      while (unused > 0 && !used[unused - 1]) {
        unused--;
      }
    } else {
      unused = 0;
      while (unused < Journal.COMMIT_IDS && used[unused]) {
        unused++;
      }
      if (unused == Journal.COMMIT_IDS) {
        ic.ioError("journal commit ids", -Errno.EIO);
        return null;
      }
    }
    int last = Journal.previous(unused);
    int want = Journal.previous(last);
    empty |= !used[want] && used[Journal.previous(want)];
    int start = highest[last] + 1;
    want = start >= layout.journalSections ? Journal.next(want) : want;
    return new Found(last, want, journal.wrap(start), empty);
  }

  /** All is written, so the journal can be empty; the end of {@code dm_integrity_postsuspend}. */
  void suspended() {
    ic.writerWq.queue(writerWork);
    ic.writerWq.drain();
    ic.flushBuffers(true);
    if (wroteToJournal) {
      init(freeSection, layout.journalSections - freeSection, commitSeq);
      if (freeSection != 0) {
        init(0, freeSection, Journal.next(commitSeq));
      }
    }
  }

  /** Whether nothing of a range is in the journal. */
  boolean lacks(long sector, long sectors) {
    return journal.find(sector) == Journal.NOT_FOUND
        && journal.nextSector(sector) >= sector + sectors;
  }
}
