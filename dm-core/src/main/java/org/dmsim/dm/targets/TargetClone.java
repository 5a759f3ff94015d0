package org.dmsim.dm.targets;

import org.dmsim.block.bio.Bio;

/**
 * A clone's place in the bio that it is part of; every bio given to {@link DmTarget#map} is one.
 */
public interface TargetClone {

  /** Which of several clones of one flush or discard it is, from 0. */
  int targetBioNr();

  /** What the target keeps with the clone; null in a fresh one. */
  Object perBioData();

  /** Keeps something with the clone until it ends; {@code dm_per_bio_data}. */
  void perBioData(Object data);

  /** The bio that it is a part of, as it was given to the mapped device. */
  Bio original();

  /** The target takes only the first {@code sectors} of it; {@code dm_accept_partial_bio}. */
  void acceptPartial(int sectors);

  /**
   * Submits what the target mapped after it had answered SUBMITTED; {@code dm_submit_bio_remap}.
   */
  void submitRemap(Bio targetClone);
}
