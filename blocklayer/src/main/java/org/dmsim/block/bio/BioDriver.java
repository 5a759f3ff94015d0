package org.dmsim.block.bio;

import org.dmsim.block.device.BlockDeviceOperations;

/** A disk driver that takes bios as they are: {@code submit_bio} is set among its operations. */
public interface BioDriver extends BlockDeviceOperations {

  /**
   * Takes a bio in hand; its {@link Bio#endio} is called once, now or later. Called with the
   * queue's usage counter held, by one task at a time for bios of one submission.
   */
  void submitBio(Bio bio);
}
