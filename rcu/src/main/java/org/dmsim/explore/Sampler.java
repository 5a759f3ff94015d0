package org.dmsim.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.Strategy;
import org.dmsim.report.DmsimFault;
import org.dmsim.strategy.Pct;
import org.dmsim.strategy.RandomWalk;
import org.dmsim.strategy.Recorder;
import org.dmsim.strategy.Schedule;

/**
 * Runs a program with one seed after another, on one carrier or several.
 *
 * <p>Seeds are dealt out in blocks, short ones first, and what a run may know of the runs before it
 * (how long they are) it knows of earlier blocks only. So what is found first, and after how many
 * runs, does not depend on the number of carriers.
 */
final class Sampler {

  private static final int BLOCK = 256;
  private static final int PCT_DEPTH = 3;
  private static final long FIRST_GUESS = 100;

  private final Program program;
  private final Configuration configuration;
  private final Bounds bounds;
  private final int jobs;
  private final Judge judge;
  private final Watch watch;

  private long made;
  private long steps = FIRST_GUESS;
  private long longest;
  private String bound;
  private boolean interrupted;
  private Run found;

  /** One run, with what it came to. */
  private record Run(long index, Outcome outcome, Schedule schedule) {}

  Sampler(
      Program program,
      Configuration configuration,
      Bounds bounds,
      int jobs,
      Judge judge,
      Watch watch,
      SearchState.Seeds before) {
    this.program = program;
    this.configuration = configuration;
    this.bounds = bounds;
    this.jobs = jobs;
    this.judge = judge;
    this.watch = watch;
    if (before != null) {
      made = before.made();
      steps = before.steps();
      longest = before.longest();
    }
  }

  /** Runs until something is found, or a bound is reached. */
  void run() {
    long limit = made + Math.min(bounds.maxSchedules(), Long.MAX_VALUE - made);
    bound = "max-schedules=" + bounds.maxSchedules();
    ExecutorService carriers = jobs == 1 ? null : Executors.newFixedThreadPool(jobs - 1);
    try {
      while (made < limit && found == null && !stops()) {
        long blockEnd = blockEnd(made);
        watch.at(made, () -> limit, depth());
        block(Math.min(limit, blockEnd), carriers);
        if (made == blockEnd) {
          steps = Math.max(steps, longest);
          longest = 0;
        }
      }
    } finally {
      if (carriers != null) {
        carriers.shutdownNow();
      }
    }
  }

  /** Blocks of 1, 2, 4 and so on: the first runs tell how long runs are. */
  private static long blockEnd(long run) {
    long doubling = Long.highestOneBit(run + 1) * 2 - 1;
    return doubling <= BLOCK ? doubling : run - run % BLOCK + BLOCK;
  }

  private boolean stops() {
    interrupted = watch.isInterrupted();
    boolean late = !interrupted && watch.isLate();
    if (interrupted || late) {
      bound = late ? "max-time" : "";
    }
    return interrupted || late;
  }

  /** Makes the runs from {@link #made} up to {@code end}, in any order, and notes them in order. */
  private void block(long end, ExecutorService carriers) {
    long from = made;
    Run[] runs = new Run[(int) (end - from)];
    AtomicLong next = new AtomicLong(from);
    AtomicLong last = new AtomicLong(end);
    List<Future<?>> others = new ArrayList<>();
    for (int i = 1; i < jobs; i++) {
      others.add(
          carriers.submit(
              () ->
                  Machine.withCarrier(
                      x -> {
                        work(from, next, last, runs);
                        return null;
                      })));
    }
    work(from, next, last, runs);
    for (Future<?> f : others) {
      join(f);
    }
    for (Run r : runs) {
      if (r == null || found != null) {
        break; // stopped before this one, or after what was found
      }
      made++;
      longest = Math.max(longest, r.outcome.steps());
      if (judge.ends(r.outcome, made, () -> scheduleOf(r))) {
        found = r;
        bound = "";
      }
    }
  }

  private void work(long from, AtomicLong next, AtomicLong last, Run[] runs) {
    while (!watch.isInterrupted() && !watch.isLate()) {
      long index = next.getAndIncrement();
      if (index >= last.get()) {
        return;
      }
      Run r = make(index);
      runs[(int) (index - from)] = r;
      if (judge.ruling(r.outcome) == Judge.Ruling.WANTED) {
        last.accumulateAndGet(index + 1, Math::min);
      }
    }
  }

  private Run make(long index) {
    Outcome[] outcome = new Outcome[1];
    Schedule schedule = record(index, outcome);
    boolean keep = judge.ruling(outcome[0]) != Judge.Ruling.CLEAN;
    return new Run(index, outcome[0], keep ? schedule : null);
  }

  private Schedule record(long index, Outcome[] outcome) {
    long seed = bounds.seed() + index;
    Strategy strategy =
        bounds.selection() == Bounds.Selection.PCT
            ? new Pct(seed, PCT_DEPTH, steps)
            : new RandomWalk(seed);
    Recorder recorder = new Recorder(strategy);
    Machine machine = new Machine(configuration, recorder);
    program.load(machine);
    outcome[0] = machine.run();
    return recorder.schedule();
  }

  /** Choices of a run that was cut off are many, and so not kept. */
  private Schedule scheduleOf(Run r) {
    return r.schedule != null ? r.schedule : record(r.index, new Outcome[1]);
  }

  private static void join(Future<?> f) {
    try {
      f.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case DmsimFault fault -> throw fault;
        case RuntimeException other -> throw other;
        case null, default -> throw new DmsimFault("a carrier failed", e.getCause());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while other carriers ran", e);
    }
  }

  /** Runs that are complete, up to what was found. */
  long made() {
    return made;
  }

  /** Steps of the longest of them. */
  int depth() {
    return (int) Math.min(Integer.MAX_VALUE, Math.max(steps, longest));
  }

  /** What ended it; empty if it found something, or was interrupted. */
  String bound() {
    return bound;
  }

  boolean wasInterrupted() {
    return interrupted;
  }

  boolean hasFound() {
    return found != null;
  }

  Outcome outcome() {
    return found.outcome;
  }

  Schedule schedule() {
    return found.schedule;
  }

  SearchState.Seeds save() {
    return new SearchState.Seeds(made, steps, longest);
  }
}
