package org.dmsim.dm.targets.raid;

import org.dmsim.block.Errno;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.NotModelledException;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.report.KernelSymbol;

/**
 * Reads the superblocks of a set, takes the freshest for the truth, and refuses what does not fit;
 * {@code analyse_superblocks} of {@code dm-raid.c}, 6.1.
 */
final class Assembly {

  private static final String INVALID = "Unable to assemble array: Invalid superblocks";
  private static final String FEATURES = "Unable to assemble array: ";

  private final RaidSet set;
  private final RaidParameters parameters;

  /** Whether the superblocks have another level than the table. */
  private boolean takesOver;

  private int levelBefore;
  private int layoutBefore;

  Assembly(RaidSet set, RaidParameters parameters) {
    this.set = set;
    this.parameters = parameters;
  }

  private static void say(String text) {
    DmLog.say("raid", text);
  }

  private static TargetError refuse(String why) {
    return new TargetError(Errno.EINVAL, why);
  }

  /** Mirrors {@code analyse_superblocks}. */
  @KernelSymbol("analyse_superblocks")
  void analyse() throws TargetError {
    RaidDisk freshest = null;
    for (RaidDisk d : set.disks) {
      if (!d.isThere() || d.metaDevice == null) {
        continue;
      }
      int size = d.metaDevice.bdev().queue().limits().logicalBlockSize;
      d.superblock = new RaidSuperblock(Math.min(size, Sectors.PAGE_SIZE));
      if (parameters.has(RaidParameters.Key.SYNC)) {
        continue;
      }
      freshest = load(d, freshest);
    }
    if (freshest == null || set.type.level() == 0) {
      return;
    }
    if (validate(freshest)) {
      throw refuse(INVALID);
    }
    checkRedundancy();
    for (RaidDisk d : set.disks) {
      if (d.isThere() && d != freshest && d.superblock != null && validate(d)) {
        throw refuse(INVALID);
      }
    }
  }

  /** The fresher of two; mirrors {@code super_load}. */
  @KernelSymbol("super_load")
  private RaidDisk load(RaidDisk d, RaidDisk best) {
    byte[] bytes = d.superblock.bytes();
    if (!d.syncIo(0, bytes, 0, bytes.length, Opf.REQ_OP_READ, true)) {
      say("Failed to read superblock of device at position " + d.position.get());
      d.faulty.set(true);
      if (set.type.level() != 0) {
        d.position.set(-1);
        d.savedPosition.set(-1);
      }
      return best;
    }
    d.superblockLoaded = 1;
    if (!d.superblock.hasMagic() || !d.inSync.get() && d.recoveryOffset.get() == 0) {
      d.superblock.sync(set, d);
      d.firstUse = true;
      set.superblocks.changedDevices();
      return best == null ? d : best;
    }
    boolean fresher =
        best == null || Long.compareUnsigned(d.superblock.events(), best.superblock.events()) > 0;
    return fresher ? d : best;
  }

  // ---- validation -------------------------------------------------------------------------------

  /** Mirrors {@code super_validate}; true if it does not fit. */
  @KernelSymbol("super_validate")
  private boolean validate(RaidDisk d) throws TargetError {
    if (d.position.get() < 0) {
      return false;
    }
    if (set.events == 0 && validateFirst(d)) {
      return true;
    }
    int compat = d.superblock.compatFeatures();
    if (compat != 0 && compat != RaidSuperblock.SUPPORTS_V190) {
      throw refuse(FEATURES + "Unknown flag(s) in compatible feature flags");
    }
    if (d.superblock.incompatFeatures() != 0) {
      throw refuse(FEATURES + "No incompatible feature flags supported yet");
    }
    set.hasBitmap = true;
    if (d.firstUse) {
      d.firstUse = false;
    } else {
      if (compat != 0) {
        d.sectors = d.superblock.sectors();
      }
      d.recoveryOffset.set(d.superblock.recoveryOffset());
      d.inSync.set(d.recoveryOffset.get() == RaidSet.MAX_SECTOR);
    }
    if (d.faulty.get()) {
      d.faulty.set(false);
      d.recoveryOffset.set(0);
      d.inSync.set(false);
      d.savedPosition.set(d.position.get());
    }
    return false;
  }

  /** Mirrors {@code super_init_validation}; true if it does not fit. */
  @KernelSymbol("super_init_validation")
  private boolean validateFirst(RaidDisk freshest) throws TargetError {
    RaidSuperblock sb = freshest.superblock;
    set.events = sb.events() == 0 ? 1 : sb.events();
    if ((sb.flags() & RaidSuperblock.RESHAPE_ACTIVE) != 0) {
      throw new NotModelledException("a raid set that is being reshaped is not modelled");
    }
    if (sb.devices() != set.disks.length || sb.deltaDisks() != 0) {
      throw new NotModelledException(
          "a raid set with another count of disks than its superblocks have is not modelled");
    }
    takesOver = sb.level() != set.type.level();
    levelBefore = sb.level();
    layoutBefore = sb.layout();
    if (!takesOver) {
      keepLayout(sb);
    }
    set.arraySectors = sb.arraySectors();
    if (!parameters.has(RaidParameters.Key.NOSYNC)) {
      set.recoveryCp.set(sb.resyncOffset());
    }
    if (countsDoNotFit()) {
      return true;
    }
    markFailed(sb.failedDevices());
    return false;
  }

  /** Another layout has to wait for a reshape, for which there is no room: the old one stays. */
  private void keepLayout(RaidSuperblock sb) {
    if (sb.layout() == set.type.algorithm() && sb.stripeSectors() == set.chunkSectors) {
      return;
    }
    RaidType before = RaidType.of(sb.level(), sb.layout());
    boolean recovers = Long.compareUnsigned(sb.resyncOffset(), set.devSectors) < 0;
    if (!set.type.hasStripes() || before == null || recovers) {
      throw new NotModelledException(
          "a raid set of other layout or chunk than its superblocks have is not modelled");
    }
    set.type = before;
    set.chunkSectors = sb.stripeSectors();
  }

  /**
   * Whether the set gets another level; mirrors {@code rs_check_takeover}, which refuses most.
   *
   * @throws NotModelledException where the kernel would do it, unless it is raid1 and 5 of two
   *     disks
   */
  boolean takesOver() throws TargetError {
    if (!takesOver) {
      return false;
    }
    int to = set.type.level();
    boolean ofTwo = set.disks.length == 2;
    boolean toN = set.type.algorithm() == RaidType.PARITY_N;
    boolean fromN = layoutBefore == RaidType.PARITY_N;
    boolean can =
        switch (levelBefore) {
          case 0 -> toN && (to == 5 || to == 6) || to == 10;
          case 1 -> to == 5 && ofTwo || to == 10;
          case 5 -> (to == 1 || to == 10) && ofTwo || to == 0 && fromN || to == 6 && isSix(fromN);
          case 6 -> to == 0 && fromN || to == 5 && (toN && fromN || !toN && isFive());
          case 10 -> true;
          default -> false;
        };
    if (!can) {
      throw refuse("takeover not possible");
    }
    if (!ofTwo || levelBefore + to != 1 + 5) {
      throw new NotModelledException(
          ("a raid set of level " + levelBefore + " that becomes one of level " + to)
              + " is not modelled");
    }
    return true;
  }

  private boolean isSix(boolean fromN) {
    int a = set.type.algorithm();
    return fromN && a == RaidType.PARITY_N
        || a >= RaidType.LEFT_ASYMMETRIC_6 && a <= RaidType.RIGHT_SYMMETRIC_6;
  }

  private boolean isFive() {
    return set.type.algorithm() <= RaidType.RIGHT_SYMMETRIC;
  }

  private boolean countsDoNotFit() {
    int fresh = 0;
    int rebuilds = 0;
    int both = 0;
    for (RaidDisk d : set.disks) {
      if (!d.isThere()) {
        continue;
      }
      fresh += d.firstUse ? 1 : 0;
      if (!d.inSync.get()) {
        say("Device " + d.position.get() + " specified for rebuild; clearing superblock");
        rebuilds++;
        both += d.firstUse ? 1 : 0;
      }
    }
    if (fresh == set.disks.length) {
      say("Superblocks created for new raid set");
      set.firstUse = true;
      return false;
    }
    if (rebuilds == 0) {
      if (fresh != 0) {
        say(
            "New device injected into existing raid set without 'delta_disks' or 'rebuild'"
                + " parameter specified");
      }
      return fresh != 0;
    }
    if (fresh != 0 && fresh != rebuilds) {
      say(
          rebuilds
              + " 'rebuild' devices cannot be injected into a raid set with "
              + fresh
              + " other first-time devices");
      return true;
    }
    if (both != 0 && rebuilds != both) {
      say("new device" + (fresh > 1 ? "s" : "") + " provided without 'rebuild'");
      return true;
    }
    if (!parameters.has(RaidParameters.Key.REBUILD) && set.isRecovering()) {
      say(
          "'rebuild' specified while raid set is not in-sync (recovery_cp="
              + Long.toUnsignedString(set.recoveryCp.get())
              + ")");
      return true;
    }
    return false;
  }

  private void markFailed(long[] failed) {
    for (RaidDisk d : set.disks) {
      if (!d.isThere() || d.superblock == null) {
        continue;
      }
      d.superblock.failedDevices(new long[failed.length]);
      int role = d.superblock.position();
      if (d.firstUse || d.position.get() < 0 || role < 0) {
        continue;
      }
      if (role != d.position.get()) {
        say("raid device #" + role + " now at position #" + d.position.get());
      }
      if ((failed[role / Long.SIZE & failed.length - 1] >>> role % Long.SIZE & 1) != 0) {
        d.faulty.set(true);
      }
    }
  }

  /** Mirrors {@code validate_raid_redundancy}, of raid1, 4, 5 and 6. */
  private void checkRedundancy() throws TargetError {
    int rebuilt = 0;
    for (RaidDisk d : set.disks) {
      rebuilt += !d.firstUse && (!d.inSync.get() || d.superblock == null) ? 1 : 0;
    }
    boolean tooMany =
        set.type.level() == 1 ? rebuilt >= set.disks.length : rebuilt > set.type.parityDisks();
    if (tooMany) {
      throw refuse("Insufficient redundancy to activate array");
    }
  }
}
