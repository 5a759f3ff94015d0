package org.dmsim.dm.targets.crypt;

import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.device.Gendisk;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.dm.targets.ArgSet;
import org.dmsim.dm.targets.DeviceCallout;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.memory.SharedBits;
import org.dmsim.report.KernelSymbol;

/**
 * {@code crypt CIPHER KEY IV_OFFSET DEVICE START [COUNT FEATURE ...]}: what is written is
 * encrypted, what is read decrypted. Mirrors {@code dm-crypt.c}, 6.1, of a kernel without
 * CONFIG_KEYS.
 */
@DmTargetType(name = "crypt", version = "1.24.0")
public final class CryptTarget extends DmTarget {

  private static final int SUSPENDED = 0;
  private static final int ARGUMENTS = 5;

  private final SharedBits flags = new SharedBits("cc->flags", "DM_CRYPT_SUSPENDED");
  private CryptOptions options;
  private CryptCipher cipher;
  private Crypt cc;

  /** A line of the log. The include of a header of trusted keys gives it one prefix more. */
  static void say(String text) {
    DmLog.print("trusted_key: device-mapper: crypt: " + text);
  }

  @Override
  @KernelSymbol("crypt_ctr")
  public void ctr(String[] argv) throws TargetError {
    if (argv.length < ARGUMENTS) {
      throw new TargetError(EINVAL, "Not enough arguments");
    }
    int keySize = CryptKey.sizeOf(argv[1]);
    if (keySize < 0) {
      throw new TargetError(EINVAL, "Cannot parse key size");
    }
    ArgSet rest = new ArgSet(argv);
    rest.consume(ARGUMENTS);
    options = CryptOptions.read(rest, length());
    CipherSpec spec = CipherSpec.parse(argv[0], options.aead);
    cipher = CryptCipher.create(spec, options, keySize, argv[1]);
    long ivOffset = Scan.sector(argv[2], "Invalid iv_offset sector");
    if ((ivOffset & ((options.sectorSize >> Sectors.SHIFT) - 1)) != 0) {
      throw new TargetError(EINVAL, "Invalid iv_offset sector");
    }
    DmDev device = getDevice(argv[3], "Device lookup failed");
    long start = Scan.sector(argv[4], "Invalid device sector");
    if (cipher.needsProfile()) {
      checkProfile(device.bdev().disk());
    }
    cc = new Crypt(cipher, options, device, start, ivOffset, table().deviceName());
    numFlushBios = 1;
    numDiscardBios = options.allowDiscards ? 1 : 0;
    accountsRemappedIo = true;
  }

  /** Mirrors {@code crypt_integrity_ctr}. */
  @KernelSymbol("crypt_integrity_ctr")
  private void checkProfile(Gendisk disk) throws TargetError {
    if (disk.integrityTag() == 0) {
      throw new TargetError(EINVAL, "Integrity profile not supported.");
    }
    if (disk.integrityTag() != options.tagSize) {
      throw new TargetError(EINVAL, "Integrity profile tag size mismatch.");
    }
    if (disk.integrityInterval() != options.sectorSize) {
      throw new TargetError(EINVAL, "Integrity profile sector size mismatch.");
    }
    cipher.checkProfile();
  }

  @Override
  public void dtr() {
    cc.destroy();
  }

  /** Flushes and discards pass by the queues. Mirrors {@code crypt_map}. */
  @Override
  @KernelSymbol("crypt_map")
  public MapResult map(Bio bio) {
    if (bio.hasOpf(Opf.REQ_PREFLUSH) || bio.op() == Opf.REQ_OP_DISCARD) {
      bio.setDev(cc.device().bdev());
      if (bio.sectors() != 0) {
        bio.setSector(cc.start() + offset(bio.sector()));
      }
      return MapResult.REMAPPED;
    }
    long most = (long) Crypt.MAX_PAGES * Sectors.PAGE_SIZE;
    if (bio.size() > most && (Opf.isWrite(bio.opf()) || options.tagSize != 0)) {
      acceptPartialBio(bio, (int) (most >> Sectors.SHIFT));
    }
    long sectors = options.sectorSize >> Sectors.SHIFT;
    if ((bio.sector() & (sectors - 1)) != 0 || (bio.size() & (options.sectorSize - 1)) != 0) {
      return MapResult.KILL;
    }
    new CryptIo(cc, bio, offset(bio.sector())).begin();
    return MapResult.SUBMITTED;
  }

  @Override
  @KernelSymbol("crypt_status")
  public String status(StatusType type) {
    return type == StatusType.INFO
        ? ""
        : cipher.describe()
            + " "
            + Long.toUnsignedString(cc.ivOffset())
            + " "
            + cc.device().name()
            + " "
            + Long.toUnsignedString(cc.start())
            + options.describe();
  }

  @Override
  @KernelSymbol("crypt_postsuspend")
  public void postsuspend() {
    flags.set(SUSPENDED);
  }

  @Override
  @KernelSymbol("crypt_preresume")
  public int preresume() {
    if (!cipher.hasKey()) {
      say("aborting resume - crypt key is not set.");
      return -Errno.EAGAIN;
    }
    return 0;
  }

  @Override
  @KernelSymbol("crypt_resume")
  public void resume() {
    flags.clear(SUSPENDED);
  }

  /** {@code key set KEY}, {@code key wipe}: while suspended. Mirrors {@code crypt_message}. */
  @Override
  @KernelSymbol("crypt_message")
  public int message(String[] argv, StringBuilder result) {
    if (argv.length >= 2 && argv[0].equalsIgnoreCase("key")) {
      if (!flags.test(SUSPENDED)) {
        say("not suspended during key manipulation.");
        return -EINVAL;
      }
      if (argv.length == 3 && argv[1].equalsIgnoreCase("set")) {
        return CryptKey.sizeOf(argv[2]) == cipher.key().size() ? cipher.setKey(argv[2]) : -EINVAL;
      }
      if (argv.length == 2 && argv[1].equalsIgnoreCase("wipe")) {
        return cipher.wipeKey();
      }
    }
    say("unrecognised message received.");
    return -EINVAL;
  }

  @Override
  public int iterateDevices(DeviceCallout fn) {
    return fn.device(this, cc.device(), cc.start(), length());
  }

  /** Pages of a buffer may lie apart, so a segment is no larger than one. */
  @Override
  @KernelSymbol("crypt_io_hints")
  public void ioHints(QueueLimits limits) {
    limits.maxSegmentSize = Sectors.PAGE_SIZE;
    limits.logicalBlockSize = Math.max(limits.logicalBlockSize, options.sectorSize);
    limits.physicalBlockSize = Math.max(limits.physicalBlockSize, options.sectorSize);
    limits.ioMin = Math.max(limits.ioMin, options.sectorSize);
    limits.dmaAlignment = limits.logicalBlockSize - 1;
  }
}
