package org.dmsim.dm.targets.crypt;

import org.dmsim.dm.crypto.CryptoApi;
import org.dmsim.dm.crypto.CryptoException;
import org.dmsim.dm.crypto.Skcipher;
import org.dmsim.report.DmsimFault;

/**
 * {@code elephant}: eboiv, and BitLocker's diffuser over the plain text. The algorithm is that of
 * "AES-CBC + Elephant diffuser" (Microsoft, 2006).
 */
final class ElephantIv extends EboIv {

  /** {@code ELEPHANT_MAX_KEY_SIZE}. */
  static final int MAX_KEY = 32;

  private static final int BLOCK = 16;
  private static final int SECTOR_KEY = 32;
  private static final int CYCLES_A = 5;
  private static final int CYCLES_B = 3;
  private final int[] rotateA = {9, 0, 13, 0};
  private final int[] rotateB = {0, 10, 0, 25};

  private final Skcipher ecb;

  ElephantIv() {
    try {
      ecb = CryptoApi.skcipher("ecb(aes)");
    } catch (CryptoException e) {
      throw new DmsimFault("there is no AES", e);
    }
  }

  @Override
  int init(CryptCipher cipher) {
    int extra = cipher.key().extraSize();
    return ecb.setKey(cipher.key().bytes(), cipher.key().size() - extra, extra);
  }

  @Override
  void generate(CryptCipher cipher, DataUnit u) {
    if (u.write) {
      System.arraycopy(u.source, u.sourceAt, u.destination, u.destinationAt, cipher.sectorSize());
      mix(u, cipher.sectorSize());
      int[] words = words(u, cipher.sectorSize());
      for (int i = 0; i < CYCLES_A * words.length; i++) {
        encryptWord(words, i, 2, 5, rotateA);
      }
      for (int i = 0; i < CYCLES_B * words.length; i++) {
        encryptWord(words, i, words.length - 2, words.length - 5, rotateB);
      }
      store(words, u);
    }
    super.generate(cipher, u);
  }

  @Override
  void post(CryptCipher cipher, DataUnit u) {
    if (!u.write) {
      int[] words = words(u, cipher.sectorSize());
      for (int i = 0; i < CYCLES_B * words.length; i++) {
        decryptWord(words, i, words.length - 2, words.length - 5, rotateB);
      }
      for (int i = 0; i < CYCLES_A * words.length; i++) {
        decryptWord(words, i, 2, 5, rotateA);
      }
      store(words, u);
      mix(u, cipher.sectorSize());
    }
  }

  @Override
  boolean preprocesses() {
    return true;
  }

  /** One step of a diffuser: word i takes up those {@code near} and {@code far} before it. */
  private static void decryptWord(int[] d, int step, int near, int far, int[] rotate) {
    int n = d.length;
    int i = step % n;
    d[i] +=
        d[(i + n - near) % n] ^ Integer.rotateLeft(d[(i + n - far) % n], rotate[i % rotate.length]);
  }

  /** The same, undone, from the last word to the first. */
  private static void encryptWord(int[] d, int step, int near, int far, int[] rotate) {
    int n = d.length;
    int i = n - 1 - step % n;
    d[i] -=
        d[(i + n - near) % n] ^ Integer.rotateLeft(d[(i + n - far) % n], rotate[i % rotate.length]);
  }

  /** The sector's own key, over and over. */
  private void mix(DataUnit u, int sectorSize) {
    byte[] key = new byte[SECTOR_KEY];
    long offset = u.number * sectorSize;
    LITTLE.set(key, 0, offset);
    LITTLE.set(key, BLOCK, offset);
    key[SECTOR_KEY - 1] = (byte) 0x80;
    ecb.crypt(true, new Skcipher.Request(key, 0, SECTOR_KEY, 1, new byte[0]));
    for (int i = 0; i < sectorSize; i++) {
      u.destination[u.destinationAt + i] ^= key[i % SECTOR_KEY];
    }
  }

  private static int[] words(DataUnit u, int sectorSize) {
    int[] words = new int[sectorSize / Integer.BYTES];
    for (int i = 0; i < words.length; i += 2) {
      long two = (long) LITTLE.get(u.destination, u.destinationAt + i * Integer.BYTES);
      words[i] = (int) two;
      words[i + 1] = (int) (two >>> Integer.SIZE);
    }
    return words;
  }

  private static void store(int[] words, DataUnit u) {
    for (int i = 0; i < words.length; i += 2) {
      long two = words[i] & 0xffffffffL | (long) words[i + 1] << Integer.SIZE;
      LITTLE.set(u.destination, u.destinationAt + i * Integer.BYTES, two);
    }
  }
}
