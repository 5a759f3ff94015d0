package org.dmsim.dm.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.dmsim.report.DmsimFault;

/** A digest being computed: {@code struct shash_desc}. */
public final class Shash {

  private final String name;
  private final MessageDigest md;

  private Shash(String name, String ofJdk) {
    this.name = name;
    try {
      md = MessageDigest.getInstance(ofJdk);
    } catch (NoSuchAlgorithmException e) {
      throw new DmsimFault("this JDK has no " + ofJdk, e);
    }
  }

  /** That of a name of the kernel; null if the JDK has none of that name. */
  static Shash of(String name) {
    String ofJdk =
        switch (name) {
          case "md5" -> "MD5";
          case "sha1" -> "SHA-1";
          case "sha224" -> "SHA-224";
          case "sha256" -> "SHA-256";
          case "sha384" -> "SHA-384";
          case "sha512" -> "SHA-512";
          default -> null;
        };
    return ofJdk == null ? null : new Shash(name, ofJdk);
  }

  /** As a table names it. */
  public String name() {
    return name;
  }

  /** Bytes of the digest. */
  public int digestSize() {
    return md.getDigestLength();
  }

  /** Adds bytes. */
  public Shash update(byte[] bytes, int offset, int length) {
    md.update(bytes, offset, length);
    return this;
  }

  /** The digest of what was added; the next one begins afresh. */
  public byte[] digest() {
    return md.digest();
  }
}
