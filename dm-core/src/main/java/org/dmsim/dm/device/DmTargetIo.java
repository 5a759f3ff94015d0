package org.dmsim.dm.device;

import org.dmsim.block.bio.Bio;
import org.dmsim.dm.targets.DmTarget;
import org.dmsim.dm.targets.TargetClone;

/**
 * A clone: {@code struct dm_target_io}. The kernel lays the struct in front of the bio, and finds
 * one from the other; here the one is the other.
 */
class DmTargetIo extends Bio implements TargetClone {

  DmIo io;
  DmTarget target;
  int targetBioNr;

  /** {@code DM_TIO_INSIDE_DM_IO}: it is freed with the dm_io that it is embedded in. */
  boolean insideDmIo;

  /** {@code DM_TIO_IS_DUPLICATE_BIO}: others of its kind see the same range. */
  boolean duplicate;

  /** Whether {@link DmIo#mapped} is its length, and may become less. */
  boolean hasLength;

  /** Sector on the mapped device: what a remap event tells. */
  long oldSector;

  private Object perBioData;

  @Override
  public int targetBioNr() {
    return targetBioNr;
  }

  @Override
  public Object perBioData() {
    return perBioData;
  }

  @Override
  public void perBioData(Object data) {
    perBioData = data;
  }

  @Override
  public Bio original() {
    return io.origBio;
  }

  @Override
  public void acceptPartial(int sectors) {
    CloneSubmission.acceptPartialBio(this, sectors);
  }

  @Override
  public void submitRemap(Bio targetClone) {
    CloneSubmission.dmSubmitBioRemap(this, targetClone);
  }

  /** In reserve it belongs to its pool; in use it must have ended when the run ends. */
  @Override
  protected boolean isReachable() {
    return pool() == null;
  }

  @Override
  public String label() {
    return "dm clone";
  }
}
