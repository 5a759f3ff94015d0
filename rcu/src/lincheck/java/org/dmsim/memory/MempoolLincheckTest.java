package org.dmsim.memory;

import org.dmsim.OnThreads;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pool on real threads where memory has run out, so that all depends on its reserve. */
class MempoolLincheckTest {

  private static Mempool<int[]> pool(int reserve) {
    int[] made = {0};
    return new Mempool<>(
        "pool", null, reserve, () -> made[0]++ < reserve ? new int[1] : null, element -> {});
  }

  /** Who has the one element counts in it; it is waited for. */
  public static class Waiting {
    private final Mempool<int[]> pool = pool(1);

    /** The count before. */
    @Operation
    public int count() {
      int[] element = pool.alloc(Gfp.NOIO);
      int seen = element[0]++;
      pool.free(element);
      return seen;
    }

    /** The count before. */
    @Operation
    public int countTwice() {
      int[] element = pool.alloc(Gfp.KERNEL);
      int seen = element[0];
      element[0] = seen + 2;
      pool.free(element);
      return seen;
    }
  }

  /** Two elements, taken without waiting. */
  public static class NotWaiting {
    private final Mempool<int[]> pool = pool(2);

    /** Whether there was one. */
    @Operation
    public boolean take() {
      return pool.alloc(Gfp.NOWAIT) != null;
    }

    /** Gives one back. */
    @Operation
    public void give() {
      pool.free(new int[1]);
    }

    /** How many are in reserve. */
    @Operation
    public int available() {
      return pool.available();
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {Waiting.class, NotWaiting.class})
  void isLinearizable(Class<?> structure) {
    OnThreads.check(structure, structure);
  }

  @Test
  void theReserve_isNotOverfilled() {
    OnThreads.checkScenario(NotWaiting.class, "take : give | give : available");
    OnThreads.checkScenario(NotWaiting.class, "take : take | take : available");
  }

  @Tag("deep")
  @ParameterizedTest
  @ValueSource(classes = {Waiting.class, NotWaiting.class})
  void isLinearizable_forLong(Class<?> structure) {
    OnThreads.checkForLong(structure, structure);
  }
}
