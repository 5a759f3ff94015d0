package org.dmsim.scenarios.cli;

import java.util.function.Function;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.MemoryModel;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.scenarios.run.Overrides;
import org.dmsim.version.KernelVersion;
import picocli.CommandLine.Option;

/** The options that override a script's header, for every command that runs one. */
public final class MachineOptions {

  @Option(
      names = "--kernel",
      paramLabel = "VERSION",
      completionCandidates = CompletionCommand.Kernels.class,
      description = "Kernel to model, such as 6.6-rc1 or 6.1.192.")
  private String kernel;

  @Option(
      names = "--preempt",
      paramLabel = "MODEL",
      completionCandidates = CompletionCommand.Models.class,
      description = "full, voluntary, none or rt.")
  private String preempt;

  @Option(names = "--cpus", paramLabel = "N", description = "Number of CPUs, 1 to 64.")
  private Integer cpus;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Schedule at random, and this is the randomness.")
  private Long seed;

  @Option(
      names = "--max-steps",
      paramLabel = "N",
      description = "Scheduling points after which a run is given up as endless.")
  private Long maxSteps;

  @Option(
      names = "--memory",
      paramLabel = "MODEL",
      completionCandidates = CompletionCommand.Memory.class,
      description =
          "When a store is seen by other CPUs: sc, at once; tso or pso, later, through store"
              + " buffers ('dmsim help memory').")
  private String memory;

  @Option(names = "--threads", description = "Tasks as platform threads; the run is the same.")
  private boolean threads;

  /** Picocli makes it. */
  public MachineOptions() {}

  /**
   * What the user overrides.
   *
   * @throws UsageError where an option makes no sense
   */
  public Overrides overrides() {
    return new Overrides(
        parsed("--kernel", kernel, KernelVersion::parse),
        parsed("--preempt", preempt, PreemptionModel::parse),
        checkedCpus(),
        seed,
        threads ? Configuration.Coroutines.THREADS : Configuration.Coroutines.AUTOMATIC,
        checkedSteps(),
        parsed("--memory", memory, MemoryModel::parse));
  }

  /** As {@link #overrides}, of a command whose machine has consistent memory. */
  Overrides withoutMemory(String command) {
    if (memory != null) {
      throw new UsageError(
          "--memory: "
              + command
              + " has consistent memory; --memory is for run, explore, replay and test");
    }
    return overrides();
  }

  private static <T> T parsed(String option, String value, Function<String, T> parser) {
    try {
      return value == null ? null : parser.apply(value);
    } catch (IllegalArgumentException e) {
      throw new UsageError(option + ": " + e.getMessage());
    }
  }

  /** A machine with what the user overrides. */
  Configuration apply(Configuration c) {
    Overrides o = overrides();
    Configuration made = c.withCoroutines(o.coroutines());
    made = made.on(o.kernel(), o.preemption());
    made = o.memory() == null ? made : made.withMemory(o.memory());
    made = o.maxSteps() == 0 ? made : made.withMaxSteps(o.maxSteps());
    return o.cpus() == 0 ? made : made.withCpus(o.cpus());
  }

  private long checkedSteps() {
    if (maxSteps != null && maxSteps < 1) {
      throw new UsageError("--max-steps=" + maxSteps + " is out of range; write 1 or more");
    }
    return maxSteps == null ? 0 : maxSteps;
  }

  private int checkedCpus() {
    if (cpus != null && (cpus < 1 || cpus > 64)) {
      throw new UsageError("--cpus=" + cpus + " is out of range; write 1 to 64");
    }
    return cpus == null ? 0 : cpus;
  }
}
