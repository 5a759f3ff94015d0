package org.dmsim.dm.targets.snapshot;

import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioList;
import org.dmsim.block.core.BlkLib;
import org.dmsim.dm.dmio.IoRegion;
import org.dmsim.locking.WaitQueue;
import org.dmsim.memory.PlainBoolean;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;

/**
 * The chunks of a snapshot go back to its origin, the last exception first, in kcopyd's worker.
 * Mirrors the merge of {@code dm-snap.c}, 6.1.
 */
final class Merge {

  private static final int RUNNING = 1;
  private static final int SHUTDOWN = 2;

  private final Snapshot s;
  private final SharedInt state = new SharedInt("s->state_bits", 0);
  private final WaitQueue stopped = new WaitQueue("&s->state_bits");

  /** Writes that wait until what is merged now is merged; protected by the snapshot's lock. */
  private final BioList queued = new BioList();

  private long firstChunk;
  private int chunks;
  private final PlainBoolean failed = new PlainBoolean("s->merge_failed", false);

  Merge(Snapshot s) {
    this.s = s;
  }

  /** Whether it ended with an error; I/O goes on as before. */
  boolean isFailed() {
    return failed.get();
  }

  boolean isRunning() {
    return (state.readOnce() & RUNNING) != 0;
  }

  @KernelSymbol("start_merge")
  void start() {
    if ((state.fetchOr(RUNNING) & RUNNING) == 0) {
      next();
    }
  }

  /** Waits until the merge has ended; what is not merged stays. */
  @KernelSymbol("stop_merge")
  void stop() {
    state.fetchOr(SHUTDOWN);
    stopped.waitEvent(() -> !isRunning());
    state.fetchAndNot(SHUTDOWN);
  }

  @KernelSymbol("merge_shutdown")
  private void shutDown() {
    state.fetchAndNot(RUNNING);
    stopped.wakeUpAll();
  }

  /** Keeps a write to a chunk that is being merged; the snapshot's lock is held for writing. */
  boolean delays(Bio bio, long chunk) {
    if (chunk < firstChunk || chunk >= firstChunk + chunks) {
      return false;
    }
    bio.setDev(s.origin.bdev());
    queued.add(bio);
    return true;
  }

  @KernelSymbol("snapshot_merge_next_chunks")
  private void next() {
    if ((state.readOnce() & SHUTDOWN) != 0) {
      shutDown();
      return;
    }
    if (!s.valid.get()) {
      Snapshot.say("Snapshot is invalid: can't merge");
      shutDown();
      return;
    }
    long[] last = new long[2];
    int linear = s.store.prepareMerge(last);
    if (linear <= 0) {
      if (linear < 0) {
        Snapshot.say("Read error in exception store: shutting down merge");
        s.lock.downWrite();
        failed.set(true);
        s.lock.upWrite();
      }
      shutDown();
      return;
    }
    copy(last[0] + 1 - linear, last[1] + 1 - linear, linear);
  }

  private void copy(long oldChunk, long newChunk, int linear) {
    long sectors = linear * s.store.chunkSize;
    long to = s.store.sectorOf(oldChunk);
    long count = Sectors.min(sectors, s.origin.bdev().sectors() - to);
    long previous = s.origins.doneCount();
    while (s.origins.writeExtent(s, to, sectors, Integer.toUnsignedLong(s.ti.maxIoLen))) {
      s.origins.waitForCopy(previous);
      previous = s.origins.doneCount();
    }
    s.lock.downWrite();
    firstChunk = oldChunk;
    chunks = linear;
    s.lock.upWrite();
    for (int i = 0; i < linear; i++) {
      s.tracked.drain(oldChunk + i);
    }
    s.kcopyd.copy(
        new IoRegion(s.cow.bdev(), s.store.sectorOf(newChunk), count),
        new IoRegion[] {new IoRegion(s.origin.bdev(), to, count)},
        false,
        this::copied);
  }

  @KernelSymbol("merge_callback")
  private void copied(boolean readError, long writeErrors) {
    String error = null;
    if (readError) {
      error = "Read error: shutting down merge.";
    } else if (writeErrors != 0) {
      error = "Write error: shutting down merge.";
    } else if (BlkLib.issueFlush(s.origin.bdev()) < 0) {
      error = "Flush after merge failed: shutting down merge";
    } else if (s.store.commitMerge(chunks) < 0) {
      error = "Write error in exception store: shutting down merge";
    }
    if (error != null) {
      Snapshot.say(error);
      fail();
    } else if (forget()) {
      next();
    } else {
      fail();
    }
  }

  /** Takes the merged chunks out of the exception table; false if one was not there. */
  @KernelSymbol("remove_single_exception_chunk")
  private boolean forget() {
    BioList bios = null;
    s.lock.downWrite();
    boolean found = true;
    for (long chunk = firstChunk + chunks - 1; found && chunk >= firstChunk; chunk--) {
      found = s.complete.remove(chunk);
      if (!found) {
        Snapshot.say(
            "Corruption detected: exception for block "
                + Long.toUnsignedString(chunk)
                + " is on disk but not in memory");
      }
    }
    if (found) {
      bios = release();
    }
    s.lock.upWrite();
    if (bios != null) {
      Snapshot.submitBios(bios);
    }
    return found;
  }

  private void fail() {
    s.lock.downWrite();
    failed.set(true);
    BioList bios = release();
    s.lock.upWrite();
    Snapshot.errorBios(bios);
    shutDown();
  }

  private BioList release() {
    firstChunk = 0;
    chunks = 0;
    BioList bios = new BioList();
    bios.merge(queued);
    return bios;
  }
}
