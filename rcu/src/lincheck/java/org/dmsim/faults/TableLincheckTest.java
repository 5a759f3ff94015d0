package org.dmsim.faults;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.Stream;
import org.dmsim.memory.SharedRef;
import org.dmsim.rcu.RcuDomain;
import org.dmsim.rcu.ThreadRcuFault;
import org.dmsim.srcu.SrcuFault;
import org.dmsim.srcu.SrcuStruct;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A table that readers use and updaters replace and free, on real threads.
 *
 * <p>The claim is linearizability: a read gives the version that is live at one moment of it, a
 * replacement gives the one before. That the old table is freed at all, and never used after, is
 * part of it: a use after free and a double free are thrown, and no one thread alone ever sees one.
 */
class TableLincheckTest {

  /** With SRCU between readers and updaters. */
  public abstract static class SrcuTable {
    private final SrcuTrial trial;

    SrcuTable(SrcuStruct srcu) {
      trial = new SrcuTrial(srcu);
    }

    /** Version of the live table. */
    @Operation
    public int read() {
      return trial.readVersion();
    }

    /** Version of the one before. */
    @Operation
    public int replace(@Param(gen = IntGen.class) int version) {
      return trial.replace(version);
    }
  }

  /** With RCU between them; a reader nests. */
  public abstract static class RcuTable {
    private final RcuDomain rcu;
    private final SharedRef<Table> live = new SharedRef<>("live", new Table(0));

    RcuTable(RcuDomain rcu) {
      this.rcu = rcu;
    }

    /** Version of the live table. */
    @Operation
    public int read() {
      rcu.readLock();
      Table t = live.readOnce();
      rcu.readLock();
      t.touch();
      rcu.readUnlock();
      t.touch();
      int version = t.version();
      rcu.readUnlock();
      return version;
    }

    /** Version of the one before. */
    @Operation
    public int replace(@Param(gen = IntGen.class) int version) {
      Table old = live.exchange(new Table(version));
      rcu.synchronize();
      old.free();
      return old.version();
    }
  }

  /** With both, as the live table has them. */
  public abstract static class BracketTable {
    private final Bracket bracket;

    BracketTable(Bracket bracket) {
      this.bracket = bracket;
    }

    /** Version of the live table, for a reader that may sleep. */
    @Operation
    public int readSleeping() {
      return bracket.readSleeping();
    }

    /** Version of the live table, for a reader that does not. */
    @Operation
    public int readFast() {
      return bracket.readFast();
    }

    /** Version of the one before. */
    @Operation
    public int swap(@Param(gen = IntGen.class) int version) {
      return bracket.swap(version);
    }
  }

  // ---- sound -----------------------------------------------------------------------------------

  /** Sound. */
  public static class Srcu extends SrcuTable {
    /** Nothing is wrong with it. */
    public Srcu() {
      super(SrcuFault.sound("domain"));
    }
  }

  /** Sound. */
  public static class Rcu extends RcuTable {
    /** Nothing is wrong with it. */
    public Rcu() {
      super(new RcuDomain());
    }
  }

  /** Sound. */
  public static class LiveTable extends BracketTable {
    /** Nothing is wrong with it. */
    public LiveTable() {
      super(new Bracket());
    }
  }

  static List<Class<?>> sound() {
    return List.of(Srcu.class, Rcu.class, LiveTable.class);
  }

  @ParameterizedTest
  @MethodSource("sound")
  void sound_modelChecked(Class<?> table) {
    check(table, 150);
  }

  @ParameterizedTest
  @MethodSource("sound")
  void sound_underStress(Class<?> table) {
    new StressOptions()
        .threads(2)
        .actorsPerThread(3)
        .actorsBefore(0)
        .actorsAfter(1)
        .iterations(5)
        .invocationsPerIteration(1_000)
        .check(table);
  }

  // ---- faulty ----------------------------------------------------------------------------------

  /** Faulty. */
  public static class SrcuOneScan extends SrcuTable {
    /** As its name says. */
    public SrcuOneScan() {
      super(SrcuFault.ONE_SCAN.domain("domain"));
    }
  }

  /** Faulty. */
  public static class SrcuNoScanAfterFlip extends SrcuTable {
    /** As its name says. */
    public SrcuNoScanAfterFlip() {
      super(SrcuFault.NO_SCAN_AFTER_FLIP.domain("domain"));
    }
  }

  /** Faulty. */
  public static class SrcuNoFlip extends SrcuTable {
    /** As its name says. */
    public SrcuNoFlip() {
      super(SrcuFault.NO_FLIP.domain("domain"));
    }
  }

  /** Faulty. */
  public static class SrcuUnlockOnLaterIndex extends SrcuTable {
    /** As its name says. */
    public SrcuUnlockOnLaterIndex() {
      super(SrcuFault.UNLOCK_ON_LATER_INDEX.domain("domain"));
    }
  }

  /** Faulty. */
  public static class SrcuLockOnLaterIndex extends SrcuTable {
    /** As its name says. */
    public SrcuLockOnLaterIndex() {
      super(SrcuFault.LOCK_ON_LATER_INDEX.domain("domain"));
    }
  }

  /** Faulty. */
  public static class SrcuLocksSummedFirst extends SrcuTable {
    /** As its name says. */
    public SrcuLocksSummedFirst() {
      super(SrcuFault.LOCKS_SUMMED_FIRST.domain("domain"));
    }
  }

  /** Faulty. */
  public static class SrcuLostCount extends SrcuTable {
    /** As its name says. */
    public SrcuLostCount() {
      super(SrcuFault.LOST_COUNT.domain("domain"));
    }
  }

  /** Faulty. */
  public static class SrcuGivesUp extends SrcuTable {
    /** As its name says. */
    public SrcuGivesUp() {
      super(SrcuFault.GIVES_UP.domain("domain"));
    }
  }

  /** Faulty. */
  public static class SrcuNoTurns extends SrcuTable {
    /** As its name says. */
    public SrcuNoTurns() {
      super(SrcuFault.NO_TURNS.domain("domain"));
    }
  }

  /** Faulty. */
  public static class SrcuSharesTheRunningOne extends SrcuTable {
    /** As its name says. */
    public SrcuSharesTheRunningOne() {
      super(SrcuFault.SHARES_THE_RUNNING_ONE.domain("domain"));
    }
  }

  /** Faulty. */
  public static class RcuForgetsNesting extends RcuTable {
    /** As its name says. */
    public RcuForgetsNesting() {
      super(ThreadRcuFault.FORGETS_NESTING.domain());
    }
  }

  /** Faulty. */
  public static class RcuFirstThreadEndsIt extends RcuTable {
    /** As its name says. */
    public RcuFirstThreadEndsIt() {
      super(ThreadRcuFault.FIRST_THREAD_ENDS_IT.domain());
    }
  }

  /** Faulty. */
  public static class RcuNoNewEpoch extends RcuTable {
    /** As its name says. */
    public RcuNoNewEpoch() {
      super(ThreadRcuFault.NO_NEW_EPOCH.domain());
    }
  }

  /** Faulty. */
  public static class RcuGivesUp extends RcuTable {
    /** As its name says. */
    public RcuGivesUp() {
      super(ThreadRcuFault.GIVES_UP.domain());
    }
  }

  /** Faulty. */
  public static class LiveTableSyncWithoutRcu extends BracketTable {
    /** As its name says. */
    public LiveTableSyncWithoutRcu() {
      super(BracketFault.SYNC_WITHOUT_RCU.make());
    }
  }

  /** Faulty. */
  public static class LiveTableSyncWithoutSrcu extends BracketTable {
    /** As its name says. */
    public LiveTableSyncWithoutSrcu() {
      super(BracketFault.SYNC_WITHOUT_SRCU.make());
    }
  }

  /** Faulty. */
  public static class LiveTableFreesBeforeItWaits extends BracketTable {
    /** As its name says. */
    public LiveTableFreesBeforeItWaits() {
      super(BracketFault.FREES_BEFORE_IT_WAITS.make());
    }
  }

  /** Faulty. */
  public static class LiveTableWaitsBeforeItSwaps extends BracketTable {
    /** As its name says. */
    public LiveTableWaitsBeforeItSwaps() {
      super(BracketFault.WAITS_BEFORE_IT_SWAPS.make());
    }
  }

  /** Faulty. */
  public static class LiveTableReadsOutside extends BracketTable {
    /** As its name says. */
    public LiveTableReadsOutside() {
      super(BracketFault.READS_OUTSIDE.make());
    }
  }

  /** Faulty. */
  public static class LiveTableUsesAfterPut extends BracketTable {
    /** As its name says. */
    public LiveTableUsesAfterPut() {
      super(BracketFault.USES_AFTER_PUT.make());
    }
  }

  /** Faulty. */
  public static class LiveTablePutsOnWrongIndex extends BracketTable {
    /** As its name says. */
    public LiveTablePutsOnWrongIndex() {
      super(BracketFault.PUTS_ON_WRONG_INDEX.make());
    }
  }

  /** Faulty. */
  public static class LiveTableForgetsThePut extends BracketTable {
    /** As its name says. */
    public LiveTableForgetsThePut() {
      super(BracketFault.FORGETS_THE_PUT.make());
    }
  }

  /** Faulty. */
  public static class LiveTablePutsTwice extends BracketTable {
    /** As its name says. */
    public LiveTablePutsTwice() {
      super(BracketFault.PUTS_TWICE.make());
    }
  }

  /** Faulty. */
  public static class LiveTableOpensOneClosesTheOther extends BracketTable {
    /** As its name says. */
    public LiveTableOpensOneClosesTheOther() {
      super(BracketFault.OPENS_ONE_CLOSES_THE_OTHER.make());
    }
  }

  /** Faulty. */
  public static class LiveTableSwapsWithoutTheLock extends BracketTable {
    /** As its name says. */
    public LiveTableSwapsWithoutTheLock() {
      super(BracketFault.SWAPS_WITHOUT_THE_LOCK.make());
    }
  }

  /** Found after few interleavings. */
  static Stream<Class<?>> near() {
    return Stream.of(
        SrcuNoScanAfterFlip.class,
        SrcuUnlockOnLaterIndex.class,
        RcuNoNewEpoch.class,
        RcuGivesUp.class,
        LiveTableSyncWithoutSrcu.class,
        LiveTableReadsOutside.class);
  }

  /** Found after many. */
  static Stream<Class<?>> far() {
    return Stream.of(
        LiveTableFreesBeforeItWaits.class,
        LiveTableSyncWithoutRcu.class,
        SrcuOneScan.class,
        SrcuNoFlip.class,
        SrcuLockOnLaterIndex.class,
        SrcuLocksSummedFirst.class,
        SrcuLostCount.class,
        SrcuGivesUp.class,
        SrcuNoTurns.class,
        SrcuSharesTheRunningOne.class,
        RcuForgetsNesting.class,
        RcuFirstThreadEndsIt.class,
        LiveTableWaitsBeforeItSwaps.class,
        LiveTableUsesAfterPut.class,
        LiveTablePutsOnWrongIndex.class,
        LiveTableForgetsThePut.class,
        LiveTablePutsTwice.class,
        LiveTableOpensOneClosesTheOther.class,
        LiveTableSwapsWithoutTheLock.class);
  }

  @ParameterizedTest
  @MethodSource("near")
  void faulty_isRejected(Class<?> table) {
    rejects(table, 3_000);
  }

  @Tag("deep")
  @ParameterizedTest
  @MethodSource("far")
  void faulty_isRejectedAfterALongSearch(Class<?> table) {
    rejects(table, 60_000);
  }

  private static void rejects(Class<?> table, int invocations) {
    assertThrows(
        LincheckAssertionError.class,
        () -> check(table, invocations),
        () -> table.getSimpleName() + " survives");
  }

  private static void check(Class<?> table, int invocations) {
    String[] scenarios =
        BracketTable.class.isAssignableFrom(table)
            ? new String[] {
              "readSleeping | swap swap",
              "readFast | swap swap",
              "readSleeping readFast | swap | swap"
            }
            : new String[] {
              "read | replace replace", "read | replace | replace", "read | read | replace"
            };
    Scenarios.modelChecking(table, invocations, scenarios).check(table);
  }
}
