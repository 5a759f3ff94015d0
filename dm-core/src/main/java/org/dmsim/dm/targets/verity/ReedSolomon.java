package org.dmsim.dm.targets.verity;

import java.util.List;

/**
 * Corrects bytes of a Reed-Solomon code of 255 bytes over GF(256), polynomial 0x11d, first root 1,
 * shortened: Berlekamp-Massey with erasures, Chien's search, Forney's values (R. Blahut, Theory and
 * Practice of Error Control Codes, 1983). Gives up where {@code decode_rs8}, 6.1, does.
 */
final class ReedSolomon {

  /** Bytes of a code word, parity included. */
  static final int LENGTH = 255;

  private static final int POLYNOMIAL = 0x11d;

  private final int roots;
  private final int[] exp = new int[2 * LENGTH];
  private final int[] log = new int[LENGTH + 1];

  /**
   * For code words with so many bytes of parity.
   *
   * @param roots errors count two of them, erasures one
   */
  ReedSolomon(int roots) {
    this.roots = roots;
    int x = 1;
    for (int i = 0; i < LENGTH; i++) {
      exp[i] = x;
      exp[i + LENGTH] = x;
      log[x] = i;
      x = x << 1 ^ (x >= 128 ? POLYNOMIAL : 0);
    }
  }

  private int times(int a, int b) {
    return a == 0 || b == 0 ? 0 : exp[log[a] + log[b]];
  }

  private int inverse(int a) {
    return exp[LENGTH - log[a]];
  }

  /** The value of a polynomial, lowest coefficient first, at alpha to a power. */
  private int at(int[] polynomial, int power) {
    int value = 0;
    for (int i = 0; i < polynomial.length; i++) {
      if (polynomial[i] != 0) {
        value ^= exp[(log[polynomial[i]] + i * power) % LENGTH];
      }
    }
    return value;
  }

  /**
   * Corrects data and parity in place.
   *
   * @param data its {@code length} bytes from {@code from} on, first of the code word
   * @param erasures places in it that are known to be wrong
   * @return how many bytes were changed, or -1 if there are more errors than it can correct
   */
  int decode(byte[] data, int from, int length, byte[] parity, List<Integer> erasures) {
    int[] syndromes = syndromes(data, from, length, parity);
    if (syndromes == null) {
      return 0;
    }
    int pad = LENGTH - roots - length;
    int[] lambda = locator(syndromes, erasures, pad);
    int degree = degree(lambda);
    int[] found = new int[degree];
    int count = 0;
    for (int i = 1; i <= LENGTH && count < degree; i++) {
      if (at(lambda, i) == 0) {
        if (i - 1 < pad) {
          return -1;
        }
        found[count++] = i;
      }
    }
    if (degree == 0 || count < degree) {
      return -1;
    }
    int[] values = values(syndromes, lambda, found);
    if (!explains(values, found, syndromes)) {
      return -1;
    }
    int changed = 0;
    for (int j = 0; j < count; j++) {
      int place = found[j] - 1 - pad;
      changed += values[j] == 0 ? 0 : 1;
      if (place < length) {
        data[from + place] ^= (byte) values[j];
      } else {
        parity[place - length] ^= (byte) values[j];
      }
    }
    return changed;
  }

  /** The word's values at the roots of the code; null if all are zero. */
  private int[] syndromes(byte[] data, int from, int length, byte[] parity) {
    int[] s = new int[roots];
    int any = 0;
    for (int i = 0; i < roots; i++) {
      for (int j = 0; j < length; j++) {
        s[i] = times(s[i], exp[i]) ^ data[from + j] & 0xff;
      }
      for (int j = 0; j < roots; j++) {
        s[i] = times(s[i], exp[i]) ^ parity[j] & 0xff;
      }
      any |= s[i];
    }
    return any == 0 ? null : s;
  }

  /** The polynomial whose roots tell the places of errors and erasures. */
  private int[] locator(int[] syndromes, List<Integer> erasures, int pad) {
    int[] lambda = new int[roots + 1];
    lambda[0] = 1;
    for (int place : erasures) {
      int x = exp[LENGTH - 1 - (place + pad)];
      for (int j = roots; j > 0; j--) {
        lambda[j] ^= times(lambda[j - 1], x);
      }
    }
    int[] before = lambda.clone();
    int known = erasures.size();
    int length = known;
    for (int step = known + 1; step <= roots; step++) {
      int discrepancy = 0;
      for (int i = 0; i < step; i++) {
        discrepancy ^= times(lambda[i], syndromes[step - 1 - i]);
      }
      int[] shifted = new int[roots + 1];
      System.arraycopy(before, 0, shifted, 1, roots);
      before = shifted;
      if (discrepancy == 0) {
        continue;
      }
      int[] next = lambda.clone();
      for (int i = 0; i <= roots; i++) {
        next[i] ^= times(discrepancy, shifted[i]);
      }
      if (2 * length <= step + known - 1) {
        length = step + known - length;
        before = new int[roots + 1];
        for (int i = 0; i <= roots; i++) {
          before[i] = times(lambda[i], inverse(discrepancy));
        }
      }
      lambda = next;
    }
    return lambda;
  }

  private static int degree(int[] polynomial) {
    int degree = polynomial.length - 1;
    while (degree > 0 && polynomial[degree] == 0) {
      degree--;
    }
    return degree;
  }

  /** What is wrong at each place, 0 for nothing. */
  private int[] values(int[] syndromes, int[] lambda, int[] found) {
    int[] omega = new int[found.length];
    int[] derivative = new int[roots + 1];
    for (int i = 0; i < omega.length; i++) {
      for (int j = 0; j <= i; j++) {
        omega[i] ^= times(syndromes[i - j], lambda[j]);
      }
    }
    for (int i = 1; i <= roots; i += 2) {
      derivative[i - 1] = lambda[i];
    }
    int[] values = new int[found.length];
    for (int j = 0; j < found.length; j++) {
      int numerator = at(omega, found[j]);
      if (numerator != 0) {
        int place = exp[LENGTH - found[j]];
        values[j] = times(times(numerator, place), inverse(at(derivative, found[j])));
      }
    }
    return values;
  }

  /** Whether these errors have the syndromes that were found. */
  private boolean explains(int[] values, int[] found, int[] syndromes) {
    for (int i = 0; i < roots; i++) {
      int s = 0;
      for (int j = 0; j < found.length; j++) {
        if (values[j] != 0) {
          s ^= exp[(log[values[j]] + i * (LENGTH - found[j])) % LENGTH];
        }
      }
      if (s != syndromes[i]) {
        return false;
      }
    }
    return true;
  }
}
