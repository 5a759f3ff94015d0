package org.dmsim.scenarios.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dmsim.explore.Bounds;
import org.dmsim.explore.Explorer;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.MemoryModel;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.scenarios.catalogue.Programs;
import org.dmsim.version.KernelVersion;

/**
 * All that a search is a function of: which program, on which machine, how far.
 *
 * @param name as {@link Programs#find} knows it, with {@code :fixed} behind it for a fixed twin
 * @param kernel whose behaviour is modelled
 * @param preemption how it preempts itself
 * @param cpus how many there are
 * @param memory when a store of one is seen by the others
 * @param bounds what is tried
 * @param maxSteps scheduling points after which a run is given up; 0 for the program's own bound
 */
public record Search(
    String name,
    KernelVersion kernel,
    PreemptionModel preemption,
    int cpus,
    MemoryModel memory,
    Bounds bounds,
    long maxSteps) {

  /** The search of a program with bounds, on a machine. */
  public static Search of(Programs.Named program, Configuration c, Bounds bounds) {
    long own = program.configuration().maxSteps();
    long maxSteps = c.maxSteps() == own ? 0 : c.maxSteps();
    return new Search(
        program.name(), c.kernel(), c.preemption(), c.cpus(), c.memory(), bounds, maxSteps);
  }

  /** The search itself; {@code program} is the one of that name. */
  public Explorer explorer(Programs.Named program, Configuration.Coroutines coroutines) {
    return new Explorer(program.program(), configuration(program, coroutines), bounds)
        .lookingFor(program.symptom());
  }

  /** The machine that it is made on. */
  public Configuration configuration(Programs.Named program, Configuration.Coroutines coroutines) {
    Configuration own = program.configuration();
    return own.withMaxSteps(maxSteps == 0 ? own.maxSteps() : maxSteps)
        .on(kernel, preemption)
        .withCpus(cpus)
        .withMemory(memory)
        .withCoroutines(coroutines);
  }

  /** The machine, in words. */
  public String machine() {
    String words =
        Programs.kernelWords(name, kernel) + ", preempt " + preemption + ", " + cpus + " CPUs";
    return memory.isWeak() ? words + ", memory " + memory : words;
  }

  /** How the command line calls the kind of search. */
  public String strategy() {
    return bounds.selection().name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads the name of a kind of search.
   *
   * @throws IllegalArgumentException with one line that says what would be right
   */
  public static Bounds.Selection kind(String strategy) {
    return switch (strategy) {
      case "exhaustive" -> Bounds.Selection.EXHAUSTIVE;
      case "random" -> Bounds.Selection.RANDOM;
      case "pct" -> Bounds.Selection.PCT;
      default ->
          throw new IllegalArgumentException(
              "'" + strategy + "' is no strategy; write exhaustive, random or pct");
    };
  }

  /** Machine and bounds, comma-separated, in the form that {@link #parse} reads. */
  String settings() {
    List<String> words = new ArrayList<>();
    words.add("kernel=" + kernel);
    words.add("preempt=" + preemption);
    words.add("cpus=" + cpus);
    if (memory.isWeak()) {
      words.add("memory=" + memory);
    }
    words.add(strategy());
    if (bounds.preemptions() != Bounds.UNBOUNDED) {
      words.add("preemptions=" + bounds.preemptions());
    }
    if (bounds.selection() != Bounds.Selection.EXHAUSTIVE) {
      words.add("seed=" + bounds.seed());
    }
    if (maxSteps != 0) {
      words.add("max-steps=" + maxSteps);
    }
    return String.join(",", words);
  }

  /**
   * Reads {@link #settings}.
   *
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  static Search parse(String name, String settings) {
    KernelVersion kernel = null;
    PreemptionModel preemption = null;
    int cpus = 0;
    long maxSteps = 0;
    MemoryModel memory = MemoryModel.SC;
    Bounds bounds = Bounds.EXHAUSTIVE;
    for (String word : settings.split(",", -1)) {
      int eq = word.indexOf('=');
      String value = word.substring(eq + 1);
      switch (word.substring(0, Math.max(0, eq))) {
        case "kernel" -> kernel = KernelVersion.parse(value);
        case "preempt" -> preemption = PreemptionModel.parse(value);
        case "cpus" -> cpus = Integer.parseInt(value);
        case "memory" -> memory = MemoryModel.parse(value);
        case "preemptions" -> bounds = bounds.withPreemptions(Integer.parseInt(value));
        case "max-steps" -> maxSteps = Long.parseLong(value);
        case "seed" -> bounds = bounds.withSeed(Long.parseLong(value));
        case "" -> bounds = bounds.withSelection(kind(word));
        default -> throw new IllegalArgumentException("nobody knows '" + word + "'");
      }
    }
    if (kernel == null || preemption == null || cpus < 1) {
      throw new IllegalArgumentException("kernel, preempt or cpus is missing");
    }
    return new Search(name, kernel, preemption, cpus, memory, bounds, maxSteps);
  }
}
