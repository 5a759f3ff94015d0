package org.dmsim.dm.targets.crypt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class Md5StateTest {

  /** With padding and length added by hand, the state is the digest. */
  @ParameterizedTest
  @ValueSource(ints = {0, 3, 55, 56, 64, 600})
  void state_afterPaddedBlocks_isTheDigest(int length) throws NoSuchAlgorithmException {
    byte[] text = new byte[length];
    for (int i = 0; i < length; i++) {
      text[i] = (byte) (i * 31);
    }
    int padded = (length + 1 + 8 + 63) / 64 * 64;
    ByteBuffer all = ByteBuffer.allocate(padded).order(ByteOrder.LITTLE_ENDIAN);
    all.put(text).put((byte) 0x80).putLong(padded - 8, 8L * length);
    Md5State md5 = new Md5State();
    md5.update(all.array(), 0, padded);
    assertArrayEquals(MessageDigest.getInstance("MD5").digest(text), md5.state());
  }
}
