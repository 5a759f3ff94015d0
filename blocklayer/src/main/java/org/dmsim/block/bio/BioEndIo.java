package org.dmsim.block.bio;

/** What happens when a bio has ended: {@code bio_end_io_t}. May run in any context. */
@FunctionalInterface
public interface BioEndIo {

  /** The bio has ended with the status that it carries. */
  void endIo(Bio bio);
}
