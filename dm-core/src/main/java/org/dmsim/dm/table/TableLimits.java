package org.dmsim.dm.table;

import static org.dmsim.block.queue.QueueLimits.FEAT_FUA;
import static org.dmsim.block.queue.QueueLimits.FEAT_NOWAIT;
import static org.dmsim.block.queue.QueueLimits.FEAT_POLL;
import static org.dmsim.block.queue.QueueLimits.FEAT_ROTATIONAL;
import static org.dmsim.block.queue.QueueLimits.FEAT_STABLE_WRITES;
import static org.dmsim.block.queue.QueueLimits.FEAT_WRITE_CACHE;
import static org.dmsim.block.queue.RequestQueue.QUEUE_FLAG_ADD_RANDOM;
import static org.dmsim.block.queue.RequestQueue.QUEUE_FLAG_FUA;
import static org.dmsim.block.queue.RequestQueue.QUEUE_FLAG_NONROT;
import static org.dmsim.block.queue.RequestQueue.QUEUE_FLAG_NOWAIT;
import static org.dmsim.block.queue.RequestQueue.QUEUE_FLAG_POLL;
import static org.dmsim.block.queue.RequestQueue.QUEUE_FLAG_STABLE_WRITES;
import static org.dmsim.block.queue.RequestQueue.QUEUE_FLAG_WC;

import java.util.function.Predicate;
import org.dmsim.block.BlockPolicy;
import org.dmsim.block.Errno;
import org.dmsim.block.Sectors;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.block.queue.RequestQueue;
import org.dmsim.dm.targets.DeviceCallout;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.TargetPolicy;
import org.dmsim.report.KernelSymbol;

/** What a table makes of the queue limits of the devices below it. */
public final class TableLimits {

  private TableLimits() {}

  /**
   * Stacks the limits of all devices below; mirrors {@code dm_calculate_queue_limits}, 6.1.
   *
   * @param limits is filled in
   * @return 0, or -EINVAL with the reason in the kernel log
   */
  @KernelSymbol("dm_calculate_queue_limits")
  public static int calculate(DmTable table, QueueLimits limits) {
    setStacking(table, limits);
    QueueLimits below = new QueueLimits();
    for (int i = 0; i < table.targetCount(); i++) {
      DmTarget target = table.target(i);
      setStacking(table, below);
      if (target.listsDevices()) {
        target.iterateDevices((ti, dev, start, length) -> stack(table, below, dev, start));
        target.ioHints(below);
        if (target.iterateDevices(
                (ti, dev, start, length) -> areaIsInvalid(table, below, dev, start, length))
            != 0) {
          return -Errno.EINVAL;
        }
      } else if (table.kernel().has(TargetPolicy.HINTS_WITHOUT_DEVICES)) {
        target.ioHints(below);
      }
      limits.stackFeatures(below.features);
      if (limits.stack(below, 0) < 0) {
        say(
            table,
            "adding target device (start sect "
                + target.begin()
                + " len "
                + target.length()
                + ") caused an alignment inconsistency");
      }
    }
    return checkLogicalBlocks(table, limits);
  }

  /** Mirrors {@code blk_set_stacking_limits}, 6.1 and 6.12. */
  private static void setStacking(DmTable table, QueueLimits limits) {
    limits.setStacking();
    if (table.kernel().has(BlockPolicy.LIMITS_VALIDATED)) {
      limits.discardGranularity = Sectors.SIZE;
    }
  }

  @KernelSymbol("dm_set_device_limits")
  private static int stack(DmTable table, QueueLimits limits, DmDev dev, long start) {
    QueueLimits b = dev.bdev().queue().limits();
    limits.stackFeatures(dev.bdev().queue().features());
    if (limits.stack(b, dev.bdev().startSector() + start) < 0) {
      say(
          table,
          "adding target device "
              + dev.bdev().name()
              + " caused an alignment inconsistency: physical_block_size="
              + b.physicalBlockSize
              + ", logical_block_size="
              + b.logicalBlockSize
              + ", alignment_offset="
              + b.alignmentOffset
              + ", start="
              + Long.toUnsignedString(start << Sectors.SHIFT));
    }
    return 0;
  }

  /** Whether a stretch of a device cannot be used; mirrors {@code device_area_is_invalid}, 6.1. */
  @KernelSymbol("device_area_is_invalid")
  private static int areaIsInvalid(
      DmTable table, QueueLimits limits, DmDev dev, long start, long length) {
    long size = dev.bdev().sectors();
    if (size == 0) {
      return 0;
    }
    if (Long.compareUnsigned(start, size) >= 0 || Long.compareUnsigned(start + length, size) > 0) {
      say(
          table,
          dev.bdev().name()
              + " too small for target: start="
              + Long.toUnsignedString(start)
              + ", len="
              + Long.toUnsignedString(length)
              + ", dev_size="
              + size);
      return 1;
    }
    int block = limits.logicalBlockSize >> Sectors.SHIFT;
    if (block <= 1) {
      return 0;
    }
    String what = (start & (block - 1)) != 0 ? "start=" + start : null;
    what = what == null && (length & (block - 1)) != 0 ? "len=" + length : what;
    if (what == null) {
      return 0;
    }
    say(
        table,
        what
            + " not aligned to h/w logical block size "
            + limits.logicalBlockSize
            + " of "
            + dev.bdev().name());
    return 1;
  }

  /**
   * Checks that a bio that respects the table's logical block size is cut at target bounds into
   * pieces that each target's devices can take; mirrors {@code
   * validate_hardware_logical_block_alignment}, 6.1, with its arithmetic in 16 bits.
   */
  @KernelSymbol("validate_hardware_logical_block_alignment")
  private static int checkLogicalBlocks(DmTable table, QueueLimits limits) {
    int block = limits.logicalBlockSize >> Sectors.SHIFT;
    int next = 0;
    int remaining = 0;
    QueueLimits below = new QueueLimits();
    int i = 0;
    for (; i < table.targetCount(); i++) {
      DmTarget target = table.target(i);
      setStacking(table, below);
      if (target.listsDevices()) {
        target.iterateDevices((ti, dev, start, length) -> stack(table, below, dev, start));
      }
      if (remaining < target.length()
          && (remaining & ((below.logicalBlockSize >> Sectors.SHIFT) - 1)) != 0) {
        break;
      }
      next = (int) ((next + target.length()) & (block - 1)) & 0xffff;
      remaining = next == 0 ? 0 : block - next;
    }
    if (remaining == 0) {
      return 0;
    }
    DmTarget last = table.target(Math.min(i, table.targetCount() - 1));
    say(
        table,
        "table line "
            + i
            + " (start sect "
            + last.begin()
            + " len "
            + last.length()
            + ") not aligned to h/w logical block size "
            + limits.logicalBlockSize);
    return -Errno.EINVAL;
  }

  /**
   * Gives the mapped device's queue its limits and flags; mirrors {@code
   * dm_table_set_restrictions}, 6.1, and 6.12 where they are checked and features are inherited.
   */
  @KernelSymbol("dm_table_set_restrictions")
  public static int restrict(DmTable table, RequestQueue queue, QueueLimits limits) {
    if (!supportsDiscards(table)) {
      limits.maxDiscardSectors = 0;
      limits.maxHwDiscardSectors = 0;
      limits.discardGranularity = 0;
      limits.discardAlignment = 0;
      limits.discardMisaligned = false;
    }
    if (!everyTarget(
        table,
        t -> t.numSecureEraseBios > 0 && noDevice(t, without(l -> l.maxSecureEraseSectors == 0)))) {
      limits.maxSecureEraseSectors = 0;
    }
    if (!everyTarget(
        table,
        t -> t.numWriteZeroesBios > 0 && noDevice(t, without(l -> l.maxWriteZeroesSectors == 0)))) {
      limits.maxWriteZeroesSectors = 0;
    }
    limits.features = features(table, limits.features);
    if (table.kernel().has(BlockPolicy.LIMITS_VALIDATED)) {
      limits.validate();
    }
    queue.change(limits);
    if (queue.has(QUEUE_FLAG_ADD_RANDOM)
        && table.anyDevice((t, dev, s, l) -> hasNot(dev, QUEUE_FLAG_ADD_RANDOM))) {
      queue.clear(QUEUE_FLAG_ADD_RANDOM);
    }
    return 0;
  }

  /**
   * What the table makes of the features below.
   *
   * @param stacked as they come out of {@link #calculate}
   */
  private static int features(DmTable table, int stacked) {
    int features = stacked;
    if (!table.kernel().has(BlockPolicy.FEATURES_INHERITED)) {
      features =
          bit(FEAT_ROTATIONAL, table.anyDevice((t, dev, s, l) -> hasNot(dev, QUEUE_FLAG_NONROT)))
              | bit(
                  FEAT_STABLE_WRITES,
                  table.anyDevice(
                      (t, dev, s, l) ->
                          t.needsStableWrites || dev.bdev().queue().has(QUEUE_FLAG_STABLE_WRITES)
                              ? 1
                              : 0))
              | bit(
                  FEAT_POLL,
                  everyTarget(
                      table, t -> noDevice(t, (ti, dev, s, l) -> hasNot(dev, QUEUE_FLAG_POLL))))
              | bit(FEAT_WRITE_CACHE, passesFlushes(table, QUEUE_FLAG_WC))
              | bit(FEAT_FUA, passesFlushes(table, QUEUE_FLAG_FUA));
    } else if (everyTarget(table, t -> !wantsFlushes(t))) {
      features = stacked & ~FEAT_NOWAIT;
    } else {
      features = stacked & ~FEAT_NOWAIT | FEAT_WRITE_CACHE | FEAT_FUA;
    }
    return features | bit(FEAT_NOWAIT, supportsNowait(table, stacked));
  }

  private static int bit(int feature, boolean on) {
    return on ? feature : 0;
  }

  private static boolean wantsFlushes(DmTarget t) {
    return t.numFlushBios > 0 && t.flushSupported;
  }

  /** {@code dm_table_has_no_data_devices}: known to have none at all. */
  public static boolean hasNoDataDevices(DmTable table) {
    return everyTarget(table, t -> noDevice(t, (ti, dev, start, length) -> 1));
  }

  private static boolean supportsNowait(DmTable table, int stacked) {
    if (!table.kernel().has(TablePolicy.NOWAIT_SUPPORTED)) {
      return false;
    }
    if (table.kernel().has(BlockPolicy.NOWAIT_STACKED)) {
      return (stacked & FEAT_NOWAIT) != 0 && everyTarget(table, t -> t.type().supportsNowait());
    }
    return everyTarget(
        table,
        t ->
            t.type().supportsNowait()
                && noDevice(t, (ti, dev, s, l) -> hasNot(dev, QUEUE_FLAG_NOWAIT)));
  }

  private static boolean supportsDiscards(DmTable table) {
    return everyTarget(
        table,
        t ->
            t.numDiscardBios > 0
                && (t.discardsSupported || noDevice(t, without(l -> l.maxDiscardSectors == 0))));
  }

  /** {@code dm_table_supports_flush}, 6.1: a target that gets flushes has a device with a cache. */
  private static boolean passesFlushes(DmTable table, int flag) {
    for (int i = 0; i < table.targetCount(); i++) {
      DmTarget t = table.target(i);
      if (t.numFlushBios > 0
          && (t.flushSupported
              || (t.listsDevices()
                  && t.iterateDevices((ti, dev, s, l) -> 1 - hasNot(dev, flag)) != 0))) {
        return true;
      }
    }
    return false;
  }

  private static boolean everyTarget(DmTable table, Predicate<DmTarget> holds) {
    for (int i = 0; i < table.targetCount(); i++) {
      if (!holds.test(table.target(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether the target can name its devices, and {@code fn} answers 0 for each. */
  private static boolean noDevice(DmTarget t, DeviceCallout fn) {
    return t.listsDevices() && t.iterateDevices(fn) == 0;
  }

  private static DeviceCallout without(Predicate<QueueLimits> lacks) {
    return (t, dev, start, length) -> lacks.test(dev.bdev().queue().limits()) ? 1 : 0;
  }

  private static int hasNot(DmDev dev, int flag) {
    return dev.bdev().queue().has(flag) ? 0 : 1;
  }

  private static void say(DmTable table, String what) {
    DmLog.say("table", table.deviceName() + ": " + what);
  }
}
