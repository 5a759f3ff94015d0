package org.dmsim.block.bio;

import org.dmsim.block.device.BlockDeviceOperations;

/** A disk driver to which bios come, to be taken as they are or made into requests. */
public interface BioDriver extends BlockDeviceOperations {

  /**
   * Takes a bio in hand; its {@link Bio#endio} is called once, now or later. Called with the
   * queue's usage counter held, by one task at a time for bios of one submission.
   */
  void submitBio(Bio bio);

  /** Whether its queue has a function that takes bios, {@code q->make_request_fn}, by now. */
  default boolean hasFunction() {
    return true;
  }

  /**
   * Whether it takes bios, under the queue's usage counter; else {@link #submitBio} makes requests
   * of them, each of which holds the counter for itself. {@code BD_HAS_SUBMIT_BIO}.
   */
  default boolean takesBios() {
    return true;
  }
}
