package org.dmsim.dm.device;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.dmsim.block.bio.Bio;
import org.dmsim.dm.table.DmTable;
import org.dmsim.faults.ThreadTrial;
import org.dmsim.locking.Mutex;
import org.dmsim.machine.Task;
import org.dmsim.rcu.RcuDomain;

/**
 * Faults of the live table, of its lookup and of its swap. Each is the class itself with one step
 * changed.
 */
enum LiveTableFault {
  /** A NOWAIT reader, inside RCU, is not waited for. */
  SYNC_WITHOUT_RCU(
      "waits for SRCU only, in dm_sync_table",
      "readFast | replace",
      () -> syncing(LiveTable::syncSleepers)),
  /** A reader inside SRCU is not waited for. */
  SYNC_WITHOUT_SRCU(
      "waits for RCU only, in dm_sync_table", "read | replace", () -> syncing(LiveTable::syncFast)),
  /** The wait comes too late. */
  FREES_BEFORE_IT_WAITS(
      "destroys the old table before dm_sync_table",
      "read | replace",
      () ->
          keeping(
              (lock, rcu) ->
                  new LiveTable(lock, rcu) {
                    private DmTable old;

                    @Override
                    void assign(DmTable table) {
                      old = peek();
                      super.assign(table);
                    }

                    @Override
                    public void sync() {
                      old.destroy();
                      super.sync();
                    }
                  })),
  /** Who is waited for is not who uses the old table. */
  WAITS_BEFORE_IT_SWAPS(
      "calls dm_sync_table before the new table is published",
      "read | replace",
      () ->
          keeping(
              (lock, rcu) ->
                  new LiveTable(lock, rcu) {
                    @Override
                    void assign(DmTable table) {
                      super.sync();
                      super.assign(table);
                    }

                    @Override
                    public void sync() {}
                  })),
  /** What was read before the read-side section is not protected by it. */
  READS_OUTSIDE(
      "reads the pointer before it enters the read-side section",
      "read | replace",
      () ->
          looking(
              new Changed() {
                private DmTable seen; // by the one reader that there is

                @Override
                public int open(MappedDevice md, int opf) {
                  seen = md.live.alone();
                  return super.open(md, opf);
                }

                @Override
                public DmTable read(MappedDevice md, int opf) {
                  return seen;
                }
              })),
  /** As that, at the other end. */
  USES_AFTER_PUT(
      "uses the table after it has left the read-side section",
      "readFast | replace",
      () ->
          new LiveTableTrial(LiveTableTrial.core(), LiveTableLookup.RCU_IF_NOWAIT) {
            @Override
            int look(int opf) {
              md.live.getFast();
              DmTable t = md.live.readFast();
              md.live.putFast();
              return use(t);
            }
          }),
  /** The half that the reader is on looks empty too early, the other one never again. */
  PUTS_ON_WRONG_INDEX(
      "puts on the other index than it got",
      "read | replace replace",
      () ->
          looking(
              new Changed() {
                @Override
                public void close(MappedDevice md, int cookie, int opf, Bio bio) {
                  super.close(md, 1 - cookie, opf, bio);
                }
              })),
  /** The next swap waits for ever. */
  FORGETS_THE_PUT(
      "never leaves the read-side section",
      "read | replace replace",
      () ->
          looking(
              new Changed() {
                @Override
                public void close(MappedDevice md, int cookie, int opf, Bio bio) {
                  // forgotten
                }
              })),
  /** Another reader's section is closed with it. */
  PUTS_TWICE(
      "leaves the read-side section twice",
      "read | replace replace",
      () ->
          looking(
              new Changed() {
                @Override
                public void close(MappedDevice md, int cookie, int opf, Bio bio) {
                  super.close(md, cookie, opf, bio);
                  super.close(md, cookie, opf, bio);
                }
              })),
  /** The section that protects is not the one that is waited for. */
  ENTERS_ONE_LEAVES_THE_OTHER(
      "enters by SRCU, and leaves by RCU",
      "read | replace replace",
      () ->
          looking(
              new Changed() {
                @Override
                public void close(MappedDevice md, int cookie, int opf, Bio bio) {
                  md.live.putFast();
                }
              })),
  /** Two of them take the same old table out. */
  SWAPS_WITHOUT_THE_LOCK(
      "swaps without suspend_lock",
      "replace | replace",
      () ->
          new LiveTableTrial(LiveTableTrial.core(), LiveTableLookup.RCU_IF_NOWAIT) {
            @Override
            DmTable swap(DmTable fresh) {
              return TableSwap.swapSuspended(md, fresh).old();
            }
          });

  private final String what;
  private final String threads;
  private final Supplier<ThreadTrial> maker;

  LiveTableFault(String what, String threads, Supplier<ThreadTrial> maker) {
    this.what = what;
    this.threads = threads;
    this.maker = maker;
  }

  /** A fresh device with the fault. */
  ThreadTrial make() {
    return maker.get();
  }

  /** A fresh device without one. */
  static ThreadTrial sound() {
    return looking(LiveTableLookup.RCU_IF_NOWAIT);
  }

  /** What is wrong; completes "A live table that". */
  String what() {
    return what;
  }

  /** Whom it takes to show. */
  String threads() {
    return threads;
  }

  /** How a live table is made, with RCU of its own on real threads. */
  private interface Maker {
    LiveTable make(Mutex suspendLock, RcuDomain domain);
  }

  private static ThreadTrial keeping(Maker maker) {
    DmCore core = LiveTableTrial.core();
    boolean machine = Task.current() != null;
    core.setLiveTables(lock -> maker.make(lock, machine ? null : new RcuDomain()));
    return new LiveTableTrial(core, LiveTableLookup.RCU_IF_NOWAIT);
  }

  private static ThreadTrial syncing(Consumer<LiveTable> sync) {
    return keeping(
        (lock, rcu) ->
            new LiveTable(lock, rcu) {
              @Override
              public void sync() {
                sync.accept(this);
              }
            });
  }

  private static ThreadTrial looking(LiveTableLookup lookup) {
    return new LiveTableTrial(LiveTableTrial.core(), lookup);
  }

  /** The lookup, for a variant. */
  private static class Changed implements LiveTableLookup {
    @Override
    public int open(MappedDevice md, int opf) {
      return RCU_IF_NOWAIT.open(md, opf);
    }

    @Override
    public DmTable read(MappedDevice md, int opf) {
      return RCU_IF_NOWAIT.read(md, opf);
    }

    @Override
    public void close(MappedDevice md, int cookie, int opf, Bio bio) {
      RCU_IF_NOWAIT.close(md, cookie, opf, bio);
    }
  }
}
