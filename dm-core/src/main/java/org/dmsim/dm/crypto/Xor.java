package org.dmsim.dm.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Bytes taken as little-endian words of 64 bits. */
final class Xor {

  static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Xor() {}

  /** {@code out = a ^ b}, for a multiple of 8 bytes; any may be the same. */
  static void xor(byte[] a, int aAt, byte[] b, int bAt, byte[] out, int outAt, int length) {
    for (int i = 0; i < length; i += Long.BYTES) {
      long word = (long) LONGS.get(a, aAt + i) ^ (long) LONGS.get(b, bAt + i);
      LONGS.set(out, outAt + i, word);
    }
  }
}
