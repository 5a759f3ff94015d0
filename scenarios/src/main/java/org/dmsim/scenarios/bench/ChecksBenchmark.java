package org.dmsim.scenarios.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.dmsim.context.MightSleep;
import org.dmsim.locking.Mutex;
import org.dmsim.locking.SpinLock;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Strategy;
import org.dmsim.memory.SharedInt;
import org.dmsim.rcu.Rcu;
import org.dmsim.strategy.Recorder;
import org.dmsim.strategy.RoundRobin;
import org.dmsim.version.SourcePlace;

/** What a scheduling point and a check cost, with the kernel's debug checks and without. */
final class ChecksBenchmark implements Benchmark {

  private static final int CALLS = 200_000;
  private static final int ROUNDS = 9;
  private static final SourcePlace PLACE = SourcePlace.of("bench");

  /** What the measured calls use. */
  private static final class Objects {
    final SharedInt cell = new SharedInt("cell", 0);
    final SpinLock spin = new SpinLock("spin");
    final Mutex mutex = new Mutex("mutex");
  }

  @Override
  public String name() {
    return "checks";
  }

  @Override
  public String shows() {
    return "what a scheduling point and a check cost, with all checks on and with none";
  }

  @Override
  public Table measure() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(row("scheduling point: READ_ONCE", o -> o.cell.readOnce()));
    rows.add(
        row(
            "the same, each choice asked for and noted",
            o -> o.cell.readOnce(),
            () -> new Recorder(new RoundRobin())));
    rows.add(row("might_sleep()", o -> MightSleep.check(PLACE)));
    rows.add(
        row(
            "spin_lock, spin_unlock",
            o -> {
              o.spin.lock();
              o.spin.unlock();
            }));
    rows.add(
        row(
            "mutex_lock, mutex_unlock",
            o -> {
              o.mutex.lock();
              o.mutex.unlock();
            }));
    rows.add(
        row(
            "rcu_read_lock, rcu_read_unlock",
            o -> {
              Rcu.readLock();
              Rcu.readUnlock();
            }));
    return new Table(
        List.of("", "checks on", "checks off"),
        rows,
        List.of(
            "One task that is never switched away from; no positions are recorded. Tasks take turns"
                + " by default, which a machine does not ask at each point; a search, and a run"
                + " that can be replayed, have every choice asked for.",
            "Median of " + ROUNDS + " rounds of " + CALLS + " calls."));
  }

  private static List<String> row(String what, Consumer<Objects> call) {
    return row(what, call, RoundRobin::new);
  }

  private static List<String> row(
      String what, Consumer<Objects> call, Supplier<Strategy> strategy) {
    return List.of(what, time(call, strategy, true), time(call, strategy, false));
  }

  private static String time(Consumer<Objects> call, Supplier<Strategy> strategy, boolean checks) {
    double[] times = new double[ROUNDS];
    for (int round = -ROUNDS; round < ROUNDS; round++) {
      double time = round(call, strategy.get(), checks);
      if (round >= 0) {
        times[round] = time;
      }
    }
    Arrays.sort(times);
    return String.format(Locale.ROOT, "%.1f ns", times[ROUNDS / 2]);
  }

  private static double round(Consumer<Objects> call, Strategy strategy, boolean checks) {
    Machine machine =
        new Machine(Configuration.standard().withPositions(false).withChecks(checks), strategy);
    Objects[] objects = new Objects[1];
    long[] nanoseconds = new long[1];
    machine.boot(() -> objects[0] = new Objects());
    machine.spawnKthread(
        "bench",
        () -> {
          long start = System.nanoTime();
          for (int i = 0; i < CALLS; i++) {
            call.accept(objects[0]);
          }
          nanoseconds[0] = System.nanoTime() - start;
        });
    machine.run();
    return (double) nanoseconds[0] / CALLS;
  }
}
