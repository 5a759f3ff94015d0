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

  /** Lets all I/O wait, or go on; {@code quiesce}. */
  default void quiesce(boolean on) {}

  /**
   * Brings a part into sync; {@code sync_request}.
   *
   * @param skipped its element is set where nothing had to be done
   * @return sectors, 0 to give up
   */
  default long sync(long sector, boolean[] skipped) {
    return 0;
  }

  /** A disk failed; {@code error_handler}. Any context. */
  default void error(RaidDisk disk) {}

  /** Disks that were rebuilt are in sync now; whether there are any. {@code spare_active}. */
  default boolean spareActive() {
    return false;
  }

  /** Takes a disk out; whether that can be done now. {@code hot_remove_disk}. */
  default boolean hotRemove(RaidDisk disk) {
    return false;
  }

  /** Takes a disk in; whether there is a place. {@code hot_add_disk}. */
  default boolean hotAdd(RaidDisk disk) {
    return false;
  }
}
