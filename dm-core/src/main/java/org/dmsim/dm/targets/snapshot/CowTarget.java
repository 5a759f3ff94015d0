package org.dmsim.dm.targets.snapshot;

import org.dmsim.block.Errno;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.dm.targets.ArgSet;
import org.dmsim.dm.targets.DeviceCallout;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.EndIoResult;
import org.dmsim.dm.targets.MappedDeviceHandle;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.dm.targets.TargetPolicy;
import org.dmsim.report.KernelSymbol;

/**
 * What {@code snapshot} and {@code snapshot-merge} have in common: {@code ORIGIN COW TYPE CHUNK
 * [COUNT FEATURE...]}.
 *
 * <p>Two tables may name the same COW device. The second one's snapshot gets the exceptions of the
 * first when it is resumed, while the first is suspended.
 */
abstract class CowTarget extends DmTarget {

  private final boolean merges;
  private boolean discardZeroesCow;
  private boolean discardPassdownOrigin;
  private Snapshot snap;
  private Merge merge;

  CowTarget(boolean merges) {
    this.merges = merges;
  }

  final Snapshot snap() {
    return snap;
  }

  final Merge merge() {
    return merge;
  }

  @Override
  @KernelSymbol("snapshot_ctr")
  public void ctr(String[] argv) throws TargetError {
    if (argv.length < 4) {
      throw new TargetError(EINVAL, "requires 4 or more arguments");
    }
    ArgSet args = new ArgSet(argv);
    args.consume(4);
    parseFeatures(args);
    DmDev origin = getDevice(argv[0], merges, "Cannot get origin device");
    boolean opensFirst = has(TargetPolicy.COW_OPENED_FIRST);
    if (!opensFirst && table().names(argv[1], origin)) {
      throw new TargetError(EINVAL, "COW device cannot be the same as origin device");
    }
    DmDev cow = getDevice(argv[1], "Cannot get COW device");
    if (opensFirst && cow.bdev() == origin.bdev()) {
      throw new TargetError(EINVAL, "COW device cannot be the same as origin device");
    }
    snap = new Snapshot(this, origin, cow, merges);
    snap.store = ExceptionStore.create(snap, argv[2], argv[3]);
    if (snap.store == null) {
      snap.kcopyd.destroy();
      throw new TargetError(EINVAL, "Couldn't create exception store");
    }
    merge = new Merge(snap);
    try {
      load();
    } catch (TargetError why) {
      snap.destroy();
      throw why;
    }
    numFlushBios = merges ? 2 : 1;
    if (discardZeroesCow) {
      numDiscardBios = discardPassdownOrigin ? 2 : 1;
    }
  }

  private void parseFeatures(ArgSet args) throws TargetError {
    if (args.left() == 0) {
      return;
    }
    for (int n = args.readGroup(0, 2, "Invalid number of feature arguments"); n > 0; n--) {
      String name = args.shift();
      if (name.equalsIgnoreCase("discard_zeroes_cow")) {
        discardZeroesCow = true;
      } else if (name.equalsIgnoreCase("discard_passdown_origin")) {
        discardPassdownOrigin = true;
      } else if (discardPassdownOrigin && !discardZeroesCow) {
        break; // the kernel then speaks of the dependency, not of the unknown word
      } else {
        throw new TargetError(EINVAL, "Unrecognised feature requested");
      }
    }
    if (!discardZeroesCow && discardPassdownOrigin) {
      throw new TargetError(
          EINVAL, "discard_passdown_origin feature depends on discard_zeroes_cow");
    }
  }

  /** Reads the metadata, unless another snapshot will hand its own over. */
  private void load() throws TargetError {
    if (merges && !snap.store.supportsMerge()) {
      throw new TargetError(EINVAL, "Snapshot exception store does not support snapshot-merge.");
    }
    snap.initTables();
    if (snap.origins.register(snap)) {
      snap.store.chunkSize = 0;
      return;
    }
    int r =
        snap.store.readMetadata((oldChunk, newChunk) -> snap.complete.insert(oldChunk, newChunk));
    if (r < 0) {
      throw new TargetError(-r, "Failed to read snapshot metadata");
    }
    if (r > 0) {
      snap.valid.set(false);
      Snapshot.say("Snapshot is marked invalid.");
    }
    if (snap.store.chunkSize == 0 && has(SnapshotPolicy.ZERO_CHUNK_SUCCEEDS)) {
      snap.destroy();
      putDevices();
      return;
    }
    if (snap.store.chunkSize == 0) {
      throw new TargetError(EINVAL, "Chunk size not set");
    }
    setMaxIoLen(snap.store.chunkSize);
  }

  @Override
  @KernelSymbol("snapshot_dtr")
  public void dtr() {
    if (snap.isFreed()) {
      snap.touchOwned();
      return;
    }
    snap.origins.lock.downRead();
    Origins.Sharing sharing = snap.origins.sharing(snap);
    if (sharing.isHandover() && sharing.source() == snap) {
      Snapshot destination = sharing.destination();
      destination.lock.downWrite();
      destination.valid.set(false);
      destination.lock.upWrite();
      Snapshot.say("Cancelling snapshot handover.");
    }
    snap.origins.lock.upRead();
    if (merges) {
      merge.stop();
    }
    snap.destroy();
  }

  /** The mark that is kept with a clone. */
  static TrackedChunks.Mark mark(Bio bio) {
    return perBioData(bio, TrackedChunks.Mark::new);
  }

  /** Whether a clone of a discard is the one for the origin. */
  final boolean passesDown(Bio bio) {
    return discardPassdownOrigin && targetBioNr(bio) != 0;
  }

  @Override
  @KernelSymbol("snapshot_end_io")
  public EndIoResult endIo(Bio bio) {
    snap.tracked.stop(mark(bio));
    return EndIoResult.DONE;
  }

  @Override
  @KernelSymbol("snapshot_preresume")
  public int preresume() {
    int r = 0;
    snap.origins.lock.downRead();
    Origins.Sharing sharing = snap.origins.sharing(snap);
    if (sharing.isHandover()) {
      Snapshot source = sharing.source();
      source.lock.downRead();
      if (snap == source) {
        Snapshot.say("Unable to resume snapshot source until handover completes.");
        r = -Errno.EINVAL;
      } else if (!source.ti.table().isSuspended()) {
        Snapshot.say("Unable to perform snapshot handover until source is suspended.");
        r = -Errno.EINVAL;
      }
      source.lock.upRead();
    }
    snap.origins.lock.upRead();
    return r;
  }

  @Override
  @KernelSymbol("snapshot_resume")
  public void resume() {
    Origins origins = snap.origins;
    Snapshot merging = null;
    origins.lock.downRead();
    SnapshotOriginTarget target = origins.target(snap.origin.bdev());
    MappedDeviceHandle originDevice = null;
    if (target != null) {
      originDevice = target.table().mappedDevice();
    } else {
      merging = origins.sharing(snap).merging();
      originDevice = merging == null ? null : merging.ti.table().mappedDevice();
    }
    if (beside(target == null)) {
      originDevice = null;
    }
    if (originDevice == table().mappedDevice()
        || (originDevice != null && originDevice.hold() != 0)) {
      originDevice = null;
    }
    origins.lock.upRead();

    boolean restart = false;
    if (originDevice != null) {
      originDevice.internalSuspendFast();
      Merge other = merging == null ? null : ((CowTarget) merging.ti).merge;
      if (other != null && other.isRunning()) {
        restart = true;
        other.stop();
      }
    }
    takeOver();
    if (originDevice != null) {
      if (restart) {
        ((CowTarget) merging.ti).merge.start();
      }
      originDevice.internalResumeFast();
      originDevice.put();
    }
    origins.reregister(snap);
    snap.lock.downWrite();
    snap.active.set(true);
    snap.lock.upWrite();
  }

  /** Whether a kernel that old lets the origin's writes go on during the handover. */
  private boolean beside(boolean merging) {
    return has(
        merging ? SnapshotPolicy.HANDOVER_BESIDE_MERGE : SnapshotPolicy.HANDOVER_BESIDE_ORIGIN);
  }

  private void takeOver() {
    snap.origins.lock.downRead();
    Origins.Sharing sharing = snap.origins.sharing(snap);
    if (sharing.isHandover()) {
      sharing.source().lock.downWrite();
      sharing.destination().lock.downWriteNested(1);
      Snapshot.handOver(sharing.source(), sharing.destination());
      sharing.destination().lock.upWrite();
      sharing.source().lock.upWrite();
    }
    snap.origins.lock.upRead();
  }

  @Override
  @KernelSymbol("snapshot_status")
  public String status(StatusType type) {
    if (type == StatusType.TABLE) {
      return describe();
    }
    snap.lock.downWrite();
    String s;
    if (!snap.valid.get()) {
      s = "Invalid";
    } else if (merge.isFailed()) {
      s = "Merge failed";
    } else if (snap.overflowed.get()) {
      s = "Overflow";
    } else {
      ExceptionStore store = snap.store;
      s =
          Long.toUnsignedString(store.sectorsAllocated())
              + "/"
              + store.totalSectors()
              + " "
              + Long.toUnsignedString(store.metadataSectors());
    }
    snap.lock.upWrite();
    return s;
  }

  private String describe() {
    StringBuilder s = new StringBuilder();
    s.append(snap.origin.name()).append(' ').append(snap.cow.name());
    s.append(' ').append(snap.store.describe());
    if (discardZeroesCow) {
      s.append(discardPassdownOrigin ? " 2" : " 1").append(" discard_zeroes_cow");
      s.append(discardPassdownOrigin ? " discard_passdown_origin" : "");
    }
    return s.toString();
  }

  @Override
  @KernelSymbol("snapshot_iterate_devices")
  public int iterateDevices(DeviceCallout fn) {
    snap.touchOwned();
    int r = fn.device(this, snap.origin, 0, length());
    return r != 0 ? r : fn.device(this, snap.cow, 0, snap.cow.bdev().sectors());
  }

  @Override
  @KernelSymbol("snapshot_io_hints")
  public void ioHints(QueueLimits limits) {
    if (!discardZeroesCow) {
      return;
    }
    snap.origins.lock.downRead();
    Origins.Sharing sharing = snap.origins.sharing(snap);
    Snapshot s = sharing.isHandover() ? sharing.source() : snap;
    // Sectors in both, as the kernel has it, although the granularity is bytes elsewhere.
    limits.discardGranularity = s.store.chunkSize;
    limits.maxDiscardSectors = s.store.chunkSize;
    snap.origins.lock.upRead();
  }
}
