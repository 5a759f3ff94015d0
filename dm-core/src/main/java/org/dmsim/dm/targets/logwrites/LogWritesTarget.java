package org.dmsim.dm.targets.logwrites;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.dm.targets.DeviceCallout;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.EndIoResult;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.report.KernelSymbol;

/**
 * {@code log-writes DEVICE LOGDEVICE}: a device, all writes to which are written down on another in
 * the order in which they became safe. Mirrors {@code dm-log-writes.c}, 6.1.
 */
@DmTargetType(name = "log-writes", version = "1.1.0")
public final class LogWritesTarget extends DmTarget {

  /** {@code UINT_MAX >> SECTOR_SHIFT}. */
  private static final long ALL_SECTORS = Sectors.UINT_MAX >> Sectors.SHIFT;

  /** What is kept with a clone: what is to be logged of it; null for nothing. */
  private static final class Logged {
    PendingBlock block;
  }

  private DmDev device;
  private DmDev logDevice;
  private WriteLog log;
  private boolean deviceSupportsDiscard = true;

  @Override
  @KernelSymbol("log_writes_ctr")
  public void ctr(String[] argv) throws TargetError {
    if (argv.length < 2) {
      throw new TargetError(EINVAL, "Invalid argument count");
    }
    device = getDevice(argv[0], "Device lookup failed");
    logDevice = getDevice(argv[1], "Log device lookup failed");
    log = new WriteLog(logDevice.bdev(), limits().logicalBlockSize);
    log.start();
    numFlushBios = 1;
    flushSupported = true;
    numDiscardBios = 1;
    discardsSupported = true;
  }

  private QueueLimits limits() {
    return device.bdev().queue().limits();
  }

  @Override
  @KernelSymbol("log_writes_dtr")
  public void dtr() {
    log.finish();
  }

  @Override
  @KernelSymbol("log_writes_map")
  public MapResult map(Bio bio) {
    Logged logged = perBioData(bio, Logged::new);
    logged.block = null;
    boolean flush = bio.hasOpf(Opf.REQ_PREFLUSH);
    if (log.isEnabled() && Opf.isWrite(bio.opf()) && (bio.sectors() != 0 || flush)) {
      PendingBlock block = describe(bio, flush);
      logged.block = block;
      log.expect();
      if (block.is(PendingBlock.DISCARD)) {
        if (!deviceSupportsDiscard) {
          bio.endio();
          return MapResult.SUBMITTED;
        }
      } else {
        if (bio.hasData()) {
          int from = bio.dataOffset();
          block.data = Arrays.copyOfRange(bio.data(), from, from + (int) bio.size());
        }
        if (flush) {
          log.gather(block);
        }
      }
    }
    bio.setDev(device.bdev());
    return MapResult.REMAPPED;
  }

  private PendingBlock describe(Bio bio, boolean flush) {
    PendingBlock block = new PendingBlock();
    int shift = Integer.numberOfTrailingZeros(log.sectorSize()) - Sectors.SHIFT;
    block.sector = bio.sector() >>> shift;
    block.sectors = bio.sectors() >>> shift;
    block.flags =
        (flush ? PendingBlock.FLUSH : 0)
            | (bio.hasOpf(Opf.REQ_FUA) ? PendingBlock.FUA : 0)
            | (bio.op() == Opf.REQ_OP_DISCARD ? PendingBlock.DISCARD : 0)
            | (bio.hasOpf(Opf.REQ_META) ? PendingBlock.METADATA : 0);
    return block;
  }

  @Override
  @KernelSymbol("normal_end_io")
  public EndIoResult endIo(Bio bio) {
    PendingBlock block = perBioData(bio, Logged::new).block;
    if (Opf.isWrite(bio.opf()) && block != null) {
      log.ended(block);
    }
    return EndIoResult.DONE;
  }

  @Override
  @KernelSymbol("log_writes_message")
  public int message(String[] argv, StringBuilder result) {
    if (argv.length != 2) {
      DmLog.say(
          "log-writes",
          "Invalid log-writes message arguments, expect 2 arguments, got " + argv.length);
      return -EINVAL;
    }
    if (!argv[0].equalsIgnoreCase("mark")) {
      DmLog.say("log-writes", "Unrecognised log writes target message received: " + argv[0]);
      return -EINVAL;
    }
    byte[] text = argv[1].getBytes(StandardCharsets.UTF_8);
    int most = log.sectorSize() - PendingBlock.ENTRY_SIZE - 1;
    log.mark(Arrays.copyOf(text, Math.min(text.length, most)));
    return 0;
  }

  @Override
  @KernelSymbol("log_writes_status")
  public String status(StatusType type) {
    if (type == StatusType.TABLE) {
      return device.name() + " " + logDevice.name();
    }
    return Long.toUnsignedString(log.loggedEntries())
        + " "
        + Long.toUnsignedString(log.nextSector() - 1)
        + (log.isEnabled() ? "" : " logging_disabled");
  }

  @Override
  @KernelSymbol("log_writes_prepare_ioctl")
  public int prepareIoctl(BlockDevice[] passed) {
    passed[0] = device.bdev();
    return length() != passed[0].sectors() ? 1 : 0;
  }

  @Override
  public int iterateDevices(DeviceCallout fn) {
    return fn.device(this, device, 0, length());
  }

  @Override
  @KernelSymbol("log_writes_io_hints")
  public void ioHints(QueueLimits limits) {
    QueueLimits own = limits();
    if (own.maxDiscardSectors == 0) {
      deviceSupportsDiscard = false;
      limits.discardGranularity = log.sectorSize();
      limits.maxDiscardSectors = ALL_SECTORS;
    }
    limits.logicalBlockSize = own.logicalBlockSize;
    limits.physicalBlockSize = own.physicalBlockSize;
    limits.ioMin = limits.physicalBlockSize;
    limits.dmaAlignment = limits.logicalBlockSize - 1;
  }
}
