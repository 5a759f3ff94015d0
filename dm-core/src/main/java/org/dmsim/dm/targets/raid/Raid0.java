package org.dmsim.dm.targets.raid;

import org.dmsim.block.bio.Bio;
import org.dmsim.block.core.BlkCore;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.report.KernelSymbol;

/** Chunks of all disks by turns. Mirrors {@code raid0.c}, 6.1, with disks of one size. */
final class Raid0 implements Personality {

  private final RaidSet set;

  Raid0(RaidSet set) {
    this.set = set;
  }

  @Override
  @KernelSymbol("raid0_run")
  public void run() throws TargetError {
    int there = set.disksThere();
    if (there != set.disks.length) {
      DmLog.print(
          "md/raid0:mdX: too few disks (" + there + " of " + set.disks.length + ") - aborting!");
      throw RaidSet.failed(RaidParameters.refuse(""));
    }
  }

  @Override
  @KernelSymbol("raid0_make_request")
  public void makeRequest(Bio bio) {
    long chunk = Long.divideUnsigned(bio.sector(), set.chunkSectors);
    long into = Long.remainderUnsigned(bio.sector(), set.chunkSectors);
    RaidDisk disk = set.disks[(int) Long.remainderUnsigned(chunk, set.disks.length)];
    bio.setDev(disk.bdev());
    bio.setSector(Long.divideUnsigned(chunk, set.disks.length) * set.chunkSectors + into);
    BlkCore.submitBioNoacct(bio);
  }

  @Override
  public long size() {
    return set.devSectors / set.chunkSectors * set.chunkSectors * set.disks.length;
  }

  @Override
  public void free() {}

  @Override
  public boolean syncs() {
    return false;
  }
}
