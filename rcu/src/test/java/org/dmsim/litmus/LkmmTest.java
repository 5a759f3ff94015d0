package org.dmsim.litmus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.dmsim.litmus.lang.LitmusError;
import org.dmsim.litmus.lang.LitmusTest;
import org.dmsim.litmus.lkmm.ModelVersion;
import org.junit.jupiter.api.Test;

/**
 * What explanation.txt of the kernel's tools/memory-model says of each rule, as a test that the
 * rule decides: with it Never, without what it needs Sometimes.
 */
final class LkmmTest {

  private static void judged(String expected, String threads, String condition) throws LitmusError {
    assertEquals(expected, Litmus.judged(Litmus.test(threads, "exists (" + condition + ")")));
  }

  private static String messagePassing(String write, String read) {
    return "WRITE_ONCE(*x, 1);"
        + write
        + """

        --
        int r1 = READ_ONCE(*y);
        """
        + read
        + "int r2 = READ_ONCE(*x);";
  }

  private static final String STALE = "1:r1=1 /\\ 1:r2=0";

  @Test
  void messagePassing_needsBothSides() throws LitmusError {
    judged("Sometimes", messagePassing("WRITE_ONCE(*y, 1);", ""), STALE);
    judged("Sometimes", messagePassing("smp_wmb(); WRITE_ONCE(*y, 1);", ""), STALE);
    judged("Sometimes", messagePassing("WRITE_ONCE(*y, 1);", "smp_rmb();"), STALE);
    judged("Never", messagePassing("smp_wmb(); WRITE_ONCE(*y, 1);", "smp_rmb();"), STALE);
    judged("Never", messagePassing("smp_store_release(y, 1);", "smp_rmb();"), STALE);
    judged("Never", messagePassing("smp_store_release(y, 1);", "smp_mb();"), STALE);
    judged("Sometimes", messagePassing("smp_store_release(y, 1);", "barrier();"), STALE);
    judged("Sometimes", messagePassing("smp_store_release(y, 1);", "smp_wmb();"), STALE);
  }

  @Test
  void messagePassing_toAcquire() throws LitmusError {
    judged(
        "Never",
        """
        WRITE_ONCE(*x, 1);
        smp_store_release(y, 1);
        --
        int r1 = smp_load_acquire(y);
        int r2 = READ_ONCE(*x);
        """,
        STALE);
  }

  @Test
  void storeBuffering_needsFullBarriers() throws LitmusError {
    String body =
        "WRITE_ONCE(*x, 1); %s int r1 = READ_ONCE(*y);\n--\n"
            + "WRITE_ONCE(*y, 1); %s int r2 = READ_ONCE(*x);";
    String end = "0:r1=0 /\\ 1:r2=0";
    judged("Sometimes", body.formatted("", ""), end);
    judged("Sometimes", body.formatted("smp_mb();", "smp_wmb();"), end);
    judged("Never", body.formatted("smp_mb();", "smp_mb();"), end);
    judged("Never", body.formatted("smp_mb();", "synchronize_rcu();"), end);
    judged("Never", body.formatted("int r3 = xchg(z, 1);", "smp_mb();"), end);
    judged("Sometimes", body.formatted("int r3 = xchg_acquire(z, 1);", "smp_mb();"), end);
    judged("Never", body.formatted("atomic_inc(z); smp_mb__after_atomic();", "smp_mb();"), end);
    judged("Sometimes", body.formatted("atomic_inc(z);", "smp_mb();"), end);
  }

  @Test
  void loadBuffering_isForbiddenByDependencies() throws LitmusError {
    String other = "\n--\nint r2 = READ_ONCE(*y); WRITE_ONCE(*x, r2);";
    judged("Sometimes", "int r1 = READ_ONCE(*x); WRITE_ONCE(*y, 1);" + other, "0:r1=1");
    judged("Never", "int r1 = READ_ONCE(*x); if (r1) WRITE_ONCE(*y, 1);" + other, "0:r1=1");
    judged("Never", "int r1 = READ_ONCE(*x); WRITE_ONCE(*y, r1);" + other, "0:r1=1");
    judged("Never", "int r1 = READ_ONCE(*x); smp_store_release(y, 1);" + other, "0:r1=1");
    // A control dependency ends with its branch.
    judged("Sometimes", "int r1 = READ_ONCE(*x); if (r1) {} WRITE_ONCE(*y, 1);" + other, "0:r1=1");
  }

  /** Without a dependency that the model tracks, two reads may justify each other. */
  @Test
  void valueThatJustifiesItself_isFound() throws LitmusError {
    judged(
        "Sometimes",
        """
        int r1 = 1;
        if (READ_ONCE(*x) == 0)
          r1 = 0;
        WRITE_ONCE(*y, r1);
        --
        int r2 = READ_ONCE(*y);
        WRITE_ONCE(*x, r2);
        """,
        "0:r1=1");
  }

  @Test
  void addressDependency_ordersReads() throws LitmusError {
    String writer = "WRITE_ONCE(*x, 1);\n%s\n--\nint *r1 = %s; int r2 = READ_ONCE(*r1);";
    String end = "1:r1=x /\\ 1:r2=0";
    judged("Never", writer.formatted("rcu_assign_pointer(*p, x);", "rcu_dereference(*p)"), end);
    judged("Sometimes", writer.formatted("WRITE_ONCE(*p, x);", "rcu_dereference(*p)"), end);
  }

  @Test
  void coherence_isKeptWithoutAnyFence() throws LitmusError {
    judged(
        "Never",
        "WRITE_ONCE(*x, 1);\n--\nint r1 = READ_ONCE(*x); int r2 = READ_ONCE(*x);",
        "1:r1=1 /\\ 1:r2=0");
    judged("Never", "WRITE_ONCE(*x, 1); WRITE_ONCE(*x, 2);", "x=1");
  }

  @Test
  void readModifyWrite_isAtomic() throws LitmusError {
    judged("Always", "atomic_inc(x);\n--\natomic_inc(x);\n--\natomic_inc(x);", "x=3");
    judged(
        "Never",
        "int r1 = xchg_relaxed(x, 1);\n--\nint r2 = xchg_relaxed(x, 2);",
        "0:r1=0 /\\ 1:r2=0");
    judged(
        "Never", "int r1 = cmpxchg(x, 0, 1);\n--\nint r2 = cmpxchg(x, 0, 2);", "0:r1=0 /\\ 1:r2=0");
  }

  @Test
  void releaseIsCumulative_wmbIsNot() throws LitmusError {
    String body =
        """
        WRITE_ONCE(*x, 1);
        --
        int r1 = READ_ONCE(*x);
        %s
        --
        int r2 = smp_load_acquire(y);
        int r3 = READ_ONCE(*x);
        """;
    String end = "1:r1=1 /\\ 2:r2=1 /\\ 2:r3=0";
    judged("Never", body.formatted("smp_store_release(y, 1);"), end);
    judged("Sometimes", body.formatted("WRITE_ONCE(*z, 1); smp_wmb(); WRITE_ONCE(*y, 1);"), end);
  }

  @Test
  void independentReaders_seeOneOrderOnlyWithFullBarriers() throws LitmusError {
    String body =
        """
        WRITE_ONCE(*x, 1);
        --
        WRITE_ONCE(*y, 1);
        --
        int r1 = READ_ONCE(*x); %1$s int r2 = READ_ONCE(*y);
        --
        int r3 = READ_ONCE(*y); %1$s int r4 = READ_ONCE(*x);
        """;
    String end = "2:r1=1 /\\ 2:r2=0 /\\ 3:r3=1 /\\ 3:r4=0";
    judged("Sometimes", body.formatted("smp_rmb();"), end);
    judged("Never", body.formatted("smp_mb();"), end);
  }

  @Test
  void gracePeriod_waitsForTheReaderThatCameBefore() throws LitmusError {
    String body =
        """
        rcu_read_lock();
        int r1 = READ_ONCE(*x);
        int r2 = READ_ONCE(*y);
        rcu_read_unlock();
        --
        WRITE_ONCE(*%1$s, 1);
        %3$s
        WRITE_ONCE(*%2$s, 1);
        """;
    judged("Never", body.formatted("x", "y", "synchronize_rcu();"), "0:r1=0 /\\ 0:r2=1");
    judged("Never", body.formatted("y", "x", "synchronize_rcu();"), "0:r1=1 /\\ 0:r2=0");
    judged("Sometimes", body.formatted("x", "y", "smp_mb();"), "0:r1=0 /\\ 0:r2=1");
  }

  @Test
  void moreReadersThanGracePeriods_areNotOrdered() throws LitmusError {
    String reader =
        "rcu_read_lock(); int r1 = READ_ONCE(*%s); WRITE_ONCE(*%s, 1); rcu_read_unlock();\n--\n";
    String sync = "int r1 = READ_ONCE(*%s); synchronize_rcu(); WRITE_ONCE(*%s, 1);";
    judged("Never", reader.formatted("x", "y") + sync.formatted("y", "x"), "0:r1=1 /\\ 1:r1=1");
    judged(
        "Sometimes",
        reader.formatted("x", "y") + reader.formatted("y", "z") + sync.formatted("z", "x"),
        "0:r1=1 /\\ 1:r1=1 /\\ 2:r1=1");
    judged(
        "Never",
        reader.formatted("x", "y")
            + sync.formatted("y", "z")
            + "\n--\n"
            + reader.formatted("z", "w")
            + sync.formatted("w", "x"),
        "0:r1=1 /\\ 1:r1=1 /\\ 2:r1=1 /\\ 3:r1=1");
  }

  @Test
  void gracePeriodInsideItsOwnReader_isADeadlock() throws LitmusError {
    var test =
        Litmus.test("rcu_read_lock(); synchronize_rcu(); rcu_read_unlock();", "exists (x=0)");
    assertEquals("0 0", Litmus.counted(test));
    assertEquals("Never", Litmus.judged(test));
    judged(
        "Never",
        "int i = srcu_read_lock(ss); synchronize_srcu(ss); srcu_read_unlock(ss, i);",
        "x=0");
  }

  @Test
  void judging_warnsOfAllThatCountingWarnsOf() throws LitmusError {
    var test =
        Litmus.test(
            """
            int r0 = READ_ONCE(*y);
            if (r0)
              WRITE_ONCE(*x, 2);
            *x = 1;
            --
            *x = 3;
            WRITE_ONCE(*y, 1);
            """,
            "exists (x=1)");
    assertEquals("Sometimes data-race mixed-accesses", Litmus.judged(test));
    assertEquals(
        "Sometimes data-race mixed-accesses",
        Litmus.shown(new LitmusJudge(ModelVersion.NEWEST).count(test)));
  }

  @Test
  void srcu_countsWithinOneDomain() throws LitmusError {
    String body =
        """
        int i = srcu_read_lock(ss);
        int r1 = READ_ONCE(*x);
        int r2 = READ_ONCE(*y);
        srcu_read_unlock(ss, i);
        --
        WRITE_ONCE(*x, 1);
        synchronize_srcu(%s);
        WRITE_ONCE(*y, 1);
        """;
    judged("Never", body.formatted("ss"), "0:r1=0 /\\ 0:r2=1");
    judged("Sometimes", body.formatted("l"), "0:r1=0 /\\ 0:r2=1");
  }

  @Test
  void srcuCookie_tellsWhichSectionEnds() throws LitmusError {
    String body =
        """
        int i = srcu_read_lock(ss);
        int r1 = READ_ONCE(*x);
        int j = srcu_read_lock(ss);
        srcu_read_unlock(ss, i);
        int r2 = READ_ONCE(*y);
        srcu_read_unlock(ss, j);
        --
        WRITE_ONCE(*x, 1);
        synchronize_srcu(ss);
        WRITE_ONCE(*y, 1);
        """;
    var test = Litmus.test(body, "exists (0:r1=0 /\\ 0:r2=1)");
    assertEquals("Sometimes", Litmus.judged(test));
    assertEquals("Never srcu-bad-nesting", Litmus.judged(test, ModelVersion.V6_1));
  }

  @Test
  void spinLock_excludesAndOrders() throws LitmusError {
    String body =
        """
        spin_lock(l);
        WRITE_ONCE(*x, 1);
        WRITE_ONCE(*x, 0);
        spin_unlock(l);
        --
        spin_lock(l);
        int r1 = READ_ONCE(*x);
        spin_unlock(l);
        """;
    judged("Never", body, "1:r1=1");
    judged("Sometimes", body.replace("spin_lock(l);", "").replace("spin_unlock(l);", ""), "1:r1=1");
    judged("Sometimes", "spin_lock(l); spin_unlock(l);\n--\nint r1 = spin_trylock(l);", "1:r1=0");
    judged("Never", "spin_lock(l); int r1 = spin_trylock(l);", "0:r1=1");
    judged("Never", "spin_lock(l); int r1 = spin_is_locked(l); spin_unlock(l);", "0:r1=0");
  }

  @Test
  void unlockThenLockElsewhere_isNoFullBarrier() throws LitmusError {
    String body =
        """
        WRITE_ONCE(*x, 1);
        spin_lock(l); spin_unlock(l);
        spin_lock(l); %s
        int r1 = READ_ONCE(*y);
        spin_unlock(l);
        --
        WRITE_ONCE(*y, 1);
        smp_mb();
        int r2 = READ_ONCE(*x);
        """;
    judged("Sometimes", body.formatted(""), "0:r1=0 /\\ 1:r2=0");
    judged("Never", body.formatted("smp_mb__after_unlock_lock();"), "0:r1=0 /\\ 1:r2=0");
    judged("Never", body.formatted("smp_mb__after_spinlock();"), "0:r1=0 /\\ 1:r2=0");
  }

  @Test
  void plainAccesses_raceUnlessOrdered() throws LitmusError {
    String body =
        """
        *x = 1;
        %s
        --
        int r1 = %s;
        if (r1) {
          int r2 = *x;
        }
        """;
    judged("Never", body.formatted("smp_store_release(y, 1);", "smp_load_acquire(y)"), STALE);
    judged("Sometimes data-race", body.formatted("WRITE_ONCE(*y, 1);", "READ_ONCE(*y)"), STALE);
    judged("Sometimes data-race", "*x = 1;\n--\n*x = 2;", "x=1");
    judged(
        "Sometimes",
        "spin_lock(l); *x = 1; spin_unlock(l);\n--\nspin_lock(l); *x = 2;" + " spin_unlock(l);",
        "x=1");
  }

  @Test
  void misuse_isFlagged() throws LitmusError {
    judged("Always unmatched-rcu-lock", "rcu_read_lock();", "x=0");
    judged("Always unmatched-rcu-unlock", "rcu_read_unlock();", "x=0");
    judged("Always unmatched-unlock", "spin_unlock(l);", "x=0");
    judged(
        "Always invalid-sleep", "rcu_read_lock(); synchronize_srcu(ss); rcu_read_unlock();", "x=0");
    judged("Always unmatched-srcu-lock", "int i = srcu_read_lock(ss);", "x=0");
    judged("Always mixed-lock-accesses", "spin_lock(l); spin_unlock(l); WRITE_ONCE(*l, 0);", "x=0");
    assertEquals(
        "Always unbalanced-rcu-locking",
        Litmus.judged(Litmus.test("rcu_read_lock();", "exists (x=0)"), ModelVersion.V6_1));
  }

  @Test
  void forallAndNotExists_countAsExistsDoes() throws LitmusError {
    assertEquals("Always", Litmus.judged(Litmus.test("WRITE_ONCE(*x, 1);", "forall (x=1)")));
    assertEquals("Never", Litmus.judged(Litmus.test("WRITE_ONCE(*x, 1);", "~exists (x=0)")));
    assertEquals(
        "Never",
        Litmus.judged(
            Litmus.test(
                "int r1 = READ_ONCE(*x);\n--\nWRITE_ONCE(*x, 1);",
                "filter (0:r1=0) exists (0:r1=1)")));
  }

  @Test
  void loops_areFollowedAndSaidToBe() throws LitmusError {
    var test =
        Litmus.test(
            "int i; for (i = 0; i < 3; i++) atomic_inc(x);\n--\natomic_inc(x);", "exists (x=4)");
    assertEquals("Always", Litmus.judged(test));
    var spin = Litmus.test("while (READ_ONCE(*x) == 0) {}\n--\nWRITE_ONCE(*x, 1);", "exists (x=1)");
    assertEquals(true, new LitmusJudge(ModelVersion.NEWEST).judge(spin).cut());
  }

  @Test
  void whatFollowsNoAddress_isSaidNotDropped() throws LitmusError {
    // The reader may see the pointer before it is set; with the test of it, it never follows it.
    String writer = "WRITE_ONCE(*y, 1);\nsmp_store_release(x, y);\n--\n";
    String reader = "int *r1 = READ_ONCE(*x); int r2 = READ_ONCE(*r1);";
    String careful = "int *r1 = READ_ONCE(*x); if (r1) { int r2 = READ_ONCE(*r1); }";
    var wild = judge(Litmus.test(writer + reader, "exists (1:r2=0)")).wild();
    assertEquals(1, wild.thread());
    assertEquals(0, wild.value());
    assertNull(judge(Litmus.test(writer + careful, "exists (1:r2=0)")).wild());
  }

  @Test
  void aCrashThatTheModelForbids_isNone() throws LitmusError {
    // x points to y before z is set: who has seen z sees a pointer.
    var test =
        Litmus.test(
            "WRITE_ONCE(*x, y);\nsmp_store_release(z, 1);\n--\n"
                + "int r0 = smp_load_acquire(z);\nif (r0) { int *r1 = READ_ONCE(*x);"
                + " int r2 = READ_ONCE(*r1); }",
            "exists (1:r2=1)");
    assertNull(judge(test).wild());
  }

  private static Verdict judge(LitmusTest test) throws LitmusError {
    return new LitmusJudge(ModelVersion.NEWEST).judge(test);
  }
}
