package org.dmsim.dm.ioctl;

/** The memory of a program that an ioctl points to. */
public interface UserBuffer {

  /**
   * {@code copy_from_user}.
   *
   * @param offset of the first byte, from where the ioctl's argument points to
   * @return false where the program has no such memory
   */
  boolean read(int offset, byte[] into, int at, int bytes);

  /** {@code copy_to_user}; parameters as of {@link #read}. */
  boolean write(int offset, byte[] from, int bytes);
}
