package org.dmsim.dm.targets;

import org.dmsim.block.bio.Bio;

/**
 * A bio that carries a tag beside each block of its data, for a device with an integrity profile:
 * what {@code struct bio_integrity_payload} is to a bio.
 */
public final class TaggedBio extends Bio {

  private byte[] tags;
  private long first;

  /**
   * Gives it tags.
   *
   * @param bytes the tags, one after the other
   * @param firstSector on the device that it is for, of the first of them
   */
  public void tags(byte[] bytes, long firstSector) {
    tags = bytes;
    first = firstSector;
  }

  /** The tags; null for none. */
  public byte[] tags() {
    return tags;
  }

  /** The sector that the first tag belongs to. */
  public long firstSector() {
    return first;
  }
}
