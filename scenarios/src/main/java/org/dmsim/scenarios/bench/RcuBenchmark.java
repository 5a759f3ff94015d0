package org.dmsim.scenarios.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.dmsim.threads.Membarrier;

/**
 * What a read section costs on real threads: RCU's, SRCU's and the live table's, beside the JDK's
 * locks and userspace RCU.
 */
final class RcuBenchmark implements Benchmark {

  private static final int TURNS = 3;
  private static final int ROUNDS = 15;
  private static final int SECTIONS = 1_000_000;

  /** What was read goes somewhere, so that it cannot be left out. */
  private final AtomicLong sink = new AtomicLong();

  @Override
  public String name() {
    return "rcu";
  }

  @Override
  public String shows() {
    return "what a read section costs with RCU, SRCU, the JDK's locks and userspace RCU";
  }

  @Override
  public Table measure() {
    List<List<String>> rows = new ArrayList<>();
    double[][] best = new double[ReadSections.values().length + 1][3];
    for (double[] b : best) {
      Arrays.fill(b, Double.MAX_VALUE);
    }
    // Each in turn and all again, so that a busy moment of the machine is shared.
    try (Urcu urcu = new Urcu()) {
      for (int turn = 0; turn < TURNS; turn++) {
        keep(best[0], urcu.section(1).orElse(0), urcu.section(2).orElse(0), 0);
        for (ReadSections kind : ReadSections.values()) {
          keep(
              best[1 + kind.ordinal()],
              section(kind, 1, false),
              section(kind, 2, false),
              section(kind, 1, true));
        }
      }
    }
    double base = best[0][0];
    if (base != 0) {
      rows.add(row("userspace RCU, memb flavour (C)", base, best[0]));
    }
    for (ReadSections kind : ReadSections.values()) {
      rows.add(row(kind.label(), base, best[1 + kind.ordinal()]));
    }
    List<String> notes = new ArrayList<>();
    notes.add("Nanoseconds a section of one thread; the best of " + TURNS * ROUNDS + " rounds.");
    notes.add("Swapping: another thread replaces what is read, and waits, without a pause.");
    if (base == 0) {
      notes.add("Userspace RCU could not be built: cc or liburcu-dev is not there.");
    }
    if (!Membarrier.isAsymmetric()) {
      notes.add("membarrier(2) cannot be called, so readers pass a full fence; start the JVM with");
      notes.add("--enable-native-access=ALL-UNNAMED.");
    }
    return new Table(
        List.of("", "1 thread", "times urcu", "2 threads", "1 thread, swapping"), rows, notes);
  }

  private static void keep(double[] best, double... values) {
    for (int i = 0; i < best.length; i++) {
      best[i] = Math.min(best[i], values[i]);
    }
  }

  private static List<String> row(String label, double base, double[] best) {
    return List.of(
        label,
        ns(best[0]),
        base == 0 ? "" : String.format(Locale.ROOT, "%.2f", best[0] / base),
        ns(best[1]),
        ns(best[2]));
  }

  private static String ns(double value) {
    return value == 0 ? "" : String.format(Locale.ROOT, "%.2f", value);
  }

  private double section(ReadSections kind, int threads, boolean swapping) {
    ReadSections.Shared shared = kind.make();
    AtomicBoolean over = new AtomicBoolean();
    Thread updater = null;
    if (swapping) {
      updater =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!over.get()) {
                      shared.swap();
                    }
                  });
    }
    double[] best = new double[threads];
    CyclicBarrier start = new CyclicBarrier(threads);
    List<Thread> readers = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int number = t;
      readers.add(Thread.ofPlatform().start(() -> best[number] = best(shared, start)));
    }
    try {
      for (Thread r : readers) {
        r.join();
      }
      over.set(true);
      if (updater != null) {
        updater.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    }
    double worst = 0;
    for (double b : best) {
      worst = Math.max(worst, b);
    }
    return worst;
  }

  private double best(ReadSections.Shared shared, CyclicBarrier start) {
    double best = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      try {
        start.await();
      } catch (Exception e) {
        throw new IllegalStateException("a reader was interrupted", e);
      }
      long begun = System.nanoTime();
      sink.addAndGet(shared.read(SECTIONS));
      best = Math.min(best, (System.nanoTime() - begun) / (double) SECTIONS);
    }
    return best;
  }
}
