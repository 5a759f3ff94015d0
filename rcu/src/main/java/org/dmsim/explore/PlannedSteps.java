package org.dmsim.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers for the steps that a search knows, and wakeup trees written with them. */
final class PlannedSteps {

  private final List<Step> distinct = new ArrayList<>();
  private final Map<Key, Integer> numbers = new HashMap<>();
  private int[] written = new int[64];
  private int length;

  /** A step by what is in it. */
  private record Key(Step step) {
    @Override
    public boolean equals(Object o) {
      return o instanceof Key k && step.isSame(k.step);
    }

    @Override
    public int hashCode() {
      int hash = (step.task() * 31 + step.object()) * 31 + step.kind() * 7 + step.flags();
      return (hash * 31 + Arrays.hashCode(step.more())) * 31 + Arrays.hashCode(step.data());
    }
  }

  /** All that were asked for so far, by number. */
  List<Step> distinct() {
    return List.copyOf(distinct);
  }

  int number(Step s) {
    Integer known = numbers.putIfAbsent(new Key(s), distinct.size());
    if (known != null) {
      return known;
    }
    distinct.add(s);
    return distinct.size() - 1;
  }

  int[] numbers(List<Step> steps) {
    return steps.stream().mapToInt(this::number).toArray();
  }

  /**
   * Writes a tree: how many steps come before its first alternative, these, 1 where no race asked
   * for it and 0 else, how many alternatives there are, and each of those in the same way.
   */
  int[] tree(WakeupTree t) {
    length = 0;
    write(t);
    return Arrays.copyOf(written, length);
  }

  private void write(WakeupTree t) {
    List<Step> steps = t.steps();
    put(steps.size());
    steps.forEach(s -> put(number(s)));
    put(t.free ? 1 : 0);
    put(t.below().size());
    t.below().forEach(this::write);
  }

  private void put(int n) {
    if (length == written.length) {
      written = Arrays.copyOf(written, length * 2);
    }
    written[length++] = n;
  }

  // ---- reading ---------------------------------------------------------------------------------

  /** The steps with those numbers. */
  static List<Step> steps(int[] numbers, List<Step> distinct) {
    return Arrays.stream(numbers).mapToObj(distinct::get).toList();
  }

  /** The tree that {@link #tree} has written. */
  static WakeupTree tree(int[] written, List<Step> distinct) {
    return read(written, new int[1], distinct);
  }

  private static WakeupTree read(int[] written, int[] at, List<Step> distinct) {
    int count = written[at[0]++];
    List<Step> steps = steps(Arrays.copyOfRange(written, at[0], at[0] + count), distinct);
    at[0] += count;
    boolean free = written[at[0]++] == 1;
    int alternatives = written[at[0]++];
    List<WakeupTree> below = new ArrayList<>(alternatives);
    for (int i = 0; i < alternatives; i++) {
      below.add(read(written, at, distinct));
    }
    return WakeupTree.of(steps, free, below);
  }
}
