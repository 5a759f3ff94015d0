package org.dmsim.dm.targets.crypt;

import java.util.HexFormat;

/** The bytes of the key, and which part of them is for what: a part of {@code crypt_config}. */
final class CryptKey {

  private final byte[] bytes;
  private int parts;
  private int extraSize;

  /**
   * No key yet.
   *
   * @param size bytes of all its parts
   */
  CryptKey(int size) {
    bytes = new byte[size];
  }

  /** The bytes; whoever changes them sets the ciphers' keys afterwards. */
  byte[] bytes() {
    return bytes;
  }

  /** Bytes of all parts. */
  int size() {
    return bytes.length;
  }

  /** {@code key_parts}: independent keys in it. */
  int parts() {
    return parts;
  }

  /** {@code key_extra_size}: bytes at the end that are for the initialisation vectors. */
  int extraSize() {
    return extraSize;
  }

  void split(int newParts, int newExtra) {
    parts = newParts;
    extraSize = newExtra;
  }

  /**
   * Bytes of a key as it is written; {@code get_key_size} of a kernel without CONFIG_KEYS.
   *
   * @return -1 for a key of the kernel's keyring
   */
  static int sizeOf(String text) {
    return text.startsWith(":") ? -1 : text.length() / 2;
  }

  /** Reads the bytes; false if one is no two digits. What is behind the last one is left. */
  boolean decode(String hex) {
    for (int i = 0; i < 2 * bytes.length; i++) {
      if (!HexFormat.isHexDigit(hex.charAt(i))) {
        return false;
      }
      int digit = HexFormat.fromHexDigit(hex.charAt(i));
      bytes[i / 2] = (byte) (i % 2 == 0 ? digit << 4 : bytes[i / 2] | digit);
    }
    return true;
  }

  @Override
  public String toString() {
    return bytes.length == 0 ? "-" : HexFormat.of().formatHex(bytes);
  }
}
