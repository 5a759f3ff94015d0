package org.dmsim.dm.crypto;

import org.dmsim.block.Errno;

/**
 * A symmetric cipher in a mode, with its key: {@code struct crypto_skcipher}. It works on several
 * data units of one size at once, each with its own initialisation vector, so that the provider is
 * called once for all of them.
 */
public abstract class Skcipher extends Tfm {

  /**
   * A cipher without a key.
   *
   * @param blockSize {@code cra_blocksize}, bytes; 1 for a stream
   * @param ivSize bytes of an initialisation vector; 0 for none
   */
  Skcipher(int blockSize, int ivSize) {
    super(blockSize, ivSize);
  }

  /**
   * Sets the key; {@code crypto_skcipher_setkey}.
   *
   * @return 0, or -EINVAL for a key of a length that the cipher does not take
   */
  public final int setKey(byte[] key, int offset, int length) {
    if (!takesKeyOf(length)) {
      return -Errno.EINVAL;
    }
    key(key, offset, length);
    return 0;
  }

  /** Whether it takes keys of so many bytes. */
  abstract boolean takesKeyOf(int length);

  /** Makes that the key. */
  abstract void key(byte[] key, int offset, int length);

  /**
   * Encrypts or decrypts the units of a request.
   *
   * @param encrypt whether to encrypt
   * @param r the request; source and destination may be the same bytes
   */
  public abstract void crypt(boolean encrypt, Request r);

  /** Whole data units, one after the other, with an initialisation vector each. */
  public static final class Request {
    private byte[] source;
    private int sourceOffset;
    private byte[] destination;
    private int destinationOffset;
    private final int unit;
    private final int units;
    private final byte[] ivs;

    /**
     * A request in place.
     *
     * @param data holds the units from {@code offset} on
     * @param unit bytes of a data unit, a multiple of the cipher's block
     * @param units how many
     * @param ivs their initialisation vectors, one after the other
     */
    public Request(byte[] data, int offset, int unit, int units, byte[] ivs) {
      this.source = data;
      this.sourceOffset = offset;
      this.destination = data;
      this.destinationOffset = offset;
      this.unit = unit;
      this.units = units;
      this.ivs = ivs;
    }

    /** Reads the units from elsewhere. */
    public Request from(byte[] data, int offset) {
      source = data;
      sourceOffset = offset;
      return this;
    }

    /** Where the units are read. */
    public byte[] source() {
      return source;
    }

    /** Where in {@link #source} they begin. */
    public int sourceOffset() {
      return sourceOffset;
    }

    /** Where they are written. */
    public byte[] destination() {
      return destination;
    }

    /** Where in {@link #destination} they begin. */
    public int destinationOffset() {
      return destinationOffset;
    }

    /** Bytes of a unit. */
    public int unit() {
      return unit;
    }

    /** How many units there are. */
    public int units() {
      return units;
    }

    /** Bytes of all. */
    public int length() {
      return unit * units;
    }

    /** The initialisation vectors, one after the other. */
    public byte[] ivs() {
      return ivs;
    }
  }
}
