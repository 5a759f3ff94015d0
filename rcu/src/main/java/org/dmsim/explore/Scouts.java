package org.dmsim.explore;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.dmsim.machine.Machine;
import org.dmsim.report.DmsimFault;

/**
 * Further carriers for a search. Each runs a branch that the search will come to later ({@link
 * Foray}), and when the search comes there it takes the runs instead of making them.
 *
 * <p>All that decides what is run stays with the search, which checks of each run that it is the
 * very one that it was about to make. So counts, findings and the order of runs are those of a
 * search without scouts; if a scout guessed wrong, or is too late, its work is lost and nothing
 * else.
 */
final class Scouts implements AutoCloseable {

  /**
   * When a branch is worth giving away.
   *
   * @param runs if branches at its depth have had so many, about
   * @param waits whether the search waits for a scout that is late: it takes longer, but tries
   *     every branch
   */
  record Pace(int runs, boolean waits) {
    static final Pace USUAL = new Pace(16, false);
    static final Pace PATIENT = new Pace(0, true);
  }

  /** Nobody is sent out while runs of so many steps wait: they take memory. */
  private static final int STEPS_OF_ALL = 1 << 18;

  /** Where there was nothing to give away, there is nothing for so many runs. */
  private static final int REST = 16;

  /** The size of branches at a depth where none has ended: large, until it is known better. */
  private static final double UNKNOWN = Double.MAX_VALUE;

  /** How much the last branch counts beside those before it. */
  private static final double WEIGHT = 0.125;

  private final Consumer<Foray> search;
  private final boolean reduced;
  private final Pace pace;
  private final ExecutorService carriers;
  private final int most;
  private final AtomicInteger out = new AtomicInteger();
  private final AtomicLong stepsKept = new AtomicLong();
  private final Set<Foray> forays = new HashSet<>();
  private volatile Throwable failure;

  private Foray current;
  private int rest;
  private long taken;
  private long[] begun = new long[64];
  private double[] runs = new double[64];

  /**
   * So many further carriers for a search.
   *
   * @param search makes the runs of a branch
   * @param reduced whether runs that differ only in the order of independent steps count as one
   */
  Scouts(Consumer<Foray> search, boolean reduced, int count, Pace pace) {
    this.search = search;
    this.reduced = reduced;
    this.pace = pace;
    most = 2 * count;
    carriers = Executors.newFixedThreadPool(count, Machine.carriers());
    Arrays.fill(runs, UNKNOWN);
  }

  /** How many runs the search did not make itself. */
  long taken() {
    return taken;
  }

  /** Steps of runs that wait to be taken. */
  long steps() {
    return stepsKept.get();
  }

  // ---- what the search asks for ----------------------------------------------------------------

  /** The run that the search is about to make, if a scout has made it; else null. */
  RecordedRun next(Path path, Learned learned) {
    int kept = path.kept();
    Node n = path.node(kept);
    WakeupTree guide = n == null ? null : n.guide;
    if (guide != null && guide.ahead instanceof Foray f) {
      leave();
      current = f;
      guide.ahead = null;
      if (!current.isAsThought(n, learned)) {
        leave();
      }
    } else if (current != null && kept <= current.depth()) {
      leave();
    }
    if (current == null) {
      return null;
    }
    if (pace.waits) {
      current.await();
    }
    RecordedRun run = current.take();
    if (run == null || !run.isNext(path)) {
      leave();
      return null;
    }
    taken++;
    return run;
  }

  private void leave() {
    if (current != null) {
      forays.remove(current);
      current.drop();
      current = null;
    }
  }

  // ---- who is sent where -----------------------------------------------------------------------

  /**
   * Gives away the next branch that is large enough, where somebody has time for it.
   *
   * @param left the first step of the last run that was new
   * @param length steps of the last run
   * @param executions runs so far
   */
  void sendOut(Path path, Learned learned, int left, int length, long executions) {
    measure(left, path.kept(), length, executions);
    if (rest > 0 && !pace.waits) {
      rest--;
      return;
    }
    while (out.get() < most && stepsKept.get() < STEPS_OF_ALL) {
      if (!sendOut(path, learned)) {
        rest = REST;
        return;
      }
    }
  }

  private boolean sendOut(Path path, Learned learned) {
    int deepest = current == null ? path.kept() : current.depth() - 1;
    for (int d = deepest; d >= 0; d--) {
      Node n = path.node(d);
      if (n.pending.isEmpty() || !n.otherData.isEmpty() || runs[d] < pace.runs) {
        continue;
      }
      for (int i = 0; i < n.pending.size(); i++) {
        WakeupTree branch = n.pending.get(i);
        if (branch.ahead == null) {
          Foray f = new Foray(path, learned, d, i, reduced, stepsKept);
          branch.ahead = f;
          forays.add(f);
          out.incrementAndGet();
          carriers.execute(() -> scout(f));
          return true;
        }
      }
    }
    return false;
  }

  /** Notes how many runs there are in a branch, by its depth. */
  private void measure(int left, int kept, int length, long executions) {
    if (length > begun.length) {
      int n = begun.length;
      begun = Arrays.copyOf(begun, length * 2);
      runs = Arrays.copyOf(runs, length * 2);
      Arrays.fill(runs, n, runs.length, UNKNOWN);
    }
    for (int d = left; d < length; d++) {
      begun[d] = executions - 1;
    }
    for (int d = kept; d < length; d++) {
      long seen = executions - begun[d];
      runs[d] = runs[d] == UNKNOWN ? seen : runs[d] + WEIGHT * (seen - runs[d]);
    }
  }

  // ---- in a scout's carrier --------------------------------------------------------------------

  private void scout(Foray f) {
    try {
      if (!f.isUnwanted()) {
        search.accept(f);
      }
    } catch (DmsimFault fault) {
      // the search meets it too if it comes there, and can say at which run
    } catch (RuntimeException | Error e) {
      failure = e;
    } finally {
      f.end();
      out.decrementAndGet();
    }
  }

  // ---- the end ---------------------------------------------------------------------------------

  /** Nothing that was given away is wanted any more. */
  void recall() {
    leave();
    forays.forEach(Foray::drop);
    forays.clear();
  }

  /**
   * Waits until no scout runs.
   *
   * @throws DmsimFault if one failed by a fault of its own
   */
  @Override
  public void close() {
    recall();
    carriers.close();
    if (failure != null) {
      throw new DmsimFault("a scout of the search failed", failure);
    }
  }
}
