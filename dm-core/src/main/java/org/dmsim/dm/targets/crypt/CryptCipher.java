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
      return each < macSize ? -Errno.EINVAL : aead.answerToKeyOf().applyAsInt(each - macSize);
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
   * @param source where they are read
   * @param length bytes, a multiple of {@link #sectorSize}
   * @param destination where they are written; the same as the source for a read
   */
  void convert(
      boolean write,
      long first,
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
      iv.generate(this, u);
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
