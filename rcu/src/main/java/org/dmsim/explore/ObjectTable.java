package org.dmsim.explore;

import java.util.Arrays;

/** Small numbers for objects' identities, the same ones throughout a search. */
final class ObjectTable {

  private long[] keys = new long[256];
  private int[] numbers = new int[256];
  private long[] identities = new long[64];
  private int count;

  ObjectTable() {
    Arrays.fill(numbers, -1);
  }

  int size() {
    return count;
  }

  /** The identity behind a number. */
  long identity(int number) {
    return identities[number];
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
    if (count * 2 >= keys.length) {
      grow();
      return numberOf(identity);
    }
    keys[i] = identity;
    numbers[i] = count;
    if (count == identities.length) {
      identities = Arrays.copyOf(identities, count * 2);
    }
    identities[count] = identity;
    return count++;
  }

  private void grow() {
    keys = new long[keys.length * 2];
    numbers = new int[keys.length];
    Arrays.fill(numbers, -1);
    int mask = keys.length - 1;
    for (int n = 0; n < count; n++) {
      int i = mix(identities[n]) & mask;
      while (numbers[i] >= 0) {
        i = (i + 1) & mask;
      }
      keys[i] = identities[n];
      numbers[i] = n;
    }
  }

  private static int mix(long x) {
    long h = x * 0x9e3779b97f4a7c15L;
    return (int) (h >>> 32);
  }
}
