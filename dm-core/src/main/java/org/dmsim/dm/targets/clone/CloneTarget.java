package org.dmsim.dm.targets.clone;

import java.util.Locale;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.dm.persistent.MetadataException;
import org.dmsim.dm.persistent.MetadataSpaceMap;
import org.dmsim.dm.targets.DeviceCallout;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.EndIoResult;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.report.KernelSymbol;

/**
 * {@code clone METADATA DESTINATION SOURCE REGION [COUNT FEATURE... [COUNT KEY VALUE...]]}: a copy
 * of the source that can be used at once. Mirrors {@code dm-clone-target.c}, 6.1.
 */
@DmTargetType(name = "clone", version = "1.0.0")
public final class CloneTarget extends DmTarget {

  /** {@code DM_CLONE_METADATA_BLOCK_SIZE}: sectors. */
  private static final int METADATA_BLOCK = 8;

  private CloneOptions options;
  private Clone clone;

  @Override
  @KernelSymbol("clone_ctr")
  public void ctr(String[] argv) throws TargetError {
    options = CloneOptions.read(argv, length(), this::getDevice, MetadataSpaceMap.MAX_SECTORS);
    setMaxIoLen(options.regionSize);
    CloneMetadata metadata;
    try {
      metadata = new CloneMetadata(options.metadata.bdev(), length(), options.regionSize);
    } catch (MetadataException e) {
      throw new TargetError(e.errno(), "Failed to load metadata");
    }
    metadata.setReadOnly(false);
    clone = new Clone(options, table(), metadata, length());
    numFlushBios = 1;
    flushSupported = true;
    discardsSupported = true;
    numDiscardBios = 1;
  }

  @Override
  public void dtr() {
    clone.destroy();
  }

  // ---- I/O --------------------------------------------------------------------------------------

  @Override
  @KernelSymbol("clone_map")
  public MapResult map(Bio bio) {
    clone.iosInFlight.add(1);
    if (clone.mode() == Clone.FAIL) {
      return MapResult.KILL;
    }
    if (bio.hasOpf(Opf.REQ_PREFLUSH)) {
      bio.setDev(clone.destination);
      clone.issue(bio);
      return MapResult.SUBMITTED;
    }
    bio.setSector(offset(bio.sector()));
    if (bio.op() == Opf.REQ_OP_DISCARD) {
      clone.discard(bio);
    } else if (clone.metadata.isHydrated(clone.regionOf(bio))) {
      bio.setDev(clone.destination);
      clone.issue(bio);
    } else if (!Opf.isWrite(bio.opf())) {
      bio.setDev(clone.source);
      return MapResult.REMAPPED;
    } else {
      bio.setDev(clone.destination);
      clone.hydrator.hydrate(bio);
    }
    return MapResult.SUBMITTED;
  }

  @Override
  @KernelSymbol("clone_endio")
  public EndIoResult endIo(Bio bio) {
    clone.iosInFlight.add(-1);
    return EndIoResult.DONE;
  }

  // ---- the rest ---------------------------------------------------------------------------------

  @Override
  public void postsuspend() {
    clone.suspend();
  }

  @Override
  public void resume() {
    clone.resume();
  }

  @Override
  @KernelSymbol("clone_message")
  public int message(String[] argv, StringBuilder result) {
    String word = argv[0].toLowerCase(Locale.ROOT);
    if (word.equals("enable_hydration")) {
      if (!clone.flags.test(Clone.HYDRATION_ENABLED)) {
        clone.flags.set(Clone.HYDRATION_ENABLED);
        clone.wakeWorker();
      }
      return 0;
    }
    if (word.equals("disable_hydration")) {
      clone.flags.clear(Clone.HYDRATION_ENABLED);
      return 0;
    }
    if (argv.length != 2) {
      return -EINVAL;
    }
    boolean threshold = word.equals("hydration_threshold");
    if (!threshold && !word.equals("hydration_batch_size")) {
      clone.say("Unsupported message `" + argv[0] + "'");
      return -EINVAL;
    }
    long value = Scan.kstrtouint(argv[1]);
    if (value < 0) {
      return -EINVAL;
    }
    (threshold ? clone.hydrator.threshold : clone.hydrator.batchSize).writeOnce((int) value);
    if (threshold) {
      clone.wakeWorker();
    }
    return 0;
  }

  @Override
  public String status(StatusType type) {
    return status(type, false);
  }

  @Override
  @KernelSymbol("clone_status")
  public String status(StatusType type, boolean noflush) {
    if (type != StatusType.INFO) {
      return options.line();
    }
    if (clone.mode() == Clone.FAIL) {
      return "Fail";
    }
    if (!noflush && !table().isSuspended()) {
      clone.commitQuietly();
    }
    long free;
    long all;
    try {
      free = clone.metadata.freeBlocks();
    } catch (MetadataException e) {
      return failed("dm_clone_get_free_metadata_block_count", e);
    }
    try {
      all = clone.metadata.deviceBlocks();
    } catch (MetadataException e) {
      return failed("dm_clone_get_metadata_dev_size", e);
    }
    StringBuilder s = new StringBuilder();
    s.append(METADATA_BLOCK).append(' ').append(all - free).append('/').append(all).append(' ');
    s.append(options.regionSize).append(' ').append(clone.metadata.hydratedRegions());
    s.append('/').append(clone.regions).append(' ').append(clone.hydrator.inFlight.readOnce());
    return s.append(' ').append(flags()).append(core()).append(modeWord()).toString();
  }

  private String failed(String function, MetadataException e) {
    clone.say(function + " returned " + -e.errno());
    return "Error";
  }

  private String flags() {
    boolean still = !clone.flags.test(Clone.HYDRATION_ENABLED);
    boolean kept = !clone.flags.test(Clone.DISCARD_PASSDOWN);
    int count = (still ? 1 : 0) + (kept ? 1 : 0);
    return count + (still ? " no_hydration" : "") + (kept ? " no_discard_passdown" : "");
  }

  private String core() {
    return " 4 hydration_threshold "
        + Integer.toUnsignedString(clone.hydrator.threshold.readOnce())
        + " hydration_batch_size "
        + Integer.toUnsignedString(clone.hydrator.batchSize.readOnce());
  }

  private String modeWord() {
    return switch (clone.mode()) {
      case Clone.WRITE -> " rw";
      case Clone.READ_ONLY -> " ro";
      default -> " Fail";
    };
  }

  @Override
  public int iterateDevices(DeviceCallout fn) {
    int r = fn.device(this, options.source, 0, length());
    return r != 0 ? r : fn.device(this, options.destination, 0, length());
  }

  // ---- limits -----------------------------------------------------------------------------------

  @Override
  @KernelSymbol("clone_io_hints")
  public void ioHints(QueueLimits limits) {
    long region = (long) options.regionSize << Sectors.SHIFT;
    long opt = limits.ioOpt >> Sectors.SHIFT;
    if (opt < options.regionSize || opt % options.regionSize != 0) {
      limits.setIoMin(region);
      limits.ioOpt = region;
    }
    QueueLimits below = clone.destination.queue().limits();
    disablePassdown(below);
    if (!clone.flags.test(Clone.DISCARD_PASSDOWN)) {
      limits.discardGranularity = region;
      limits.maxDiscardSectors =
          Sectors.roundDown(Sectors.UINT_MAX >> Sectors.SHIFT, options.regionSize);
      return;
    }
    limits.maxDiscardSectors = below.maxDiscardSectors;
    limits.maxHwDiscardSectors = below.maxHwDiscardSectors;
    limits.discardGranularity = below.discardGranularity;
    limits.discardAlignment = below.discardAlignment;
    limits.discardMisaligned = below.discardMisaligned;
    limits.maxDiscardSegments = below.maxDiscardSegments;
  }

  @KernelSymbol("disable_passdown_if_not_supported")
  private void disablePassdown(QueueLimits below) {
    if (!clone.flags.test(Clone.DISCARD_PASSDOWN)) {
      return;
    }
    String reason =
        below.maxDiscardSectors == 0
            ? "discard unsupported"
            : below.maxDiscardSectors < options.regionSize
                ? "max discard sectors smaller than a region"
                : null;
    if (reason != null) {
      log(
          "Destination device ("
              + clone.destination.name()
              + ") "
              + reason
              + ": Disabling discard passdown.");
      clone.flags.clear(Clone.DISCARD_PASSDOWN);
    }
  }
}
