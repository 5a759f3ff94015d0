package org.dmsim.scenarios.bench;

import java.util.List;
import java.util.Optional;

/** All benchmarks. */
public final class Benchmarks {

  private static final List<Benchmark> ALL =
      List.of(
          new BioBenchmark(),
          new ChecksBenchmark(),
          new DoorBenchmark(),
          new ExploreBenchmark(),
          new FutexBenchmark(),
          new RcuBenchmark());

  private Benchmarks() {}

  /** Every benchmark. */
  public static List<Benchmark> all() {
    return ALL;
  }

  /** The benchmark with a name. */
  public static Optional<Benchmark> find(String name) {
    return ALL.stream().filter(b -> b.name().equals(name)).findFirst();
  }
}
