package org.dmsim.machine;

import java.util.Map;
import org.dmsim.coroutine.CoroutineFactory;
import org.dmsim.version.KernelPolicies;
import org.dmsim.version.KernelVersion;
import org.dmsim.version.Policy;

/**
 * What a machine is made from. Equal configurations and equal choices give equal runs, byte for
 * byte.
 *
 * @param kernel whose behaviour is modelled
 * @param otherwise policies in which it behaves otherwise than that kernel
 * @param preemption how kernel code is preempted
 * @param cpus number of CPUs, 1 to 64
 * @param coroutines how tasks are run; the run does not depend on it
 * @param clock when virtual time passes
 * @param positions whether stacks are recorded at locks, allocations and sleeps, so that reports
 *     can name them; costs microseconds each, so searches and benchmarks record none and a finding
 *     is run again with positions
 * @param checks whether the kernel's debug checks are on, as with CONFIG_PROVE_LOCKING and
 *     CONFIG_DEBUG_ATOMIC_SLEEP
 * @param works which CPU a work runs on
 * @param memory when a store of one CPU is seen by the others
 * @param maxSteps scheduling points after which a run is given up as endless
 */
public record Configuration(
    KernelVersion kernel,
    Map<Policy, Boolean> otherwise,
    PreemptionModel preemption,
    int cpus,
    Coroutines coroutines,
    ClockMode clock,
    boolean positions,
    boolean checks,
    Works works,
    MemoryModel memory,
    long maxSteps) {

  /** Two implementations of tasks. */
  public enum Coroutines {
    /** Continuations where the JVM exports them, else threads. */
    AUTOMATIC,
    /** Continuations of the JDK. */
    CONTINUATIONS,
    /** Platform threads. */
    THREADS
  }

  /** Which CPU runs a work that was queued without naming one. */
  public enum Works {
    /** The CPU that queued it. */
    LOCAL,
    /**
     * The last one. {@code queue_work} does not promise the local CPU: with {@code
     * workqueue.debug_force_rr_cpu} (f303fccb8292, 4.6) the kernel avoids it on purpose. Where
     * every task has a CPU of its own this leaves none to share, so that tasks and works can be in
     * any order.
     */
    FOREIGN
  }

  /** When virtual time passes. */
  public enum ClockMode {
    /** Only when no task can run: steps take no time. */
    WHEN_IDLE,
    /**
     * Whenever the strategy says so: a step may take any time, so a timer may fire at any point.
     */
    ANY_TIME
  }

  /** Refuses what no machine can be made from. */
  public Configuration {
    otherwise = Map.copyOf(otherwise);
    if (cpus < 1 || cpus > 64) {
      throw new IllegalArgumentException("cpus=" + cpus + " is out of range; write 1 to 64");
    }
    preemption.checkIn(kernel);
    if (coroutines == Coroutines.CONTINUATIONS && !CoroutineFactory.continuationsAvailable()) {
      throw new IllegalArgumentException(
          "this JVM does not export continuations; start it with"
              + " --add-exports java.base/jdk.internal.vm=ALL-UNNAMED");
    }
  }

  /** The newest kernel, full preemption, two CPUs, positions recorded. */
  public static Configuration standard() {
    return new Configuration(
        KernelVersion.newest(),
        Map.of(),
        PreemptionModel.FULL,
        2,
        Coroutines.AUTOMATIC,
        ClockMode.WHEN_IDLE,
        true,
        true,
        Works.LOCAL,
        MemoryModel.SC,
        50_000_000L);
  }

  /** As this, on another kernel that is preempted in another way; null leaves one as it is. */
  public Configuration on(KernelVersion k, PreemptionModel p) {
    return new Configuration(
        k == null ? kernel : k,
        otherwise,
        p == null ? preemption : p,
        cpus,
        coroutines,
        clock,
        positions,
        checks,
        works,
        memory,
        maxSteps);
  }

  /** As this, on another kernel. */
  public Configuration withKernel(KernelVersion k) {
    return new Configuration(
        k,
        otherwise,
        preemption,
        cpus,
        coroutines,
        clock,
        positions,
        checks,
        works,
        memory,
        maxSteps);
  }

  /** As this, with policies in which it behaves otherwise than its kernel. */
  public Configuration withOtherwise(Map<Policy, Boolean> o) {
    return new Configuration(
        kernel, o, preemption, cpus, coroutines, clock, positions, checks, works, memory, maxSteps);
  }

  /** What the machine's kernel does. */
  public KernelPolicies policies() {
    return new KernelPolicies(kernel, otherwise);
  }

  /** As this, with another preemption model. */
  public Configuration withPreemption(PreemptionModel p) {
    return new Configuration(
        kernel, otherwise, p, cpus, coroutines, clock, positions, checks, works, memory, maxSteps);
  }

  /** As this, with another number of CPUs. */
  public Configuration withCpus(int n) {
    return new Configuration(
        kernel,
        otherwise,
        preemption,
        n,
        coroutines,
        clock,
        positions,
        checks,
        works,
        memory,
        maxSteps);
  }

  /** As this, with another implementation of tasks. */
  public Configuration withCoroutines(Coroutines c) {
    return new Configuration(
        kernel, otherwise, preemption, cpus, c, clock, positions, checks, works, memory, maxSteps);
  }

  /** As this, with another clock. */
  public Configuration withClock(ClockMode c) {
    return new Configuration(
        kernel,
        otherwise,
        preemption,
        cpus,
        coroutines,
        c,
        positions,
        checks,
        works,
        memory,
        maxSteps);
  }

  /** As this, with or without positions. */
  public Configuration withPositions(boolean p) {
    return new Configuration(
        kernel, otherwise, preemption, cpus, coroutines, clock, p, checks, works, memory, maxSteps);
  }

  /** As this, with or without the kernel's debug checks. */
  public Configuration withChecks(boolean c) {
    return new Configuration(
        kernel,
        otherwise,
        preemption,
        cpus,
        coroutines,
        clock,
        positions,
        c,
        works,
        memory,
        maxSteps);
  }

  /** As this, with works on another CPU. */
  public Configuration withWorks(Works w) {
    return new Configuration(
        kernel,
        otherwise,
        preemption,
        cpus,
        coroutines,
        clock,
        positions,
        checks,
        w,
        memory,
        maxSteps);
  }

  /** As this, with another memory model. */
  public Configuration withMemory(MemoryModel m) {
    return new Configuration(
        kernel,
        otherwise,
        preemption,
        cpus,
        coroutines,
        clock,
        positions,
        checks,
        works,
        m,
        maxSteps);
  }

  /** As this, with another bound on a run's length. */
  public Configuration withMaxSteps(long n) {
    return new Configuration(
        kernel,
        otherwise,
        preemption,
        cpus,
        coroutines,
        clock,
        positions,
        checks,
        works,
        memory,
        n);
  }
}
