package org.dmsim.dm.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetIndexTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 255, 256, 257, 1000, 4096, 70000, 1_000_000})
  void findsTheTargetOfEverySectorAtABound(int count) {
    long[] highs = new long[count];
    long end = 0;
    for (int i = 0; i < count; i++) {
      end += 1 + i % 7;
      highs[i] = end - 1;
    }
    TargetIndex index = new TargetIndex(highs, count);
    long start = 0;
    for (int i = 0; i < count; i++) {
      assertEquals(i, index.find(start));
      assertEquals(i, index.find(highs[i]));
      start = highs[i] + 1;
    }
    assertEquals(-1, index.find(end));
    assertEquals(-1, index.find(-1));
    assertEquals(-1, index.find(Long.MIN_VALUE));
  }

  @org.junit.jupiter.api.Test
  void anEmptyTableHasNoTarget() {
    assertEquals(-1, new TargetIndex(new long[4], 0).find(0));
  }
}
