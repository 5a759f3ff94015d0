package org.dmsim.litmus.event;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.dmsim.litmus.lang.LitmusError;
import org.dmsim.litmus.lang.LitmusTest;

/**
 * Runs the threads whole, one after the other: sequentially consistent, so that every model allows
 * it. It shows at once most of what can happen.
 */
public final class OneAfterTheOther implements Memory {
  private final List<Long> values;
  private final Set<Integer> held = new HashSet<>();

  private OneAfterTheOther(LitmusTest test) {
    values = new ArrayList<>(test.initial());
  }

  /**
   * An end of the test.
   *
   * @param ways of the threads, by thread
   * @param values of the shared variables
   */
  public record End(List<Way> ways, List<Long> values) {}

  /**
   * Runs the threads in an order.
   *
   * @return nothing if a thread would wait for ever or crash, or a loop was cut
   */
  public static Optional<End> run(LitmusTest test, List<Integer> order) throws LitmusError {
    OneAfterTheOther memory = new OneAfterTheOther(test);
    Way[] ways = new Way[order.size()];
    try {
      for (int thread : order) {
        ways[thread] = ThreadRun.run(test, thread, memory);
        if (ways[thread].cut() || ways[thread].wild() != null) {
          return Optional.empty();
        }
      }
    } catch (DeadWay e) {
      return Optional.empty();
    }
    return Optional.of(new End(List.of(ways), memory.values));
  }

  @Override
  public long read(int location) {
    return values.get(location);
  }

  @Override
  public void write(int location, long value) {
    values.set(location, value);
  }

  @Override
  public void lock(int location) throws DeadWay {
    if (!held.add(location)) {
      throw new DeadWay("locked already");
    }
  }

  @Override
  public boolean tryLock(int location) {
    return held.add(location);
  }

  @Override
  public boolean isLocked(int location) {
    return held.contains(location);
  }

  @Override
  public void unlock(int location) {
    held.remove(location);
  }
}
