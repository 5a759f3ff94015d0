package org.dmsim.dm.targets.verity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Code words that are encoded here, by division through the generator, and damaged. */
final class ReedSolomonTest {

  private static int times(int a, int b) {
    int product = 0;
    int x = a;
    for (int y = b; y != 0; y >>= 1) {
      product ^= (y & 1) != 0 ? x : 0;
      x = x << 1 ^ (x >= 128 ? 0x11d : 0);
    }
    return product;
  }

  private static byte[] parity(byte[] data, int roots) {
    int[] generator = {1};
    int root = 1;
    for (int i = 0; i < roots; i++) {
      int[] next = new int[generator.length + 1];
      for (int j = 0; j < generator.length; j++) {
        next[j] ^= generator[j];
        next[j + 1] ^= times(generator[j], root);
      }
      generator = next;
      root = times(root, 2);
    }
    int[] rest = new int[data.length + roots];
    for (int i = 0; i < data.length; i++) {
      rest[i] = data[i] & 0xff;
    }
    for (int i = 0; i < data.length; i++) {
      for (int j = generator.length - 1; j >= 0; j--) {
        rest[i + j] ^= times(generator[j], rest[i]);
      }
    }
    byte[] parity = new byte[roots];
    for (int i = 0; i < roots; i++) {
      parity[i] = (byte) rest[data.length + i];
    }
    return parity;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 16, 24})
  void errorsAndErasures_withinTheDistance_areCorrected(int roots) {
    ReedSolomon code = new ReedSolomon(roots);
    Random random = new Random(roots);
    for (int run = 0; run < 200; run++) {
      int length = 255 - roots - (run % 2) * 100;
      byte[] data = new byte[length];
      random.nextBytes(data);
      byte[] parity = parity(data, roots);
      byte[] damaged = data.clone();
      byte[] damagedParity = parity.clone();
      int erased = random.nextInt(roots + 1);
      int errors = (roots - erased) / 2;
      List<Integer> erasures = new ArrayList<>();
      List<Integer> places =
          random.ints(0, length).distinct().limit(erased + errors).boxed().toList();
      for (int i = 0; i < places.size(); i++) {
        damaged[places.get(i)] ^= (byte) (1 + random.nextInt(255));
        if (i < erased) {
          erasures.add(places.get(i));
        }
      }
      int changed = code.decode(damaged, 0, length, damagedParity, erasures);
      assertEquals(places.size(), changed);
      assertArrayEquals(data, damaged);
      assertArrayEquals(parity, damagedParity);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 24})
  void moreErrors_areGivenUp_orLeadToAnotherCodeWord(int roots) {
    ReedSolomon code = new ReedSolomon(roots);
    Random random = new Random(roots);
    int given = 0;
    for (int run = 0; run < 200; run++) {
      byte[] data = new byte[200];
      random.nextBytes(data);
      byte[] parity = parity(data, roots);
      IntStream.range(0, roots).forEach(i -> data[i * 8] ^= (byte) (1 + random.nextInt(255)));
      byte[] before = data.clone();
      if (code.decode(data, 0, data.length, parity, List.of()) < 0) {
        given++;
        assertArrayEquals(before, data);
      } else {
        assertArrayEquals(parity(data, roots), parity);
      }
    }
    assertTrue(given > 20, given + " of 200");
  }
}
