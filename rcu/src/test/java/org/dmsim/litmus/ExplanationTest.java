package org.dmsim.litmus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.dmsim.litmus.lang.LitmusError;
import org.dmsim.litmus.lang.LitmusTest;
import org.dmsim.litmus.lkmm.ModelVersion;
import org.dmsim.litmus.lkmm.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExplanationTest {

  private static String explained(LitmusTest test) throws LitmusError {
    return String.join("\n", Explanation.of(test, ModelVersion.NEWEST).lines());
  }

  @Test
  void forbiddenEnd_isACircle() throws LitmusError {
    LitmusTest test =
        Litmus.test(
            """
            WRITE_ONCE(*x, 1);
            smp_store_release(y, 1);
            --
            int r1 = READ_ONCE(*y);
            smp_rmb();
            int r2 = READ_ONCE(*x);
            """,
            "exists (1:r1=1 /\\ 1:r2=0)");
    assertEquals(
        """
        It would need a circle, in which each comes before the next:
          P1:10 reads y=1  before  P1:12 reads x=0  smp_rmb at line 11
          P1:12 reads x=0  before  P0:5 writes x=1  which it does not see
          P0:5 writes x=1  before  P0:6 writes y=1  release
          P0:6 writes y=1  before  P1:10 reads y=1  which reads it\
        """,
        explained(test));
  }

  @Test
  void gracePeriod_isToldWithTheSectionThatItWaitsFor() throws LitmusError {
    LitmusTest test =
        Litmus.test(
            """
            rcu_read_lock();
            int r1 = READ_ONCE(*y);
            int r2 = READ_ONCE(*x);
            rcu_read_unlock();
            --
            WRITE_ONCE(*x, 1);
            synchronize_rcu();
            WRITE_ONCE(*y, 1);
            """,
            "exists (0:r1=1 /\\ 0:r2=0)");
    assertEquals(
        """
        It would need a circle, in which each comes before the next:
          P0:6 reads y=1         before  P0:8 rcu_read_unlock   in program order
          P0:8 rcu_read_unlock   before  P0:5 rcu_read_lock     a section that a grace period has to wait for as a whole
          P0:5 rcu_read_lock     before  P0:7 reads x=0         in program order
          P0:7 reads x=0         before  P1:12 writes x=1       which it does not see
          P1:12 writes x=1       before  P1:13 synchronize_rcu  in program order
          P1:13 synchronize_rcu  before  P1:14 writes y=1       in program order
          P1:14 writes y=1       before  P0:6 reads y=1         which reads it\
        """,
        explained(test));
  }

  @Test
  void reachedEnd_isAnExecution() throws LitmusError {
    LitmusTest test =
        Litmus.test(
            "WRITE_ONCE(*x, 1);\nint r1 = READ_ONCE(*y);\n--\nWRITE_ONCE(*y, 1);\n"
                + "int r1 = READ_ONCE(*x);",
            "exists (0:r1=0 /\\ 1:r1=1)");
    assertEquals(
        """
        This execution reaches it:
          P0                               |  P1
          5: writes x=1                    |  10: writes y=1
          6: reads y=0  (as at the start)  |  11: reads x=1  (from P0:5)\
        """,
        explained(test));
  }

  @Test
  void unreachableValue_isSaidToBe() throws LitmusError {
    assertEquals(
        "No candidate reaches it: a value that would have to be read, or left, is written by"
            + " nobody, or was overwritten by the reader itself.",
        explained(Litmus.test("int r1 = READ_ONCE(*x);", "exists (0:r1=7)")));
  }

  /** Whatever forbids an end, the steps lead from each event to the next, and back to the first. */
  @ParameterizedTest
  @CsvSource({
    "smp_mb();, smp_mb();",
    "synchronize_rcu();, smp_mb();",
    "synchronize_rcu();, synchronize_rcu();",
    "smp_mb();, atomic_inc(z); smp_mb__after_atomic();"
  })
  void circle_isClosed(String first, String second) throws LitmusError {
    LitmusTest test =
        Litmus.test(
            "WRITE_ONCE(*x, 1); %s int r1 = READ_ONCE(*y);\n--\nWRITE_ONCE(*y, 1); %s"
                    .formatted(first, second)
                + " int r2 = READ_ONCE(*x);",
            "exists (0:r1=0 /\\ 1:r2=0)");
    List<Step> steps = Explanation.of(test, ModelVersion.NEWEST).steps();
    assertEquals(4, steps.size());
    for (int i = 0; i < steps.size(); i++) {
      assertEquals(steps.get(i).to(), steps.get((i + 1) % steps.size()).from());
    }
  }
}
