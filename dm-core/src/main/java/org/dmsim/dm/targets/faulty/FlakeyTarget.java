package org.dmsim.dm.targets.faulty;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioEndIo;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.core.BlkCore;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.context.MightSleep;
import org.dmsim.dm.targets.ArgSet;
import org.dmsim.dm.targets.DeviceCallout;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.EndIoResult;
import org.dmsim.dm.targets.MapResult;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.dm.targets.TargetPolicy;
import org.dmsim.machine.Task;
import org.dmsim.memory.Gfp;
import org.dmsim.report.KernelSymbol;

/**
 * {@code flakey DEVICE START UP DOWN [COUNT FEATURE...]}: a device that is down for a part of the
 * time. Up and down times are seconds. Mirrors {@code dm-flakey.c}, 6.1 and 6.12. What is damaged
 * at random is the same in every run.
 */
@DmTargetType(name = "flakey", version = "1.5.0")
public final class FlakeyTarget extends DmTarget {

  private static final long NANOSECONDS = 1_000_000_000L;

  /** What is kept with a clone: whether it came while the device was down. */
  private static final class Mark {
    boolean down;

    /** Where its data lies: {@code saved_iter}. */
    int dataOffset;

    long size;
  }

  private static final int PROBABILITY_BASE = 1_000_000_000;

  /** {@code UIO_MAXIOV} pages: more is not copied at once. Sectors. */
  private static final int MOST_COPIED = 1024 * Sectors.PER_PAGE;

  private final SplittableRandom random = new SplittableRandom(1);
  private FlakeyFeatures features;
  private DmDev device;
  private long start;
  private long up;
  private long down;
  private long startTime;

  @Override
  @KernelSymbol("flakey_ctr")
  public void ctr(String[] argv) throws TargetError {
    if (argv.length < 4) {
      throw new TargetError(EINVAL, "Invalid argument count");
    }
    startTime = now();
    ArgSet args = new ArgSet(argv);
    String path = args.shift();
    start = Scan.sector(args.shift(), "Invalid device sector");
    // Both intervals are refused in the same words.
    up = Integer.toUnsignedLong(args.read(0, -1, "Invalid up interval"));
    down = Integer.toUnsignedLong(args.read(0, -1, "Invalid up interval"));
    int total = (int) (up + down);
    if (total == 0) {
      throw new TargetError(EINVAL, "Total (up + down) interval is zero");
    }
    if (up + down != Integer.toUnsignedLong(total)) {
      throw new TargetError(EINVAL, "Interval overflow");
    }
    features = new FlakeyFeatures(table().kernel());
    features.parse(args);
    device = getDevice(path, "Device lookup failed");
    numFlushBios = 1;
    numDiscardBios = 1;
  }

  private static long now() {
    Task t = Task.current();
    return t == null ? 0 : t.machine().now(); // without a machine no time passes
  }

  private boolean isDown() {
    long elapsed = (now() - startTime) / NANOSECONDS & 0xffff_ffffL;
    return elapsed % (up + down) >= up;
  }

  @Override
  @KernelSymbol("flakey_map")
  public MapResult map(Bio bio) {
    Mark mark = perBioData(bio, Mark::new);
    mark.down = isDown();
    mark.dataOffset = bio.dataOffset();
    mark.size = bio.size();
    if (mark.down) {
      MapResult r = Opf.isWrite(bio.opf()) ? writeWhileDown(bio) : readWhileDown();
      if (r != MapResult.REMAPPED) {
        return r;
      }
    }
    bio.setDev(device.bdev());
    bio.setSector(start + offset(bio.sector()));
    return MapResult.REMAPPED;
  }

  /** Before error_reads was a feature of its own, it was what no feature at all meant. */
  private boolean errorsReads() {
    return features.errorReads
        || (!has(TargetPolicy.FLAKEY_ERROR_READS)
            && features.corruptByte == 0
            && !features.dropWrites
            && !features.errorWrites);
  }

  private MapResult readWhileDown() {
    return errorsReads() ? MapResult.KILL : MapResult.REMAPPED;
  }

  private MapResult writeWhileDown(Bio bio) {
    if (features.dropWrites) {
      bio.endio();
      return MapResult.SUBMITTED;
    }
    if (features.errorWrites) {
      bio.ioError();
      return MapResult.SUBMITTED;
    }
    if (!has(TargetPolicy.FLAKEY_ERROR_READS) && features.corruptByte == 0) {
      return MapResult.KILL;
    }
    boolean fixed = features.corruptByte != 0 && features.corruptsWrites && flagsMatch(bio);
    if (!has(TargetPolicy.FLAKEY_CLONES_WRITES)) {
      if (fixed) {
        corrupt(bio, bio.dataOffset(), bio.size());
      }
      return MapResult.REMAPPED;
    }
    boolean somewhere = bio.hasData() && isDamaged(features.randomWrite);
    if (!bio.hasData() || (!fixed && !somewhere)) {
      return MapResult.REMAPPED;
    }
    submitDamaged(bio, fixed, somewhere);
    return MapResult.SUBMITTED;
  }

  private boolean isDamaged(int share) {
    return share != 0 && random.nextInt(PROBABILITY_BASE) < share;
  }

  /** Mirrors {@code clone_bio}, 6.12, and what becomes of the clone: a bio of the target's own. */
  @KernelSymbol("clone_bio")
  private void submitDamaged(Bio bio, boolean fixed, boolean somewhere) {
    if (bio.sectors() > MOST_COPIED) {
      acceptPartialBio(bio, MOST_COPIED);
    }
    MightSleep.alloc(Gfp.NOIO);
    int size = (int) bio.size();
    byte[] copy = Arrays.copyOfRange(bio.data(), bio.dataOffset(), bio.dataOffset() + size);
    Bio clone = Bio.onStack(device.bdev(), bio.opf());
    clone.setSector(start + offset(bio.sector()));
    clone.setData(copy, 0, size);
    clone.setOwner(bio);
    clone.setEndIo(CLONE_ENDIO);
    if (fixed) {
      corrupt(clone, 0, size);
    }
    if (somewhere) {
      corruptSomewhere(clone, 0, size);
    }
    BlkCore.submitBio(clone);
  }

  private static final BioEndIo CLONE_ENDIO = FlakeyTarget::cloneEndio;

  @KernelSymbol("clone_endio")
  private static void cloneEndio(Bio clone) {
    Bio bio = (Bio) clone.owner();
    bio.setStatus(clone.status());
    clone.freeOwned();
    bio.endio();
  }

  private boolean flagsMatch(Bio bio) {
    return (bio.opf() & features.corruptFlags) == features.corruptFlags;
  }

  @KernelSymbol("corrupt_bio_data")
  private void corrupt(Bio bio, int from, long size) {
    long at = Integer.toUnsignedLong(features.corruptByte) - 1;
    if (bio.data() != null && at < size) {
      damage(bio, from + (int) at, (byte) features.corruptValue);
    }
  }

  @KernelSymbol("corrupt_bio_random")
  private void corruptSomewhere(Bio bio, int from, long size) {
    damage(bio, from + (int) random.nextLong(size), (byte) random.nextInt(256));
  }

  /** The kernel's page of zeroes is one page for everybody. */
  private void damage(Bio bio, int at, byte value) {
    BlockLayer blockLayer = BlockLayer.of(device.bdev());
    if (!blockLayer.isZeroPage(bio.data())) {
      bio.data()[at] = value;
    } else if (!has(TargetPolicy.FLAKEY_SPARES_ZERO_PAGE)) {
      blockLayer.damageZeroPage(at % Sectors.PAGE_SIZE, value);
    }
  }

  @Override
  @KernelSymbol("flakey_end_io")
  public EndIoResult endIo(Bio bio) {
    Mark mark = perBioData(bio, Mark::new);
    if (bio.status() != BlkStatus.OK || !mark.down || Opf.isWrite(bio.opf())) {
      return EndIoResult.DONE;
    }
    if (!has(TargetPolicy.FLAKEY_KEEPS_RANGE)) {
      mark.dataOffset = bio.dataOffset();
      mark.size = bio.size();
    }
    boolean data = mark.size != 0 && bio.data() != null;
    if (data && features.corruptByte != 0 && !features.corruptsWrites && flagsMatch(bio)) {
      corrupt(bio, mark.dataOffset, mark.size);
    }
    if (data && isDamaged(features.randomRead)) {
      corruptSomewhere(bio, mark.dataOffset, mark.size);
    }
    if (errorsReads()) {
      bio.setStatus(BlkStatus.IOERR);
    }
    return EndIoResult.DONE;
  }

  @Override
  @KernelSymbol("flakey_status")
  public String status(StatusType type) {
    if (type == StatusType.INFO) {
      return "";
    }
    return device.name()
        + " "
        + Long.toUnsignedString(start)
        + " "
        + up
        + " "
        + down
        + " "
        + features.describe();
  }

  @Override
  @KernelSymbol("flakey_prepare_ioctl")
  public int prepareIoctl(BlockDevice[] passed) {
    passed[0] = device.bdev();
    return start != 0 || length() != passed[0].sectors() ? 1 : 0;
  }

  @Override
  public int iterateDevices(DeviceCallout fn) {
    return fn.device(this, device, start, length());
  }
}
