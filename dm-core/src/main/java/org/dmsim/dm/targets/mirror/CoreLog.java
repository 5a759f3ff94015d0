package org.dmsim.dm.targets.mirror;

import java.util.BitSet;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.Scan;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.memory.PlainLong;
import org.dmsim.report.KernelSymbol;

/**
 * The dirty log of type {@code core}: which regions are clean and which are in sync, in memory.
 * {@code REGIONSIZE [sync|nosync]}. Mirrors {@code dm-log.c}, 6.1.
 */
class CoreLog {

  /** What the table line says of the legs at the start. */
  enum Sync {
    /** Regions that are not known to be in sync are synchronised. */
    DEFAULT,
    /** The legs are equal. */
    NOSYNC,
    /** Everything is synchronised, whatever is known. */
    FORCE
  }

  /** What is kept of the parameters: checked, and said what is wrong with them. */
  record Parameters(long regionSize, long regionCount, Sync sync) {

    /** Reads them; null, and the log says why, where they make no sense. */
    @KernelSymbol("create_log_context")
    static Parameters read(DmTarget target, String[] argv, int from) {
      int argc = argv.length - from;
      if (argc < 1 || argc > 2) {
        return refuse("wrong number of arguments to dirty region log");
      }
      Sync sync = Sync.DEFAULT;
      if (argc == 2) {
        switch (argv[from + 1]) {
          case "sync" -> sync = Sync.FORCE;
          case "nosync" -> sync = Sync.NOSYNC;
          default -> {
            return refuse("unrecognised sync argument to dirty region log: " + argv[from + 1]);
          }
        }
      }
      long size = Scan.isUnsigned(argv[from]) ? Scan.unsigned(argv[from]) & 0xffff_ffffL : 0;
      if (size < 2 || Long.compareUnsigned(size, target.length()) > 0 || Long.bitCount(size) != 1) {
        return refuse("invalid region size " + argv[from]);
      }
      long count = (target.length() - 1 >>> Long.numberOfTrailingZeros(size)) + 1;
      if (count > 0xffff_ffffL) {
        return refuse("region count exceeds limit of 4294967295");
      }
      return count > Integer.MAX_VALUE
          ? refuse("couldn't allocate clean bitset")
          : new Parameters(size, count, sync);
    }

    private static Parameters refuse(String why) {
      say(why);
      return null;
    }
  }

  final DmTarget target;
  final int regionCount;
  final Sync sync;
  final BitSet cleanBits = new BitSet();
  final BitSet syncBits = new BitSet();
  private final BitSet recoveringBits = new BitSet();
  private final long regionSize;
  boolean touchedDirtied;
  boolean touchedCleaned;
  boolean flushFailed;

  /** How many bits of {@link #syncBits} are set; who looks at a bit, or changes one, tells it. */
  final PlainLong syncCount = new PlainLong("lc->sync_count", 0);

  private long syncSearch;

  CoreLog(DmTarget target, Parameters p) {
    this.target = target;
    regionSize = p.regionSize;
    regionCount = (int) p.regionCount;
    sync = p.sync;
    cleanBits.set(0, regionCount);
    if (sync == Sync.NOSYNC) {
      syncBits.set(0, regionCount);
      syncCount.set(regionCount);
    }
  }

  static void say(String what) {
    DmLog.say("dirty region log", what);
  }

  String name() {
    return "core";
  }

  final long regionSize() {
    return regionSize;
  }

  void destroy() {}

  /** The mirror is resumed; 0 or a negative errno. */
  int resume() {
    syncSearch = 0;
    return 0;
  }

  /** The mirror is suspended; 0 or a negative errno. */
  int postsuspend() {
    return 0;
  }

  /** Makes what is known safe; 0 or a negative errno. */
  int flush() {
    return 0;
  }

  final boolean isInSync(long region) {
    Sched.touch(syncCount, Access.READ);
    return syncBits.get((int) region);
  }

  /** The region is being written to. */
  @KernelSymbol("core_mark_region")
  final void markRegion(long region) {
    cleanBits.clear((int) region);
    touchedDirtied = true;
  }

  /** No write to the region is on its way any more. */
  @KernelSymbol("core_clear_region")
  final void clearRegion(long region) {
    if (!flushFailed) {
      cleanBits.set((int) region);
      touchedCleaned = true;
    }
  }

  /** The next region that is to be synchronised; -1 for none. */
  @KernelSymbol("core_get_resync_work")
  final long resyncWork() {
    Sched.touch(syncCount, Access.READ);
    long region;
    do {
      if (syncSearch >= regionCount) {
        return -1;
      }
      region = syncBits.nextClearBit((int) syncSearch);
      syncSearch = region + 1;
      if (region >= regionCount) {
        return -1;
      }
    } while (recoveringBits.get((int) region));
    recoveringBits.set((int) region);
    touchedCleaned = true;
    return region;
  }

  @KernelSymbol("core_set_region_sync")
  final void setRegionSync(long region, boolean inSync) {
    recoveringBits.clear((int) region);
    touchedDirtied = true;
    if (inSync) {
      syncBits.set((int) region);
      touchedCleaned = true;
      syncCount.set(syncCount.get() + 1);
    } else if (syncBits.get((int) region)) {
      syncCount.set(syncCount.get() - 1);
      syncBits.clear((int) region);
    }
  }

  final long syncCount() {
    return syncCount.get();
  }

  final void restartSearch() {
    syncSearch = 0;
  }

  /** How it fares, behind the mirror's own status. */
  String status() {
    return "1 core";
  }

  /** Its part of the table line. */
  String describe() {
    return name() + (sync == Sync.DEFAULT ? " 1 " : " 2 ") + regionSize + " " + describeSync();
  }

  final String describeSync() {
    return switch (sync) {
      case DEFAULT -> "";
      case NOSYNC -> "nosync ";
      case FORCE -> "sync ";
    };
  }
}
