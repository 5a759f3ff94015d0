package org.dmsim.dm.crypto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.dmsim.block.Errno;
import org.dmsim.report.DmsimFault;

/** A digest being computed: {@code struct shash_desc}. */
public final class Shash {

  private static final String HMAC = "hmac(";

  private final String name;
  private boolean needsKey;
  private Algorithm algorithm;

  private Shash(String name, Algorithm algorithm, boolean needsKey) {
    this.name = name;
    this.needsKey = needsKey;
    this.algorithm = algorithm;
  }

  /** What computes it. */
  interface Algorithm {
    int size();

    void update(byte[] bytes, int offset, int length);

    byte[] digest();
  }

  /** That of a name of the kernel; null if the JDK has none of that name. */
  static Shash of(String name) {
    boolean hmac = name.startsWith(HMAC) && name.endsWith(")");
    String plain = hmac ? name.substring(HMAC.length(), name.length() - 1) : name;
    Algorithm algorithm =
        switch (plain) {
          case "md5" -> ofJdk("MD5");
          case "sha1" -> ofJdk("SHA-1");
          case "sha224" -> ofJdk("SHA-224");
          case "sha256" -> ofJdk("SHA-256");
          case "sha384" -> ofJdk("SHA-384");
          case "sha512" -> ofJdk("SHA-512");
          case "crc32" -> hmac ? null : new Crc();
          case "crc32c" -> hmac ? null : new Crc(new CRC32C());
          case "xxhash64" -> hmac ? null : new XxHash64();
          default -> null;
        };
    return algorithm == null ? null : new Shash(name, algorithm, hmac);
  }

  private static Algorithm ofJdk(String ofJdk) {
    MessageDigest md;
    try {
      md = MessageDigest.getInstance(ofJdk);
    } catch (NoSuchAlgorithmException e) {
      throw new DmsimFault("this JDK has no " + ofJdk, e);
    }
    return new Algorithm() {
      @Override
      public int size() {
        return md.getDigestLength();
      }

      @Override
      public void update(byte[] bytes, int offset, int length) {
        md.update(bytes, offset, length);
      }

      @Override
      public byte[] digest() {
        return md.digest();
      }
    };
  }

  /**
   * Four bytes, little-endian. {@code crc32c} is that of the JDK; {@code crc32} begins with zero
   * and ends as it is, which is the JDK's of the bytes and that of as many zeroes, xored.
   */
  private static final class Crc implements Algorithm {
    private final Checksum bytes;
    private final Checksum zeroes;

    Crc() {
      bytes = new CRC32();
      zeroes = new CRC32();
    }

    Crc(Checksum c) {
      bytes = c;
      zeroes = null;
    }

    @Override
    public int size() {
      return Integer.BYTES;
    }

    @Override
    public void update(byte[] data, int offset, int length) {
      bytes.update(data, offset, length);
      if (zeroes != null) {
        zeroes.update(new byte[length], 0, length);
      }
    }

    @Override
    public byte[] digest() {
      int crc = (int) (bytes.getValue() ^ (zeroes == null ? 0 : zeroes.getValue()));
      bytes.reset();
      if (zeroes != null) {
        zeroes.reset();
      }
      return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(crc).array();
    }
  }

  /** As a table names it. */
  public String name() {
    return name;
  }

  /** {@code cra_driver_name}, of the kernel that has all in generic C. */
  public String driverName() {
    return name.startsWith(HMAC)
        ? name.substring(0, name.length() - 1) + "-generic)"
        : name + "-generic";
  }

  /**
   * Sets the key of a MAC; {@code crypto_shash_setkey}.
   *
   * @return 0, or -ENOSYS for a digest, which has none
   */
  public int setKey(byte[] key) {
    if (!name.startsWith(HMAC)) {
      return -Errno.ENOSYS;
    }
    String plain = name.substring(HMAC.length(), name.length() - 1).toUpperCase(Locale.ROOT);
    try {
      Mac mac = Mac.getInstance("Hmac" + plain);
      // no key is a key of zeroes, as all that is shorter than a block ends with them
      mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, "HMAC"));
      algorithm = ofMac(mac);
    } catch (GeneralSecurityException e) {
      throw new DmsimFault("this JDK has no HMAC of " + plain, e);
    }
    needsKey = false;
    return 0;
  }

  private static Algorithm ofMac(Mac mac) {
    return new Algorithm() {
      @Override
      public int size() {
        return mac.getMacLength();
      }

      @Override
      public void update(byte[] bytes, int offset, int length) {
        mac.update(bytes, offset, length);
      }

      @Override
      public byte[] digest() {
        return mac.doFinal();
      }
    };
  }

  /** Whether it is a MAC, with which nothing can be computed before a key is set. */
  public boolean needsKey() {
    return needsKey;
  }

  /** Bytes of the digest. */
  public int digestSize() {
    return algorithm.size();
  }

  /** Adds all of these bytes. */
  public Shash update(byte[] bytes) {
    return update(bytes, 0, bytes.length);
  }

  /** Adds bytes. */
  public Shash update(byte[] bytes, int offset, int length) {
    algorithm.update(bytes, offset, length);
    return this;
  }

  /** The digest of what was added; the next one begins afresh. */
  public byte[] digest() {
    return algorithm.digest();
  }
}
