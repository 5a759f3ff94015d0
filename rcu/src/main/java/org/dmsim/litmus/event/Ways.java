package org.dmsim.litmus.event;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.dmsim.litmus.lang.LitmusError;
import org.dmsim.litmus.lang.LitmusTest;

/**
 * All ways of all threads. A read may get any value that some way of some thread writes to its
 * variable; which of these belong together is for the execution to say.
 */
public final class Ways {
  /** More ways of a thread than that are not followed. */
  private static final int LIMIT = 200_000;

  private final LitmusTest test;
  private final List<TreeSet<Long>> values = new ArrayList<>();
  private final List<List<Way>> byThread = new ArrayList<>();
  private final List<List<Way>> wild = new ArrayList<>();
  private final List<Map<Integer, Set<Long>>> written = new ArrayList<>();
  private boolean cut;

  private Ways(LitmusTest test) {
    this.test = test;
  }

  /**
   * Follows every thread of a test.
   *
   * @throws LitmusError if a thread does what is not judged, or has too many ways
   */
  public static Ways of(LitmusTest test) throws LitmusError {
    Ways ways = new Ways(test);
    ways.find();
    return ways;
  }

  /** The ways of a thread. */
  public List<Way> ofThread(int thread) {
    return byThread.get(thread);
  }

  /** The ways of a thread that end early, since they follow what is no address. */
  public List<Way> wildOfThread(int thread) {
    return wild.get(thread);
  }

  /** Whether a loop was left before its end: what would follow was not looked at. */
  public boolean cut() {
    return cut;
  }

  /** Whether an access of some way is plain. */
  public boolean plain() {
    return byThread.stream()
        .flatMap(List::stream)
        .anyMatch(way -> way.events().stream().anyMatch(Event::plain));
  }

  /** Whether some way of a thread writes a value to a variable. */
  public boolean writes(int thread, int location, long value) {
    return written.get(thread).getOrDefault(location, Set.of()).contains(value);
  }

  private void find() throws LitmusError {
    for (long value : test.initial()) {
      values.add(new TreeSet<>(List.of(value)));
    }
    upwards();
    if (dependent()) {
      downwards();
    }
  }

  /** From the values at the start: whatever is written once somebody has read what is known. */
  private void upwards() throws LitmusError {
    int rounds = 0;
    int limit;
    do {
      limit = 1 + follow();
    } while (addWritten() && rounds++ <= limit);
  }

  /**
   * Values that justify each other: a thread may write what it writes only since another reads it
   * and writes what the first one has read. Where no dependency forbids that, the model allows it.
   * So any number of the test is supposed of any variable, and what nobody writes is struck out,
   * until all that is left is written by somebody who reads what is left.
   */
  private void downwards() throws LitmusError {
    List<TreeSet<Long>> known = values.stream().map(TreeSet::new).toList();
    Set<Long> numbers = Constants.of(test);
    for (int location = 0; location < values.size(); location++) {
      if (isWritten(location)) {
        values.get(location).addAll(numbers);
      }
    }
    boolean shrinks;
    do {
      follow();
      shrinks = false;
      for (int location = 0; location < values.size(); location++) {
        TreeSet<Long> left = new TreeSet<>(known.get(location));
        for (Map<Integer, Set<Long>> thread : written) {
          for (long value : thread.getOrDefault(location, Set.of())) {
            if (values.get(location).contains(value)) {
              left.add(value);
            }
          }
        }
        shrinks |= values.get(location).retainAll(left);
      }
    } while (shrinks);
  }

  private boolean isWritten(int location) {
    return written.stream().anyMatch(thread -> thread.containsKey(location));
  }

  /** Whether what some thread writes, or whether it does, hangs on what it reads. */
  private boolean dependent() {
    for (List<Way> ways : byThread) {
      Map<Integer, List<Long>> first = null;
      for (Way way : ways) {
        Map<Integer, List<Long>> writes = new HashMap<>();
        for (Event event : way.events()) {
          if (event.writes() && !event.mark().ofLock()) {
            if (event.data() != 0 || event.ctrl() != 0 || event.addr() != 0) {
              return true;
            }
            writes.computeIfAbsent(event.location(), l -> new ArrayList<>()).add(event.value());
          }
        }
        if (first != null && !first.equals(writes)) {
          return true;
        }
        first = writes;
      }
    }
    return false;
  }

  /** Follows all threads with the values known; the most writes that all of them make together. */
  private int follow() throws LitmusError {
    byThread.clear();
    wild.clear();
    written.clear();
    cut = false;
    int writes = 0;
    for (int thread = 0; thread < test.threads().size(); thread++) {
      Map<Integer, Set<Long>> seen = new HashMap<>();
      List<Way> crashing = new ArrayList<>();
      List<Way> ways = ofOne(thread, seen, crashing);
      writes += ways.stream().mapToInt(Ways::writes).max().orElse(0);
      byThread.add(ways);
      wild.add(crashing);
      written.add(seen);
    }
    return writes;
  }

  private static int writes(Way way) {
    return (int) way.events().stream().filter(Event::writes).count();
  }

  /** Whether a value was not known before. */
  private boolean addWritten() {
    boolean added = false;
    for (Map<Integer, Set<Long>> thread : written) {
      for (Map.Entry<Integer, Set<Long>> entry : thread.entrySet()) {
        added |= values.get(entry.getKey()).addAll(entry.getValue());
      }
    }
    return added;
  }

  private List<Way> ofOne(int thread, Map<Integer, Set<Long>> seen, List<Way> crashing)
      throws LitmusError {
    List<Way> ways = new ArrayList<>();
    Choices choices = new Choices(seen);
    do {
      choices.restart();
      try {
        Way way = ThreadRun.run(test, thread, choices);
        if (way.cut()) {
          cut = true;
        } else if (way.wild() != null) {
          crashing.add(way);
        } else {
          ways.add(way);
        }
      } catch (DeadWay e) {
        continue;
      }
      if (ways.size() + crashing.size() > LIMIT) {
        throw new LitmusError(
            0, 0, "P" + thread + " has more than " + LIMIT + " ways through its code");
      }
    } while (choices.advance());
    return ways;
  }

  /** Gives reads one combination of values after the other, as an odometer counts. */
  private final class Choices implements Memory {
    private final List<Integer> chosen = new ArrayList<>();
    private final List<Integer> options = new ArrayList<>();
    private final Map<Integer, Set<Long>> seen;
    private int at;

    Choices(Map<Integer, Set<Long>> seen) {
      this.seen = seen;
    }

    void restart() {
      at = 0;
    }

    boolean advance() {
      for (int i = chosen.size() - 1; i >= 0; i--) {
        if (chosen.get(i) + 1 < options.get(i)) {
          chosen.set(i, chosen.get(i) + 1);
          return true;
        }
        chosen.removeLast();
        options.removeLast();
      }
      return false;
    }

    private int choose(int count) {
      if (at == chosen.size()) {
        chosen.add(0);
        options.add(count);
      }
      return chosen.get(at++);
    }

    @Override
    public long read(int location) {
      TreeSet<Long> known = values.get(location);
      int choice = choose(known.size());
      for (long value : known) {
        if (choice-- == 0) {
          return value;
        }
      }
      throw new IllegalStateException();
    }

    @Override
    public void write(int location, long value) {
      seen.computeIfAbsent(location, l -> new TreeSet<>()).add(value);
    }

    @Override
    public void lock(int location) {}

    @Override
    public boolean tryLock(int location) {
      return choose(2) == 0;
    }

    @Override
    public boolean isLocked(int location) {
      return choose(2) == 0;
    }

    @Override
    public void unlock(int location) {}
  }
}
