package org.dmsim.scenarios.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.dmsim.futex.FutexTable;
import org.dmsim.futex.FutexTask;
import org.dmsim.futex.FutexWord;
import org.dmsim.futex.Pages;
import org.dmsim.futex.UserMemory;
import org.dmsim.futex.registered.AreaSearch;
import org.dmsim.futex.registered.RobustRegion;

/**
 * The table of robust-futexes.rst: what the end of a thread costs, by what it holds; and what the
 * design that was not taken would cost, by the number of memory areas.
 *
 * <p>The modelled kernel code runs on a real thread, without a machine, on memory that is laid out
 * as glibc lays it out.
 */
final class FutexBenchmark implements Benchmark {

  private static final int LOCKS = 1_000_000;
  private static final int MUTEX_SIZE = 40;
  private static final int ENTRY = 32;
  private static final int TID = 4711;
  private static final int ROUNDS = 15;
  private static final int EXITS = 1 << 12;
  private static final long MUTEXES = 0x10_0000_0000L;
  private static final long HEADS = 0x20_0000_0000L;
  private static final int[] AREAS = {10, 100, 1_000, 10_000, 100_000};

  /** What was measured goes somewhere, so that it cannot be left out. */
  private long sink;

  @Override
  public String name() {
    return "futex";
  }

  @Override
  public String shows() {
    return "what the end of a thread costs, with a million held locks, with none, and in the design"
        + " that was not taken";
  }

  @Override
  public Table measure() {
    List<List<String>> rows = new ArrayList<>();
    FutexTable table = FutexTable.forCpus(Runtime.getRuntime().availableProcessors());
    Pages mutexes = new Pages("mutexes", roundUp(LOCKS * MUTEX_SIZE));
    UserMemory memory = new UserMemory("process");
    memory.map(MUTEXES, mutexes);
    memory.map(HEADS, new Pages("descriptors", UserMemory.PAGE_SIZE));

    double free = millions(table, memory, mutexes, 0);
    double contended = millions(table, memory, mutexes, FutexWord.WAITERS);
    double wakes = wakes(table, memory);
    rows.add(row("exit, 1,000,000 locks held, uncontended", "30 ms", ms(free), 30 / free));
    rows.add(
        row("exit, 1,000,000 locks held, contended", "130 ms", ms(contended), 130 / contended));
    rows.add(row("1,000,000 calls of FUTEX_WAKE instead", "256 ms", ms(wakes), 256 / wakes));

    double none = exits(table, memory, false);
    double empty = exits(table, memory, true);
    rows.add(List.of("exit, no list registered", "a null check", ns(none), ""));
    rows.add(List.of("exit, empty list", "", ns(empty), ""));
    for (int areas : AREAS) {
      double search = search(table, memory, areas);
      String seed = areas == 1_000 || areas == 10_000 ? "1 ms or more" : "";
      rows.add(
          List.of(
              String.format(Locale.ROOT, "exit, other design, %,d areas", areas),
              seed,
              ns(search),
              ""));
    }
    List<String> notes =
        List.of(
            "The seed's kernel is that of robust-futexes.rst, 2006, on a 2 GHz CPU; here the"
                + " model's own code does the same work on a real thread.",
            "Contended: FUTEX_WAITERS is set and each lock's wait queue is asked; nobody sleeps.",
            "FUTEX_WAKE is called as a method: what entering a kernel costs is not in the number.",
            "Median of " + ROUNDS + " rounds.");
    return new Table(List.of("", "seed's kernel", "here", "times faster"), rows, notes);
  }

  /** Milliseconds for a thread's end with a million locks on its list. */
  private double millions(FutexTable table, UserMemory memory, Pages mutexes, int bits) {
    double[] times = new double[ROUNDS];
    for (int round = -ROUNDS; round < ROUNDS; round++) {
      FutexTask t = FutexTask.ofThread(table, memory, TID, Integer.MAX_VALUE);
      list(memory, mutexes, bits);
      t.setRobustList(HEADS, 24);
      long start = System.nanoTime();
      t.exit();
      double time = (System.nanoTime() - start) / 1e6;
      if (round >= 0) {
        times[round] = time;
      }
      check(mutexes, bits | FutexWord.OWNER_DIED);
    }
    return median(times);
  }

  /** The list as glibc leaves it: the lock taken last comes first. */
  private static void list(UserMemory memory, Pages mutexes, int bits) {
    long next = HEADS;
    for (int i = 0; i < LOCKS; i++) {
      mutexes.poke32(i * MUTEX_SIZE, TID | bits);
      mutexes.poke64(i * MUTEX_SIZE + ENTRY, next);
      next = MUTEXES + (long) i * MUTEX_SIZE + ENTRY;
    }
    Pages heads = memory.pagesAt(HEADS);
    heads.poke64(0, next);
    heads.poke64(8, -ENTRY);
    heads.poke64(16, 0);
  }

  private static void check(Pages mutexes, int word) {
    for (int i = 0; i < LOCKS; i++) {
      if (mutexes.peek32(i * MUTEX_SIZE) != word) {
        throw new IllegalStateException(
            "lock " + i + " is " + FutexWord.describe(mutexes.peek32(i * MUTEX_SIZE)));
      }
    }
  }

  private double wakes(FutexTable table, UserMemory memory) {
    double[] times = new double[ROUNDS];
    FutexTask t = FutexTask.ofThread(table, memory, TID, 0);
    for (int round = -ROUNDS; round < ROUNDS; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < LOCKS; i++) {
        sink += t.futexWake(MUTEXES + (long) i * MUTEX_SIZE, false, 1);
      }
      double time = (System.nanoTime() - start) / 1e6;
      if (round >= 0) {
        times[round] = time;
      }
    }
    return median(times);
  }

  /** Nanoseconds for a thread's end, without a list or with an empty one. */
  private double exits(FutexTable table, UserMemory memory, boolean withList) {
    Pages heads = memory.pagesAt(HEADS);
    heads.poke64(0, HEADS);
    heads.poke64(16, 0);
    FutexTask[] threads = new FutexTask[EXITS];
    Arrays.setAll(threads, i -> FutexTask.ofThread(table, memory, TID + i, 2048));
    int rounds = 200 * ROUNDS;
    double[] times = new double[rounds];
    for (int round = -rounds; round < rounds; round++) {
      for (FutexTask t : threads) {
        t.setRobustList(withList ? HEADS : 0, 24);
      }
      long start = System.nanoTime();
      for (FutexTask t : threads) {
        t.exit();
      }
      double time = (System.nanoTime() - start) / (double) EXITS;
      if (round >= 0) {
        times[round] = time;
      }
    }
    return median(times);
  }

  private double search(FutexTable table, UserMemory memory, int areas) {
    AreaSearch process = new AreaSearch();
    Pages page = new Pages("area", UserMemory.PAGE_SIZE);
    for (int i = 0; i < areas; i++) {
      process.map(MUTEXES + (long) i * UserMemory.PAGE_SIZE, new RobustRegion(page));
    }
    FutexTask t = FutexTask.ofThread(table, memory, TID, 0);
    int repeats = Math.max(1, 100_000 / areas);
    int rounds = 4 * ROUNDS;
    double[] times = new double[rounds];
    for (int round = -rounds; round < rounds; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < repeats; i++) {
        process.exit(t);
      }
      double time = (System.nanoTime() - start) / (double) repeats;
      if (round >= 0) {
        times[round] = time;
      }
    }
    sink += process.areaCount();
    return median(times);
  }

  private static double median(double[] times) {
    Arrays.sort(times);
    return times[times.length / 2];
  }

  private static List<String> row(String what, String seed, String here, double faster) {
    return List.of(what, seed, here, String.format(Locale.ROOT, "%.1f", faster));
  }

  private static String ms(double t) {
    return String.format(Locale.ROOT, "%.2f ms", t);
  }

  private static String ns(double t) {
    return t < 1_000
        ? String.format(Locale.ROOT, "%.1f ns", t)
        : String.format(Locale.ROOT, "%.1f µs", t / 1_000);
  }

  private static int roundUp(int bytes) {
    return (bytes + UserMemory.PAGE_SIZE - 1) / UserMemory.PAGE_SIZE * UserMemory.PAGE_SIZE;
  }
}
