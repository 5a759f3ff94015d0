package org.dmsim.dm.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.dmsim.block.Errno;
import org.dmsim.dm.targets.NotModelledException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ciphers against published vectors. */
final class SkcipherTest {

  private static final HexFormat HEX = HexFormat.of();

  private static byte[] hex(String s) {
    return HEX.parseHex(s);
  }

  private static Skcipher with(String name, byte[] key) throws CryptoException {
    Skcipher c = CryptoApi.skcipher(name);
    assertEquals(0, c.setKey(key, 0, key.length));
    return c;
  }

  /** IEEE 1619-2007, annex B, vectors 1 to 3; NIST SP 800-38A, F.2.1, F.2.5, F.5.1, F.5.5. */
  @ParameterizedTest
  @CsvSource({
    "xts(aes),"
        + "0000000000000000000000000000000000000000000000000000000000000000,"
        + "00000000000000000000000000000000,"
        + "0000000000000000000000000000000000000000000000000000000000000000,"
        + "917cf69ebd68b2ec9b9fe9a3eadda692cd43d2f59598ed858c02c2652fbf922e",
    "xts(aes),"
        + "1111111111111111111111111111111122222222222222222222222222222222,"
        + "33333333330000000000000000000000,"
        + "4444444444444444444444444444444444444444444444444444444444444444,"
        + "c454185e6a16936e39334038acef838bfb186fff7480adc4289382ecd6d394f0",
    "xts(aes),"
        + "fffefdfcfbfaf9f8f7f6f5f4f3f2f1f022222222222222222222222222222222,"
        + "33333333330000000000000000000000,"
        + "4444444444444444444444444444444444444444444444444444444444444444,"
        + "af85336b597afc1a900b2eb21ec949d292df4c047e0b21532186a5971a227a89",
    "cbc(aes),2b7e151628aed2a6abf7158809cf4f3c,000102030405060708090a0b0c0d0e0f,"
        + "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51,"
        + "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2",
    "ctr(aes),2b7e151628aed2a6abf7158809cf4f3c,f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff,"
        + "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51,"
        + "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff",
    "ecb(aes),2b7e151628aed2a6abf7158809cf4f3c,'',"
        + "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51,"
        + "3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf",
  })
  void cipher_givesThePublishedVector(
      String name, String key, String iv, String plain, String encrypted) throws CryptoException {
    Skcipher c = with(name, hex(key));
    byte[] out = new byte[32];
    c.crypt(true, new Skcipher.Request(out, 0, 32, 1, hex(iv)).from(hex(plain), 0));
    assertEquals(encrypted, HEX.formatHex(out));
    c.crypt(false, new Skcipher.Request(out, 0, 32, 1, hex(iv)));
    assertEquals(plain, HEX.formatHex(out));
  }

  @ParameterizedTest
  @ValueSource(strings = {"xts(aes)", "cbc(aes)", "ctr(aes)", "essiv(cbc(aes),sha256)"})
  void unitsOfOneRequest_areEachEncryptedAlone(String name) throws CryptoException {
    byte[] key = new byte[32];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (3 * i);
    }
    byte[] plain = new byte[4 * 512 + 8];
    for (int i = 0; i < plain.length; i++) {
      plain[i] = (byte) (i * 7);
    }
    byte[] ivs = new byte[4 * 16];
    byte[] single = new byte[4 * 512];
    for (int u = 0; u < 4; u++) {
      byte[] iv = new byte[16];
      iv[0] = (byte) (u + 1);
      ivs[u * 16] = (byte) (u + 1);
      with(name, key)
          .crypt(true, new Skcipher.Request(single, u * 512, 512, 1, iv).from(plain, 8 + u * 512));
    }
    byte[] all = plain.clone();
    with(name, key).crypt(true, new Skcipher.Request(all, 8, 512, 4, ivs.clone()));
    assertArrayEquals(single, Arrays.copyOfRange(all, 8, all.length));
    with(name, key).crypt(false, new Skcipher.Request(all, 8, 512, 4, ivs.clone()));
    assertArrayEquals(plain, all);
  }

  /** What ESSIV is, by another way: CBC with the number encrypted by the digest of the key. */
  @Test
  void essiv_encryptsTheNumberWithTheDigestOfTheKey() throws Exception {
    byte[] key = hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    byte[] number = new byte[16];
    number[0] = 77;
    Cipher ecb = Cipher.getInstance("AES/ECB/NoPadding");
    byte[] salt = MessageDigest.getInstance("SHA-256").digest(key);
    ecb.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(salt, "AES"));
    byte[] expected = new byte[64];
    with("cbc(aes)", key)
        .crypt(true, new Skcipher.Request(expected, 0, 64, 1, ecb.doFinal(number)));
    byte[] got = new byte[64];
    with("essiv(cbc(aes),sha256)", key)
        .crypt(true, new Skcipher.Request(got, 0, 64, 1, number.clone()));
    assertArrayEquals(expected, got);
  }

  @Test
  void nullCipher_changesNothing_andTakesTheEmptyKeyOnly() throws CryptoException {
    Skcipher c = with("ecb(cipher_null)", new byte[0]);
    assertEquals(-Errno.EINVAL, c.setKey(new byte[16], 0, 16));
    byte[] out = new byte[4];
    c.crypt(true, new Skcipher.Request(out, 0, 4, 1, new byte[0]).from(hex("01020304"), 0));
    assertEquals("01020304", HEX.formatHex(out));
  }

  @ParameterizedTest
  @CsvSource({
    "xts(aes),48,0",
    "xts(aes),33,-22",
    "xts(aes),16,-22",
    "cbc(aes),20,-22",
    "cbc(aes),24,0"
  })
  void key_ofAnotherLength_isRefused(String name, int length, int answer) throws CryptoException {
    assertEquals(answer, CryptoApi.skcipher(name).setKey(new byte[length], 0, length));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bogus(aes)", "xts(bogus)", "aes", "", "xts(aes", "essiv(cbc(aes),)"})
  void name_ofNothing_isNotThere(String name) {
    assertEquals(
        Errno.ENOENT, assertThrows(CryptoException.class, () -> CryptoApi.skcipher(name)).errno());
  }

  @ParameterizedTest
  @ValueSource(strings = {"xts(serpent)", "lrw(aes)", "essiv(cbc(twofish),sha256)"})
  void name_thatOnlyTheKernelHas_isNotModelled(String name) {
    assertThrows(NotModelledException.class, () -> CryptoApi.skcipher(name));
  }
}
