package org.dmsim.dm.targets.stripe;

import org.dmsim.block.BlkStatus;
import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.dm.targets.DeviceCallout;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.EndIoResult;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.dm.targets.TargetFeature;
import org.dmsim.dm.targets.TargetPolicy;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;
import org.dmsim.workqueue.Work;
import org.dmsim.workqueue.Workqueue;

/**
 * {@code striped STRIPES CHUNK [DEVICE START]+}: chunks dealt out to devices in turn. Mirrors
 * {@code dm-stripe.c}, 6.1.
 */
@DmTargetType(
    name = "striped",
    version = "1.6.0",
    features = {TargetFeature.NOWAIT})
public final class StripedTarget extends DmTarget {

  /** {@code DM_IO_ERROR_THRESHOLD}: a stripe with as many errors raises no more events. */
  private static final int ERROR_THRESHOLD = 15;

  /** Bytes of a {@code struct stripe}, and the most that {@code kmalloc} gives. */
  private static final long STRIPE_SIZE = 24;

  private static final long KMALLOC_MAX_SIZE = 4L << 20;

  private long chunkSize;
  private long stripeWidth;
  private Stripes stripes;
  private DmDev[] devices;
  private long[] starts;
  private SharedInt[] errors;
  private final Work triggerEvent =
      new Work("(work_completion)(&sc->trigger_event)", () -> table().event());

  @Override
  @KernelSymbol("stripe_ctr")
  public void ctr(String[] argv) throws TargetError {
    if (argv.length < 2) {
      throw new TargetError(EINVAL, "Not enough arguments");
    }
    long count = Scan.kstrtouint(argv[0]);
    if (count <= 0) {
      throw new TargetError(EINVAL, "Invalid stripe count");
    }
    chunkSize = Scan.kstrtouint(argv[1]);
    if (chunkSize <= 0) {
      throw new TargetError(EINVAL, "Invalid chunk_size");
    }
    if (Long.remainderUnsigned(length(), count) != 0) {
      throw new TargetError(EINVAL, "Target length not divisible by number of stripes");
    }
    stripeWidth = Long.divideUnsigned(length(), count);
    if (Long.remainderUnsigned(stripeWidth, chunkSize) != 0) {
      throw new TargetError(EINVAL, "Target length not divisible by chunk size");
    }
    if (argv.length != (int) (2 + 2 * count)) {
      throw new TargetError(EINVAL, "Not enough destinations specified");
    }
    if (count * STRIPE_SIZE > KMALLOC_MAX_SIZE) {
      throw new TargetError(Errno.ENOMEM, "Memory allocation for striped context failed");
    }
    setMaxIoLen(chunkSize);
    stripes = new Stripes(count, chunkSize);
    int n = (int) count;
    numFlushBios = n;
    numDiscardBios = n;
    numSecureEraseBios = n;
    numWriteZeroesBios = n;
    flushBypassesMap = has(TargetPolicy.LINEAR_FLUSH_BYPASSES_MAP);
    devices = new DmDev[n];
    starts = new long[n];
    errors = new SharedInt[n];
    for (int i = 0; i < n; i++) {
      String error = "Couldn't parse stripe destination";
      starts[i] = Scan.sector(argv[2 * i + 3], error);
      devices[i] = getDevice(argv[2 * i + 2], error);
      errors[i] = new SharedInt("stripe->error_count", 0);
    }
  }

  @Override
  @KernelSymbol("stripe_dtr")
  public void dtr() {
    triggerEvent.flush();
  }

  @Override
  @KernelSymbol("stripe_map")
  public MapResult map(Bio bio) {
    if (bio.hasOpf(Opf.REQ_PREFLUSH)) {
      bio.setDev(devices[targetBioNr(bio)].bdev());
      return MapResult.REMAPPED;
    }
    switch (bio.op()) {
      case Opf.REQ_OP_DISCARD, Opf.REQ_OP_SECURE_ERASE, Opf.REQ_OP_WRITE_ZEROES -> {
        return mapRange(bio, targetBioNr(bio));
      }
      default -> {
        long offset = offset(bio.sector());
        int stripe = stripes.stripe(offset);
        bio.setSector(stripes.sector(offset) + starts[stripe]);
        bio.setDev(devices[stripe].bdev());
        return MapResult.REMAPPED;
      }
    }
  }

  /** Leaves the part of a bio without data that lies in one stripe. */
  @KernelSymbol("stripe_map_range")
  private MapResult mapRange(Bio bio, int stripe) {
    long from = stripes.bound(offset(bio.sector()), stripe);
    long to = stripes.bound(offset(bio.endSector()), stripe);
    if (from >= to) {
      bio.endio();
      return MapResult.SUBMITTED;
    }
    bio.setDev(devices[stripe].bdev());
    bio.setSector(from + starts[stripe]);
    bio.setSize((to - from) << Sectors.SHIFT);
    return MapResult.REMAPPED;
  }

  @Override
  @KernelSymbol("stripe_end_io")
  public EndIoResult endIo(Bio bio) {
    if (bio.status() == BlkStatus.OK
        || bio.hasOpf(Opf.REQ_RAHEAD)
        || bio.status() == BlkStatus.NOTSUPP) {
      return EndIoResult.DONE;
    }
    String name = bio.bdev().dev();
    for (int i = 0; i < devices.length; i++) {
      if (devices[i].name().equals(name) && errors[i].incReturn() < ERROR_THRESHOLD) {
        Workqueue.system().queue(triggerEvent);
      }
    }
    return EndIoResult.DONE;
  }

  @Override
  @KernelSymbol("stripe_status")
  public String status(StatusType type) {
    StringBuilder s = new StringBuilder().append(devices.length).append(' ');
    if (type == StatusType.INFO) {
      for (DmDev d : devices) {
        s.append(d.name()).append(' ');
      }
      s.append("1 ");
      for (SharedInt e : errors) {
        s.append(e.readOnce() != 0 ? 'D' : 'A');
      }
      return s.toString();
    }
    s.append(chunkSize);
    for (int i = 0; i < devices.length; i++) {
      s.append(' ').append(devices[i].name());
      s.append(' ').append(Long.toUnsignedString(starts[i]));
    }
    return s.toString();
  }

  @Override
  public int iterateDevices(DeviceCallout fn) {
    for (int i = 0; i < devices.length; i++) {
      int r = fn.device(this, devices[i], starts[i], stripeWidth);
      if (r != 0) {
        return r;
      }
    }
    return 0;
  }

  @Override
  @KernelSymbol("stripe_io_hints")
  public void ioHints(QueueLimits limits) {
    if (has(TargetPolicy.STRIPED_CHUNK_SECTORS)) {
      limits.chunkSectors = chunkSize;
      long bytes = chunkSize << Sectors.SHIFT;
      if (bytes * devices.length <= Sectors.UINT_MAX) {
        limits.ioMin = bytes;
        limits.ioOpt = bytes * devices.length;
      }
      return;
    }
    long chunk = (chunkSize << Sectors.SHIFT) & Sectors.UINT_MAX;
    limits.setIoMin(chunk);
    limits.ioOpt = (chunk * devices.length) & Sectors.UINT_MAX;
  }
}
