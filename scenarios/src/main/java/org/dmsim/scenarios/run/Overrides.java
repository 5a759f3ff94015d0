package org.dmsim.scenarios.run;

import org.dmsim.machine.Configuration;
import org.dmsim.machine.MemoryModel;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.scenarios.script.Header;
import org.dmsim.version.KernelVersion;

/**
 * What the user wants otherwise than the script's header says.
 *
 * @param kernel null to leave it
 * @param preemption null to leave it
 * @param cpus 0 to leave it
 * @param seed null to leave it
 * @param coroutines how tasks are run
 * @param maxSteps scheduling points after which a run is given up; 0 to leave it
 * @param memory null to leave it
 */
public record Overrides(
    KernelVersion kernel,
    PreemptionModel preemption,
    int cpus,
    Long seed,
    Configuration.Coroutines coroutines,
    long maxSteps,
    MemoryModel memory) {

  /** Leaves everything as the script says. */
  public static final Overrides NONE =
      new Overrides(null, null, 0, null, Configuration.Coroutines.AUTOMATIC, 0, null);

  /** With no bound on steps of its own. */
  public Overrides(
      KernelVersion kernel,
      PreemptionModel preemption,
      int cpus,
      Long seed,
      Configuration.Coroutines coroutines) {
    this(kernel, preemption, cpus, seed, coroutines, 0, null);
  }

  /** With memory as the script has it. */
  public Overrides(
      KernelVersion kernel,
      PreemptionModel preemption,
      int cpus,
      Long seed,
      Configuration.Coroutines coroutines,
      long maxSteps) {
    this(kernel, preemption, cpus, seed, coroutines, maxSteps, null);
  }

  /** As this, on another kernel. */
  public Overrides withKernel(KernelVersion k) {
    return new Overrides(k, preemption, cpus, seed, coroutines, maxSteps, memory);
  }

  /** As this, with another preemption model. */
  public Overrides withPreemption(PreemptionModel p) {
    return new Overrides(kernel, p, cpus, seed, coroutines, maxSteps, memory);
  }

  /** As this, with another implementation of tasks. */
  public Overrides withCoroutines(Configuration.Coroutines c) {
    return new Overrides(kernel, preemption, cpus, seed, c, maxSteps, memory);
  }

  /** The machine that {@code header} and these make together. */
  public Configuration apply(Header header) {
    Configuration c = header.configuration().withCoroutines(coroutines);
    c = c.on(kernel, preemption);
    c = memory == null ? c : c.withMemory(memory);
    return cpus == 0 ? c : c.withCpus(cpus);
  }

  /** The options that say the same on a command line, each with a blank in front. */
  public String asOptions() {
    StringBuilder s = new StringBuilder();
    if (kernel != null) {
      s.append(" --kernel ").append(kernel);
    }
    if (preemption != null) {
      s.append(" --preempt ").append(preemption);
    }
    if (cpus != 0) {
      s.append(" --cpus ").append(cpus);
    }
    if (memory != null) {
      s.append(" --memory ").append(memory);
    }
    if (maxSteps != 0) {
      s.append(" --max-steps ").append(maxSteps);
    }
    return s.toString();
  }
}
