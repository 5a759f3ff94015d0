package org.dmsim.dm.targets.era;

import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.dm.persistent.MetadataException;
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
 * {@code era METADATA ORIGIN BLOCK}: what was written since when. Mirrors {@code dm-era-target.c},
 * 6.1.
 */
@DmTargetType(name = "era", version = "1.0.0")
public final class EraTarget extends DmTarget {

  private static final int MIN_BLOCK = 8;

  private DmDev metadataDev;
  private DmDev origin;
  private long sectorsPerBlock;
  private long blocks;
  private EraMetadata md;
  private EraWorker worker;

  // ---- construction -----------------------------------------------------------------------------

  private static TargetError refuse(String why) {
    return new TargetError(EINVAL, why);
  }

  @Override
  @KernelSymbol("era_ctr")
  public void ctr(String[] argv) throws TargetError {
    if (argv.length != 3) {
      throw refuse("Invalid argument count");
    }
    metadataDev = open(argv[0], "Error opening metadata device");
    origin = open(argv[1], "Error opening data device");
    int size = (int) Scan.sector(argv[2], "Error parsing block size");
    sectorsPerBlock = Integer.toUnsignedLong(size);
    setMaxIoLen(sectorsPerBlock);
    if (size == 0 || size % MIN_BLOCK != 0) {
      throw refuse("Invalid block size");
    }
    try {
      md = new EraMetadata(metadataDev.bdev(), sectorsPerBlock);
    } catch (MetadataException e) {
      throw new TargetError(e.errno(), "Error reading metadata");
    }
    worker = new EraWorker(md, sectorsPerBlock);
    numFlushBios = 1;
    flushSupported = true;
    numDiscardBios = 1;
  }

  /** Whatever is wrong with a device, it is EINVAL. */
  private DmDev open(String path, String error) throws TargetError {
    try {
      return getDevice(path, true, error);
    } catch (TargetError e) {
      throw refuse(error);
    }
  }

  @Override
  @KernelSymbol("era_dtr")
  public void dtr() {
    md.close();
    worker.destroy();
  }

  // ---- I/O --------------------------------------------------------------------------------------

  @Override
  @KernelSymbol("era_map")
  public MapResult map(Bio bio) {
    bio.setDev(origin.bdev());
    bio.setSector(offset(bio.sector()));
    if (!bio.hasOpf(Opf.REQ_PREFLUSH)
        && Opf.isWrite(bio.opf())
        && !md.isMarked(Long.divideUnsigned(bio.sector(), sectorsPerBlock))) {
      worker.defer(bio);
      return MapResult.SUBMITTED;
    }
    return MapResult.REMAPPED;
  }

  // ---- suspend and resume -----------------------------------------------------------------------

  private static int failed(String where, int r) {
    if (r != 0) {
      DmLog.say(EraMetadata.PREFIX, where);
    }
    return r;
  }

  private interface Metadata {
    void change() throws MetadataException;
  }

  private static int directly(String where, Metadata m) {
    try {
      m.change();
      return 0;
    } catch (MetadataException e) {
      return failed(where, -e.errno());
    }
  }

  @Override
  @KernelSymbol("era_postsuspend")
  public void postsuspend() {
    failed("era_postsuspend: couldn't archive current era", worker.call(md::archive));
    worker.stop();
    directly("era_postsuspend: metadata_commit failed", md::commit);
  }

  @Override
  @KernelSymbol("era_preresume")
  public int preresume() {
    long size = (length() + sectorsPerBlock - 1) / sectorsPerBlock;
    if (blocks != size) {
      int r = directly("era_preresume: metadata_resize failed", () -> md.resize(size));
      if (r == 0) {
        r = directly("era_preresume: metadata_commit failed", md::commit);
      }
      if (r != 0) {
        return r;
      }
      blocks = size;
    }
    worker.start();
    return failed("era_preresume: metadata_era_rollover failed", worker.call(md::rollover));
  }

  // ---- what it says -----------------------------------------------------------------------------

  @Override
  @KernelSymbol("era_status")
  public String status(StatusType type) {
    if (type == StatusType.TABLE) {
      return metadataDev.name() + " " + origin.name() + " " + sectorsPerBlock;
    }
    String[] stats = new String[1];
    return worker.call(() -> stats[0] = md.stats()) == 0 ? stats[0] : "Error";
  }

  @Override
  @KernelSymbol("era_message")
  public int message(String[] argv, StringBuilder result) {
    if (argv.length != 1) {
      log("incorrect number of message arguments");
      return -EINVAL;
    }
    if (argv[0].equalsIgnoreCase("checkpoint")) {
      return worker.call(md::rollover);
    }
    if (argv[0].equalsIgnoreCase("take_metadata_snap")) {
      return worker.call(md::takeSnap);
    }
    if (argv[0].equalsIgnoreCase("drop_metadata_snap")) {
      return worker.call(md::dropSnap);
    }
    log("unsupported message '" + argv[0] + "'");
    return -EINVAL;
  }

  @Override
  @KernelSymbol("era_iterate_devices")
  public int iterateDevices(DeviceCallout fn) {
    return fn.device(this, origin, 0, origin.bdev().sectors());
  }

  @Override
  @KernelSymbol("era_io_hints")
  public void ioHints(QueueLimits limits) {
    long optimal = limits.ioOpt >> 9;
    if (optimal < sectorsPerBlock || optimal % sectorsPerBlock != 0) {
      limits.setIoMin(0);
      limits.ioOpt = sectorsPerBlock << 9;
    }
  }
}
