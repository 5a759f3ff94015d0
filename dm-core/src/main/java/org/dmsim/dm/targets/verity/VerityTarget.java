package org.dmsim.dm.targets.verity;

import java.util.Arrays;
import java.util.HexFormat;
import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.core.BlkCore;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.dm.crypto.CryptoApi;
import org.dmsim.dm.crypto.CryptoException;
import org.dmsim.dm.crypto.Shash;
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
import org.dmsim.dm.targets.TargetFeature;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;

/**
 * {@code verity VERSION DATA HASHES DATA_BLOCK HASH_BLOCK BLOCKS START ALGORITHM ROOT SALT [COUNT
 * FEATURE ...]}: a read-only device whose blocks are held against their digests. Mirrors {@code
 * dm-verity-target.c}, 6.1, of a kernel without root hash signatures.
 */
@DmTargetType(
    name = "verity",
    version = "1.9.0",
    features = {TargetFeature.IMMUTABLE})
public final class VerityTarget extends DmTarget {

  private static final int ARGUMENTS = 10;

  private Verity v;

  static void say(String text) {
    DmLog.say("verity", text);
  }

  private static TargetError refusal(String text) {
    return new TargetError(EINVAL, text);
  }

  @Override
  @KernelSymbol("verity_ctr")
  public void ctr(String[] argv) throws TargetError {
    if (table().writable()) {
      throw refusal("Device must be readonly");
    }
    if (argv.length < ARGUMENTS) {
      throw refusal("Not enough arguments");
    }
    VerityOptions options = VerityOptions.modifiers(features(argv));
    long version = Scan.isUnsigned(argv[0]) ? Scan.unsigned(argv[0]) & 0xffffffffL : 2;
    if (version > 1) {
      throw refusal("Invalid version");
    }
    DmDev data = getDevice(argv[1], false, "Data device lookup failed");
    DmDev hashes = getDevice(argv[2], false, "Hash device lookup failed");
    int dataBits = blockBits(argv[3], data, Sectors.PAGE_SIZE, "Invalid data device block size");
    int hashBits = blockBits(argv[4], hashes, Integer.MAX_VALUE, "Invalid hash device block size");
    long dataBlocks = VerityOptions.blocks(argv[5], dataBits, "Invalid data blocks");
    if (Long.compareUnsigned(length(), dataBlocks << dataBits - Sectors.SHIFT) > 0) {
      throw refusal("Data device is too small");
    }
    long hashStart = VerityOptions.blocks(argv[6], hashBits, "Invalid hash start");
    Shash shash = hash(argv[7]);
    say(shash.name() + " using implementation \"" + shash.driverName() + "\"");
    if (1 << hashBits < shash.digestSize() * 2) {
      throw refusal("Digest size too big");
    }
    byte[] root = hex(argv[8], "Invalid root digest");
    if (root.length != shash.digestSize()) {
      throw refusal("Invalid root digest");
    }
    byte[] salt = argv[9].equals("-") ? new byte[0] : hex(argv[9], "Invalid salt");
    options.read(
        features(argv), dataBits, dataBlocks, (path, error) -> getDevice(path, false, error));
    Digests digests = new Digests((int) version, shash, salt);
    byte[] zero = options.ignoreZeroes ? zeroDigest(digests, dataBits) : null;
    Geometry geometry =
        new Geometry((int) version, shash.digestSize(), hashBits, dataBlocks, hashStart);
    Task t = Task.current();
    int cpus = t == null ? 1 : t.machine().cpuCount();
    v =
        new Verity(
            data,
            hashes,
            dataBits,
            hashBits,
            dataBlocks,
            hashStart,
            digests,
            root,
            geometry,
            options,
            zero,
            cpus);
    try {
      if (Long.compareUnsigned(v.bufio.deviceSize(), geometry.end()) < 0) {
        throw new TargetError(Errno.E2BIG, "Hash device is too small");
      }
      v.fec = options.fecDevice == null ? null : new Fec(v);
    } catch (TargetError e) {
      v.destroy();
      throw e;
    }
  }

  private static ArgSet features(String[] argv) {
    return new ArgSet(Arrays.copyOfRange(argv, ARGUMENTS, argv.length));
  }

  private static int blockBits(String text, DmDev device, int most, String error)
      throws TargetError {
    int size = Scan.isUnsigned(text) ? (int) Scan.unsigned(text) : 0;
    int least = device.bdev().queue().limits().logicalBlockSize;
    if (Integer.bitCount(size) != 1
        || Integer.compareUnsigned(size, least) < 0
        || Integer.compareUnsigned(size, most) > 0) {
      throw refusal(error);
    }
    return Integer.numberOfTrailingZeros(size);
  }

  private static Shash hash(String name) throws TargetError {
    try {
      return CryptoApi.shash(name);
    } catch (CryptoException e) {
      throw new TargetError(e.errno(), "Cannot initialize hash function");
    }
  }

  private static byte[] hex(String text, String error) throws TargetError {
    try {
      return HexFormat.of().parseHex(text);
    } catch (IllegalArgumentException notHex) {
      throw refusal(error);
    }
  }

  private static byte[] zeroDigest(Digests digests, int dataBits) throws TargetError {
    try {
      return digests.of(new byte[1 << dataBits], 0, 1 << dataBits);
    } catch (VerityException e) {
      throw new TargetError(e.errno(), "Cannot allocate zero digest");
    }
  }

  @Override
  public void dtr() {
    v.destroy();
  }

  /** Mirrors {@code verity_map}: the read goes out by itself, and its end is the target's. */
  @Override
  @KernelSymbol("verity_map")
  public MapResult map(Bio bio) {
    bio.setDev(v.dataDev.bdev());
    bio.setSector(offset(bio.sector()));
    if (((bio.sector() | bio.sectors()) & (1L << v.dataShift()) - 1) != 0) {
      say("unaligned io");
      return MapResult.KILL;
    }
    if (bio.endSector() >>> v.dataShift() > v.dataBlocks) {
      say("io out of range");
      return MapResult.KILL;
    }
    if (Opf.isWrite(bio.opf())) {
      return MapResult.KILL;
    }
    new VerityIo(v, bio).submitPrefetch();
    BlkCore.submitBioNoacct(bio);
    return MapResult.SUBMITTED;
  }

  /** Forgets what is cached, so that later damage is seen. Mirrors {@code verity_postsuspend}. */
  @Override
  @KernelSymbol("verity_postsuspend")
  public void postsuspend() {
    v.verifyWq.flush();
    v.bufio.reset();
  }

  /** V for valid, C for corruption found; or the table line. */
  @Override
  @KernelSymbol("verity_status")
  public String status(StatusType type) {
    if (type == StatusType.INFO) {
      return v.hasFailed() ? "C" : "V";
    }
    HexFormat hex = HexFormat.of();
    byte[] salt = v.digests.salt();
    return v.digests.version()
        + " "
        + v.dataDev.name()
        + " "
        + v.hashDev.name()
        + " "
        + (1 << v.dataBits)
        + " "
        + (1 << v.hashBits)
        + " "
        + Long.toUnsignedString(v.dataBlocks)
        + " "
        + Long.toUnsignedString(v.hashStart)
        + " "
        + v.digests.shash().name()
        + " "
        + hex.formatHex(v.rootDigest)
        + " "
        + (salt.length == 0 ? "-" : hex.formatHex(salt))
        + v.options.describe();
  }

  @Override
  @KernelSymbol("verity_prepare_ioctl")
  public int prepareIoctl(BlockDevice[] passed) {
    passed[0] = v.dataDev.bdev();
    return length() == v.dataDev.bdev().sectors() ? 0 : 1;
  }

  @Override
  public int iterateDevices(DeviceCallout fn) {
    return fn.device(this, v.dataDev, 0, length());
  }

  @Override
  @KernelSymbol("verity_io_hints")
  public void ioHints(QueueLimits limits) {
    limits.logicalBlockSize = Math.max(limits.logicalBlockSize, 1 << v.dataBits);
    limits.physicalBlockSize = Math.max(limits.physicalBlockSize, 1 << v.dataBits);
    limits.setIoMin(limits.logicalBlockSize);
  }
}
