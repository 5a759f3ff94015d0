package org.dmsim.scenarios.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import org.dmsim.explore.Bounds;
import org.dmsim.explore.ClassicPrograms;
import org.dmsim.explore.Explorer;
import org.dmsim.explore.Program;
import org.dmsim.explore.Watch;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.memory.SharedRef;
import org.dmsim.scenarios.catalogue.Programs;
import org.dmsim.scenarios.explore.Search;
import org.dmsim.version.KernelVersion;

/** How many schedules a second the explorer runs, beside Lincheck's model checker. */
final class ExploreBenchmark implements Benchmark {

  private static final int ROUNDS = 5;
  private static final int SEARCHES = 10_000;
  private static final long SCRIPT_SCHEDULES = 4_000;
  private static final int LONG_SEARCH = 19;
  private static final int JOBS = 2;

  @Override
  public String name() {
    return "explore";
  }

  @Override
  public String shows() {
    return "schedules a second of the explorer, beside Lincheck's model checker";
  }

  @Override
  public Table measure() {
    List<List<String>> rows = new ArrayList<>();
    double[] lincheck = lincheck();
    if (lincheck != null) {
      rows.add(row("Lincheck 3.7: 2 reads, 2 swaps", lincheck[0], lincheck[1], lincheck[1]));
    }
    double base = lincheck == null ? 0 : lincheck[1];
    Speed same = Machine.withCarrier(x -> sameProgram());
    rows.add(row("dmsim: 2 reads, 2 swaps", same.schedules, same.rate, base));
    for (int jobs = 1; jobs <= JOBS; jobs++) {
      Speed lastzero = best(ClassicPrograms.LASTZERO.ofSize(15), 16, jobs);
      rows.add(row("dmsim: lastzero:15" + on(jobs), lastzero.schedules, lastzero.rate, base));
    }
    for (int jobs = 1; jobs <= JOBS; jobs++) {
      Speed script = script(jobs);
      rows.add(row("dmsim: nowait-swap" + on(jobs), script.schedules, script.rate, base));
    }
    List<String> notes = new ArrayList<>();
    notes.add(
        "Rates: the best of "
            + ROUNDS
            + " rounds, on one CPU if not said otherwise. Schedules: those of one search.");
    if (lincheck == null) {
      notes.add("Lincheck could not be started: it is not beside this jar.");
    } else {
      notes.add("Lincheck's are the invocations of its model checker, in a JVM of its own.");
    }
    notes.addAll(memory());
    return new Table(List.of("", "schedules", "schedules/s", "times Lincheck"), rows, notes);
  }

  /** What was measured: schedules of one search, and how many a second. */
  private record Speed(double schedules, double rate) {}

  private static List<String> row(String label, double schedules, double rate, double base) {
    return List.of(
        label,
        String.format(Locale.ROOT, "%,.0f", schedules),
        String.format(Locale.ROOT, "%,.0f", rate),
        base == 0 ? "" : String.format(Locale.ROOT, "%.1f", rate / base));
  }

  // ---- the explorer ----------------------------------------------------------------------------

  private static void twoReadsTwoSwaps(Machine m) {
    List<SharedRef<Integer>> ref = new ArrayList<>(1);
    m.boot(() -> ref.add(new SharedRef<>("ref", 0)));
    m.spawnKthread(
        "reader",
        () -> {
          ref.getFirst().readOnce();
          ref.getFirst().readOnce();
        });
    m.spawnKthread(
        "swapper",
        () -> {
          ref.getFirst().exchange(1);
          ref.getFirst().exchange(2);
        });
  }

  private static Speed sameProgram() {
    double best = 0;
    long schedules = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long made = 0;
      long start = System.nanoTime();
      for (int i = 0; i < SEARCHES; i++) {
        schedules = explorer(ExploreBenchmark::twoReadsTwoSwaps, 2).explore().explored();
        made += schedules;
      }
      best = Math.max(best, made / ((System.nanoTime() - start) / 1e9));
    }
    return new Speed(schedules, best);
  }

  private static Explorer explorer(Program program, int cpus) {
    return new Explorer(program, Configuration.standard().withCpus(cpus), Bounds.EXHAUSTIVE);
  }

  private static String on(int jobs) {
    return jobs == 1 ? "" : ", " + jobs + " CPUs";
  }

  private static Speed best(Program program, int cpus, int jobs) {
    double best = 0;
    long schedules = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      schedules = explorer(program, cpus).withJobs(jobs).explore().explored();
      best = Math.max(best, schedules / ((System.nanoTime() - start) / 1e9));
    }
    return new Speed(schedules, best);
  }

  private static Speed script(int jobs) {
    try {
      Programs.Named p = Programs.find("nowait-swap").orElseThrow();
      Configuration c = p.withEnoughCpus(p.configuration().withKernel(KernelVersion.parse("6.6")));
      Bounds bounds = Bounds.EXHAUSTIVE.withMaxSchedules(SCRIPT_SCHEDULES);
      double best = 0;
      long schedules = 0;
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        Explorer e = Search.of(p, c, bounds).explorer(p, c.coroutines()).withJobs(jobs);
        schedules = e.explore().explored();
        best = Math.max(best, schedules / ((System.nanoTime() - start) / 1e9));
      }
      return new Speed(schedules, best);
    } catch (IOException e) {
      throw new IllegalStateException("a built-in script cannot be read", e);
    }
  }

  // ---- memory ----------------------------------------------------------------------------------

  /** The heap after a collection, now and then in a long search. */
  private static List<String> memory() {
    Program program = ClassicPrograms.LASTZERO.ofSize(LONG_SEARCH);
    long all = ClassicPrograms.LASTZERO.schedules(LONG_SEARCH);
    List<String> heaps = new ArrayList<>();
    explorer(program, LONG_SEARCH + 1)
        .explore(
            new Watch() {
              @Override
              public void at(long explored, DoubleSupplier planned, int depth) {
                if (explored >= all * (heaps.size() + 1) / 10 - 16 && heaps.size() < 9) {
                  heaps.add(String.format(Locale.ROOT, "%.1f", used() / 1048576.0));
                }
              }
            });
    return List.of(
        String.format(
            Locale.ROOT,
            "Memory over lastzero:%d, %,d schedules: heap in use after",
            LONG_SEARCH,
            all),
        "a collection, in MiB, after each tenth of them: " + String.join(" ", heaps));
  }

  private static long used() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  // ---- Lincheck --------------------------------------------------------------------------------

  /** Invocations for one program, and the most a second; null where Lincheck does not run. */
  private static double[] lincheck() {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:+EnableDynamicAgentLoading",
            "--sun-misc-unsafe-memory-access=allow",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
            "--add-exports=java.base/jdk.internal.util=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            LincheckSpeed.class.getName());
    try {
      Process p =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (p.waitFor() != 0) {
        return null;
      }
      double[] best = new double[2];
      for (String line : out.lines().toList()) {
        String[] words = line.split(" ");
        long invocations = Long.parseLong(words[0]);
        best[0] = (double) invocations / LincheckSpeed.PROGRAMS_A_ROUND;
        best[1] = Math.max(best[1], invocations / (Long.parseLong(words[1]) / 1e9));
      }
      return best[1] == 0 ? null : best;
    } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    }
  }
}
