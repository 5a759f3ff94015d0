package org.dmsim.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Small numbers for objects' identities, the same ones throughout a search. */
final class ObjectTable {

  private final Identities all;
  private long[] keys = new long[256];
  private int[] numbers = new int[256];
  private long[] identities = new long[64];
  private int count;

  /** A table of its own. */
  ObjectTable() {
    this(new Identities());
  }

  private ObjectTable(Identities all) {
    this.all = all;
    Arrays.fill(numbers, -1);
  }

  /** A table with the same numbers, now and later, for another thread. */
  ObjectTable forAnotherThread() {
    return new ObjectTable(all);
  }

  int size() {
    return all.size();
  }

  /** The identity behind a number. */
  long identity(int number) {
    return all.identity(number);
  }

  /** As {@link #numberOf}, where it is most likely this one. */
  int numberOf(long identity, int likely) {
    boolean is = likely >= 0 && likely < identities.length && identities[likely] == identity;
    return is && identity != 0 ? likely : numberOf(identity);
  }

  int numberOf(long identity) {
    int mask = keys.length - 1;
    int i = mix(identity) & mask;
    while (numbers[i] >= 0) {
      if (keys[i] == identity) {
        return numbers[i];
      }
      i = (i + 1) & mask;
    }
    int number = all.numberOf(identity);
    if (++count * 2 >= keys.length) {
      grow();
    }
    put(identity, number);
    if (number >= identities.length) {
      identities = Arrays.copyOf(identities, Math.max(number + 1, identities.length * 2));
    }
    identities[number] = identity;
    return number;
  }

  private void put(long identity, int number) {
    int mask = keys.length - 1;
    int i = mix(identity) & mask;
    while (numbers[i] >= 0) {
      i = (i + 1) & mask;
    }
    keys[i] = identity;
    numbers[i] = number;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldNumbers = numbers;
    keys = new long[oldKeys.length * 2];
    numbers = new int[keys.length];
    Arrays.fill(numbers, -1);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldNumbers[i] >= 0) {
        put(oldKeys[i], oldNumbers[i]);
      }
    }
  }

  private static int mix(long x) {
    long h = x * 0x9e3779b97f4a7c15L;
    return (int) (h >>> 32);
  }

  /** The identities by number, for all threads of a search. */
  private static final class Identities {
    private final Map<Long, Integer> numbers = new HashMap<>();
    private final List<Long> identities = new ArrayList<>();

    synchronized int size() {
      return identities.size();
    }

    synchronized long identity(int number) {
      return identities.get(number);
    }

    synchronized int numberOf(long identity) {
      Integer known = numbers.putIfAbsent(identity, identities.size());
      if (known != null) {
        return known;
      }
      identities.add(identity);
      return identities.size() - 1;
    }
  }
}
