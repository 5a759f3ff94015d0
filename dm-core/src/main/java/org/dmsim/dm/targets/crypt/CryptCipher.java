package org.dmsim.dm.targets.crypt;

import java.util.Arrays;
import org.dmsim.block.Errno;
import org.dmsim.block.Sectors;
import org.dmsim.dm.crypto.Aead;
import org.dmsim.dm.crypto.CryptoApi;
import org.dmsim.dm.crypto.CryptoException;
import org.dmsim.dm.crypto.Skcipher;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.memory.SharedBits;
import org.dmsim.report.KernelSymbol;

/** The cipher with its keys and its initialisation vectors: a part of {@code crypt_config}, 6.1. */
final class CryptCipher extends Shared {

  private static final int KEY_VALID = 0;
  private static final int LEAST_IV = 8;

  /** An odd number: its multiples are all different, modulo 2^64. */
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private final CipherSpec spec;
  private final CryptOptions options;
  private final CryptKey key;
  private final SharedBits valid = new SharedBits("cc->flags", "DM_CRYPT_KEY_VALID");
  private Skcipher[] tfms;
  private Aead aead;
  private int macSize;
  private int blockSize;
  private int ivSize;
  private IvMode iv;
  private boolean needsTags;

  /** Vectors made so far: all that is asked of a random one is that there is no other like it. */
  private long vectorsMade;

  private CryptCipher(CipherSpec spec, CryptOptions options, CryptKey key) {
    super("cc->cipher_tfm");
    this.spec = spec;
    this.options = options;
    this.key = key;
  }

  /**
   * Makes the cipher of a table line. Mirrors {@code crypt_ctr_cipher}, 6.1.
   *
   * @param keySize bytes of {@code keyText}
   * @throws TargetError with the kernel's words
   */
  @KernelSymbol("crypt_ctr_cipher")
  static CryptCipher create(CipherSpec spec, CryptOptions options, int keySize, String keyText)
      throws TargetError {
    CryptCipher cipher = new CryptCipher(spec, options, new CryptKey(keySize));
    cipher.allocate();
    cipher.chooseIv();
    int r = cipher.setKeyBytes(keyText);
    if (r < 0) {
      throw new TargetError(-r, "Error decoding and setting key");
    }
    if (cipher.iv != null && !cipher.iv.fits(cipher)) {
      throw new TargetError(Errno.EINVAL, "Error creating IV");
    }
    r = cipher.initIv();
    if (r < 0) {
      throw new TargetError(-r, "Error initialising IV");
    }
    return cipher;
  }

  /** Mirrors {@code crypt_alloc_tfms} and {@code crypt_ctr_auth_cipher}, 6.1. */
  @KernelSymbol("crypt_alloc_tfms")
  private void allocate() throws TargetError {
    key.split(spec.keys(), 0);
    String mac = options.aead ? spec.authencMac() : null;
    if (mac != null) {
      macSize = macSize(mac);
    }
    try {
      if (options.aead) {
        aead = Aead.of(spec.api());
        blockSize = aead.blockSize();
        ivSize = aead.ivSize();
        return;
      }
      tfms = new Skcipher[spec.keys()];
      for (int i = 0; i < tfms.length; i++) {
        tfms[i] = CryptoApi.skcipher(spec.api());
      }
      blockSize = any().blockSize();
      ivSize = any().ivSize();
    } catch (CryptoException e) {
      throw new TargetError(e.errno(), "Error allocating crypto tfm");
    }
  }

  private static int macSize(String mac) throws TargetError {
    try {
      return Aead.mac(mac).digestSize();
    } catch (CryptoException e) {
      throw new TargetError(Errno.ENOMEM, "Invalid AEAD cipher spec");
    }
  }

  /** Mirrors {@code crypt_ctr_ivmode}, 6.1. */
  @KernelSymbol("crypt_ctr_ivmode")
  private void chooseIv() throws TargetError {
    String mode = spec.ivMode();
    if (ivSize != 0) {
      ivSize = Math.max(ivSize, LEAST_IV);
    } else if (mode != null) {
      CryptTarget.say("Selected cipher does not support IVs");
      mode = null;
    }
    if (mode == null) {
      return;
    }
    iv = IvMode.of(mode);
    switch (mode) {
      case "elephant" -> {
        key.split(2, key.size() / 2);
        if (key.extraSize() > ElephantIv.MAX_KEY) {
          throw new TargetError(Errno.EINVAL, "Unknown error");
        }
      }
      case "lmk" -> {
        if (key.size() % key.parts() != 0) {
          key.split(key.parts() + 1, key.size() / (key.parts() + 1));
        }
      }
      case "tcw" -> key.split(key.parts() + 2, ivSize + TcwIv.WHITENING);
      case "random" -> needsTags = true;
      default -> {
        if (iv == null) {
          throw new TargetError(Errno.EINVAL, "Invalid IV mode");
        }
      }
    }
  }

  // ---- the key ----------------------------------------------------------------------------------

  /** Whether there is one; {@code DM_CRYPT_KEY_VALID}. */
  boolean hasKey() {
    return valid.test(KEY_VALID);
  }

  /** Sets the key and what the vectors take of it, or returns a negative errno. */
  int setKey(String text) {
    int r = setKeyBytes(text);
    return r < 0 ? r : initIv();
  }

  /** Mirrors {@code crypt_set_key}, 6.1. */
  @KernelSymbol("crypt_set_key")
  private int setKeyBytes(String text) {
    if ((key.size() == 0 && !text.equals("-")) || text.startsWith(":")) {
      return -Errno.EINVAL;
    }
    valid.clear(KEY_VALID);
    if (key.size() != 0 && !key.decode(text)) {
      return -Errno.EINVAL;
    }
    int r = setKeys();
    if (r == 0) {
      valid.set(KEY_VALID);
    }
    return r;
  }

  private int initIv() {
    return iv == null ? 0 : iv.init(this);
  }

  /** Mirrors {@code crypt_setkey}, 6.1: each cipher gets its part. */
  @KernelSymbol("crypt_setkey")
  private int setKeys() {
    Sched.touch(this, Access.WRITE);
    int each = (key.size() - key.extraSize()) >> Integer.numberOfTrailingZeros(spec.keys());
    if (aead != null) {
      return each < macSize ? -Errno.EINVAL : aead.setKey(key.bytes(), each - macSize, macSize);
    }
    int error = 0;
    for (int i = 0; i < tfms.length; i++) {
      int r = tfms[i].setKey(key.bytes(), i * each, each);
      error = r != 0 ? r : error;
    }
    return error;
  }

  /**
   * Mirrors {@code crypt_wipe_key}, 6.1. The kernel gives the ciphers a random key meanwhile, with
   * which nothing can be done, as the device does not resume.
   */
  @KernelSymbol("crypt_wipe_key")
  int wipeKey() {
    valid.clear(KEY_VALID);
    if (iv != null) {
      iv.wipe();
    }
    int r = setKeys();
    Arrays.fill(key.bytes(), (byte) 0);
    return r;
  }

  // ---- the cipher -------------------------------------------------------------------------------

  /**
   * Encrypts or decrypts sectors; {@code crypt_convert}, 6.1, of all of them at once.
   *
   * @param first number of the first 512-byte sector, {@code iv_offset} included
   * @param tags what lies beside them; only vectors that are stored
   * @param source where they are read
   * @param length bytes, a multiple of {@link #sectorSize}
   * @param destination where they are written; the same as the source for a read
   */
  void convert(
      boolean write,
      long first,
      byte[] tags,
      byte[] source,
      int sourceAt,
      int length,
      byte[] destination,
      int destinationAt) {
    Sched.touch(this, Access.READ);
    int size = options.sectorSize;
    int units = length / size;
    byte[] ivs = new byte[units * ivSize];
    DataUnit u = new DataUnit();
    u.write = write;
    u.source = source;
    u.destination = destination;
    u.ivs = ivs;
    for (int i = 0; i < units && iv != null; i++) {
      place(u, i, first, sourceAt, destinationAt);
      vector(u, tags, i * options.tagSize);
    }
    boolean inPlace = iv != null && write && iv.preprocesses();
    byte[] in = inPlace ? destination : source;
    int inAt = inPlace ? destinationAt : sourceAt;
    if (tfms.length == 1) {
      any()
          .crypt(
              write,
              new Skcipher.Request(destination, destinationAt, size, units, ivs).from(in, inAt));
    } else {
      byTurns(write, first, in, inAt, destination, destinationAt, ivs, units);
    }
    for (int i = 0; i < units && iv != null; i++) {
      place(u, i, first, sourceAt, destinationAt);
      iv.post(this, u);
    }
  }

  /** Makes the vector of a unit, or takes the one that is stored. */
  private void vector(DataUnit u, byte[] tags, int tagAt) {
    if (needsTags && !u.write) {
      System.arraycopy(tags, tagAt, u.ivs, u.ivAt, ivSize);
      return;
    }
    iv.generate(this, u);
    if (needsTags) {
      System.arraycopy(u.ivs, u.ivAt, tags, tagAt, ivSize);
    }
  }

  /** Makes a vector like no other, in place of {@code get_random_bytes}: a run is a value. */
  void randomVector(DataUnit u) {
    Sched.touch(this, Access.WRITE);
    long bits = ++vectorsMade * GOLDEN;
    for (int i = 0; i < ivSize; i++) {
      u.ivs[u.ivAt + i] = (byte) (bits >>> i % Long.BYTES * Byte.SIZE);
    }
  }

  /**
   * As {@link #convert}, of a cipher that authenticates: a tag beside each unit, and behind it the
   * vector where it is stored. Mirrors {@code crypt_convert_block_aead}, 6.1.
   *
   * @param ivOffset what {@code first} has too much, for what is authenticated
   * @return the first unit that is not authentic, from 0; -1 for none
   */
  @KernelSymbol("crypt_convert_block_aead")
  int convertWithTags(
      boolean write,
      long first,
      byte[] tags,
      byte[] source,
      int sourceAt,
      int length,
      byte[] destination,
      int destinationAt,
      long ivOffset) {
    Sched.touch(this, Access.READ);
    int size = options.sectorSize;
    int tagSize = options.tagSize - (needsTags ? ivSize : 0);
    DataUnit u = new DataUnit();
    u.write = write;
    u.source = source;
    u.destination = destination;
    for (int i = 0; i < length / size; i++) {
      u.ivs = new byte[ivSize];
      place(u, i, first, sourceAt, destinationAt);
      u.ivAt = 0;
      int at = i * options.tagSize;
      if (iv != null) {
        vector(u, tags, at + tagSize);
      }
      byte[] front = new byte[Long.BYTES + ivSize];
      long sector = first + (long) i * (size >> Sectors.SHIFT) - ivOffset;
      IvMode.LITTLE.set(front, 0, sector);
      System.arraycopy(u.ivs, 0, front, Long.BYTES, ivSize);
      byte[] tag = Arrays.copyOfRange(tags, at, at + tagSize);
      boolean right =
          aead.crypt(
              write,
              new Aead.Request(
                  source, u.sourceAt, destination, u.destinationAt, size, front, u.ivs, tag));
      if (!right) {
        return i;
      }
      System.arraycopy(tag, 0, tags, at, tagSize);
    }
    return -1;
  }

  /**
   * Whether what is beside a sector on the device below has room for its tag and its vector.
   *
   * @throws TargetError with the kernel's words, of {@code crypt_integrity_ctr}
   */
  void checkProfile() throws TargetError {
    int tagSize = options.tagSize - (needsTags ? ivSize : 0);
    if (aead != null && !aead.takesTagOf(tagSize)) {
      throw new TargetError(Errno.EINVAL, "Integrity AEAD auth tag size is not supported.");
    }
    if (aead == null && tagSize != 0) {
      throw new TargetError(Errno.EINVAL, "Not enough space for integrity tag in the profile.");
    }
  }

  private void place(DataUnit u, int index, long first, int sourceAt, int destinationAt) {
    int size = options.sectorSize;
    u.number = number(first, index);
    u.sourceAt = sourceAt + index * size;
    u.destinationAt = destinationAt + index * size;
    u.ivAt = index * ivSize;
  }

  private long number(long first, int index) {
    long sector = first + (long) index * (options.sectorSize >> Sectors.SHIFT);
    return options.largeSectors ? sector >>> options.sectorShift() : sector;
  }

  /** With several keys each sector has the one of its number. */
  private void byTurns(
      boolean write,
      long first,
      byte[] in,
      int inAt,
      byte[] out,
      int outAt,
      byte[] ivs,
      int units) {
    int size = options.sectorSize;
    for (int i = 0; i < units; i++) {
      long sector = first + (long) i * (size >> Sectors.SHIFT);
      byte[] own = Arrays.copyOfRange(ivs, i * ivSize, (i + 1) * ivSize);
      tfms[(int) (sector & (tfms.length - 1))].crypt(
          write,
          new Skcipher.Request(out, outAt + i * size, size, 1, own).from(in, inAt + i * size));
    }
  }

  // ---- what it says -----------------------------------------------------------------------------

  /** Any of the ciphers, for what does not depend on the key; {@code any_tfm}. */
  Skcipher any() {
    return tfms[0];
  }

  CryptKey key() {
    return key;
  }

  /** {@code tfms_count}. */
  int keys() {
    return spec.keys();
  }

  boolean isAead() {
    return aead != null;
  }

  /** Whether it wants room beside each sector that only a device with an integrity profile has. */
  boolean needsProfile() {
    return aead != null || needsTags;
  }

  int blockSize() {
    return blockSize;
  }

  int ivSize() {
    return ivSize;
  }

  int sectorSize() {
    return options.sectorSize;
  }

  /** As a table line begins: the cipher and the key. */
  String describe() {
    return spec.text() + " " + key;
  }
}
