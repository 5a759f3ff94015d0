package org.dmsim.dm.targets.raid;

import org.dmsim.block.bio.Bio;
import org.dmsim.dm.targets.TargetError;

/** What a level does with bios: {@code struct md_personality}. */
interface Personality {

  /** Begins; says in the kernel log how, and refuses where the set cannot work. */
  void run() throws TargetError;

  /** Takes a bio of the set in hand, which is no flush; {@code make_request}. */
  void makeRequest(Bio bio);

  /** The sectors of the whole set: {@code size}. */
  long size();

  /** Ends; nothing is in flight. */
  void free();

  /** Whether it can be brought into sync; {@code sync_request} is there. */
  default boolean syncs() {
    return true;
  }
}
