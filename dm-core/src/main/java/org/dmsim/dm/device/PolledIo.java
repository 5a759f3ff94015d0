package org.dmsim.dm.device;

import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;

/** Bios whose completion is polled for: the ios that one was split into are listed at the bio. */
final class PolledIo {

  private PolledIo() {}

  /** Marks an original whose {@code bi_private} is the list of its ios. */
  static final int REQ_DM_POLL_LIST = Opf.REQ_DRV;

  /** Mirrors {@code dm_queue_poll_io}, 6.1. */
  static void queue(Bio bio, DmIo io) {
    if (bio.hasOpf(REQ_DM_POLL_LIST)) {
      DmIo head = (DmIo) bio.owner();
      io.polledOwner = head.polledOwner;
      io.nextIo = head;
    } else {
      bio.addOpf(REQ_DM_POLL_LIST);
      io.polledOwner = bio.owner();
      io.nextIo = null;
    }
    bio.setOwner(io);
  }

  /**
   * Mirrors {@code dm_poll_bio}, 6.1.
   *
   * @return whether all of the bio's ios have ended, and so the bio
   */
  static boolean poll(Bio bio) {
    if (!bio.hasOpf(REQ_DM_POLL_LIST)) {
      return false;
    }
    DmIo io = (DmIo) bio.owner();
    bio.clearOpf(REQ_DM_POLL_LIST);
    bio.setOwner(io.polledOwner);
    DmIo undone = null;
    while (io != null) {
      DmIo next = io.nextIo;
      if (io.readCount() == 1) {
        BioCompletion.decPending(io);
      } else {
        io.nextIo = undone;
        undone = io;
      }
      io = next;
    }
    if (undone == null) {
      return true;
    }
    bio.addOpf(REQ_DM_POLL_LIST);
    bio.setOwner(undone);
    return false;
  }
}
