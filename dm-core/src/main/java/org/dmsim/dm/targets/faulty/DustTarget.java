package org.dmsim.dm.targets.faulty;

import java.util.Locale;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.targets.DeviceCallout;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.report.KernelSymbol;

/**
 * {@code dust DEVICE START BLOCKSIZE}: a disk with bad blocks, which messages add and take away.
 * Mirrors {@code dm-dust.c}, 6.1.
 */
@DmTargetType(name = "dust", version = "1.0.0")
public final class DustTarget extends DmTarget {

  private static final long MAX_BLOCK_SECTORS = 2097152;

  private final BadBlocks badBlocks = new BadBlocks();
  private DmDev device;
  private long start;
  private long blockSize;
  private int sectorsPerBlock;
  private boolean failsReads;

  @Override
  @KernelSymbol("dust_ctr")
  public void ctr(String[] argv) throws TargetError {
    if (argv.length != 3) {
      throw new TargetError(EINVAL, "Invalid argument count");
    }
    blockSize = Scan.kstrtouint(argv[2]);
    if (blockSize <= 0) {
      throw new TargetError(EINVAL, "Invalid block size parameter");
    }
    if (blockSize < Sectors.SIZE) {
      throw new TargetError(EINVAL, "Block size must be at least 512");
    }
    if (Long.bitCount(blockSize) != 1) {
      throw new TargetError(EINVAL, "Block size must be a power of 2");
    }
    sectorsPerBlock = (int) (blockSize >> Sectors.SHIFT);
    if (sectorsPerBlock > MAX_BLOCK_SECTORS
        || Long.compareUnsigned(sectorsPerBlock, length()) > 0) {
      throw new TargetError(EINVAL, "Block size is too large");
    }
    start = Scan.sector(argv[1], "Invalid device offset sector");
    try {
      device = getDevice(argv[0], "Device lookup failed");
    } catch (TargetError why) {
      throw new TargetError(EINVAL, why.getMessage());
    }
    setMaxIoLen(sectorsPerBlock);
    numDiscardBios = 1;
    numFlushBios = 1;
  }

  @Override
  @KernelSymbol("dust_map")
  public MapResult map(Bio bio) {
    bio.setDev(device.bdev());
    bio.setSector(start + offset(bio.sector()));
    if (!failsReads) {
      return MapResult.REMAPPED;
    }
    long block = bio.sector() >>> Integer.numberOfTrailingZeros(sectorsPerBlock);
    return Opf.isWrite(bio.opf()) ? badBlocks.write(block, sectorsPerBlock) : badBlocks.read(block);
  }

  @Override
  @KernelSymbol("dust_message")
  public int message(String[] argv, StringBuilder result) {
    String verb = argv[0].toLowerCase(Locale.ROOT);
    return switch (argv.length) {
      case 1 -> plain(argv[0], verb, result);
      case 2, 3 -> ofBlock(argv, verb, result);
      default -> {
        DmLog.say("dust", "invalid number of arguments '" + argv.length + "'");
        yield -EINVAL;
      }
    };
  }

  private int plain(String word, String verb, StringBuilder result) {
    switch (verb) {
      case "addbadblock", "removebadblock", "queryblock" -> {
        DmLog.say("dust", word + " requires an additional argument");
        return -EINVAL;
      }
      case "disable" -> {
        DmLog.say("dust", "disabling read failures on bad sectors");
        failsReads = false;
        return 0;
      }
      case "enable" -> {
        DmLog.say("dust", "enabling read failures on bad sectors");
        failsReads = true;
        return 0;
      }
      case "quiet" -> {
        badBlocks.quiet = !badBlocks.quiet;
        return 0;
      }
      case "countbadblocks" -> result.append(badBlocks.count());
      case "clearbadblocks" -> result.append(badBlocks.clear());
      case "listbadblocks" -> result.append(badBlocks.list());
      default -> {
        return unrecognized(word);
      }
    }
    return 1;
  }

  private int ofBlock(String[] argv, String verb, StringBuilder result) {
    boolean counted = argv.length == 3;
    if (!Scan.isUnsigned(argv[1]) || (counted && !Scan.isUnsigned(argv[2]))) {
      return -EINVAL;
    }
    long block = Scan.unsigned(argv[1]);
    int failCount = counted ? (int) Scan.unsigned(argv[2]) : 0;
    if (Integer.compareUnsigned(failCount, 255) > 0) {
      DmLog.say("dust", "selected write fail count out of range");
      return -EINVAL;
    }
    // The bound is the whole device's, and one block too high.
    if (Long.compareUnsigned(block, device.bdev().sectors() / sectorsPerBlock) > 0) {
      DmLog.say("dust", "selected block value out of range");
      return -EINVAL;
    }
    if (verb.equals("addbadblock")) {
      return badBlocks.add(block, failCount);
    }
    if (!counted && verb.equals("removebadblock")) {
      return badBlocks.remove(block);
    }
    if (!counted && verb.equals("queryblock")) {
      result.append(badBlocks.query(block));
      return 1;
    }
    return unrecognized(argv[0]);
  }

  private static int unrecognized(String word) {
    DmLog.say("dust", "unrecognized message '" + word + "' received");
    return -EINVAL;
  }

  @Override
  @KernelSymbol("dust_status")
  public String status(StatusType type) {
    if (type == StatusType.TABLE) {
      return device.name() + " " + Long.toUnsignedString(start) + " " + blockSize;
    }
    return device.name()
        + (failsReads ? " fail_read_on_bad_block" : " bypass")
        + (badBlocks.quiet ? " quiet" : " verbose");
  }

  @Override
  @KernelSymbol("dust_prepare_ioctl")
  public int prepareIoctl(BlockDevice[] passed) {
    passed[0] = device.bdev();
    return start != 0 || length() != passed[0].sectors() ? 1 : 0;
  }

  @Override
  public int iterateDevices(DeviceCallout fn) {
    return fn.device(this, device, start, length());
  }
}
