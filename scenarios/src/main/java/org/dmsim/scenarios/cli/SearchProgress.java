package org.dmsim.scenarios.cli;

import java.util.Locale;
import java.util.function.DoubleSupplier;
import org.dmsim.explore.Watch;

/** One line that is written over and over, and only on a terminal; and what ends a search. */
final class SearchProgress implements Watch {

  private static final long EVERY = 200_000_000L;

  private final boolean terminal;
  private final Interrupt interrupt;
  private final long limit;
  private final long start = System.nanoTime();
  private double estimate;
  private Runnable advice = () -> {};
  private long before = -1;
  private long last = start;

  /**
   * Shows a search.
   *
   * @param limit nanoseconds after which it is late
   */
  SearchProgress(boolean terminal, Interrupt interrupt, long limit) {
    this.terminal = terminal;
    this.interrupt = interrupt;
    this.limit = limit;
  }

  /** What was judged before the search began. */
  void planned(double runs) {
    estimate = runs;
    if (terminal) {
      System.err.println("about " + about(runs) + " schedules, as some runs by chance tell");
    }
  }

  /** Lets something be said, once, of a search that does not end at once. */
  void afterSomeTime(Runnable said) {
    advice = said;
  }

  /** The search takes its time, or has come to no end: says what there is to say of that. */
  void itTakesTime() {
    clear();
    advice.run();
    advice = () -> {};
  }

  @Override
  public boolean isLate() {
    return limit != Long.MAX_VALUE && System.nanoTime() - start >= limit;
  }

  @Override
  public boolean isInterrupted() {
    return interrupt.isAsked();
  }

  @Override
  public void at(long explored, DoubleSupplier plan, int depth) {
    before = before < 0 ? explored : before;
    long now = System.nanoTime();
    if (now - last < EVERY) {
      return;
    }
    if (now - start >= TooLarge.PATIENCE && explored >= TooLarge.RUNS) {
      itTakesTime();
    }
    last = now;
    if (!terminal) {
      return;
    }
    double rate = (explored - before) / ((now - start) / 1e9);
    System.err.print("\r" + line(explored, planned(explored, plan.getAsDouble()), rate, depth));
  }

  /** The search's own count takes over from the estimate as it goes on. */
  private double planned(long explored, double plan) {
    double share = Math.min(1, explored / plan);
    return Math.max(explored, share * plan + (1 - share) * Math.max(plan, estimate));
  }

  static String line(long explored, double planned, double rate, int depth) {
    String left = rate > 0 ? time((planned - explored) / rate) + " left" : "";
    return String.format(
        Locale.ROOT,
        "%-78s",
        String.format(
            Locale.ROOT,
            "%,d of about %s schedules, %,.0f/s, depth %d, %s",
            explored,
            about(planned),
            rate,
            depth,
            left));
  }

  /** Two digits of a number that is not known better. */
  static String about(double n) {
    if (n >= 1e12) {
      return String.format(Locale.ROOT, "10^%.0f", Math.log10(n));
    }
    double unit = Math.pow(10, Math.max(0, Math.floor(Math.log10(Math.max(1, n))) - 1));
    return String.format(Locale.ROOT, "%,.0f", Math.rint(n / unit) * unit);
  }

  private static String time(double seconds) {
    if (seconds < 100) {
      return String.format(Locale.ROOT, "%.0f s", seconds);
    }
    return seconds < 6000
        ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
        : String.format(Locale.ROOT, "%,.0f h", seconds / 3600);
  }

  /** Takes the line away. */
  void clear() {
    if (terminal && last != start) {
      System.err.print("\r" + " ".repeat(78) + "\r");
    }
  }
}
