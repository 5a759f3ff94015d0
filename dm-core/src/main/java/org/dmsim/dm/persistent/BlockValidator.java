package org.dmsim.dm.persistent;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;
import org.dmsim.block.Errno;
import org.dmsim.dm.targets.DmLog;

/**
 * What a block of one kind must look like: {@code struct dm_block_validator}, 6.1. All kinds begin
 * with a checksum over the rest of the block, and know where they are meant to lie.
 */
public abstract class BlockValidator {

  private final String name;
  private final int blocknrOffset;
  private final int xor;

  /**
   * A kind of block.
   *
   * @param name as messages name it
   * @param blocknrOffset where in the block its own number stands, in bytes
   * @param xor what the checksum is mixed with, so that kinds are not taken for one another
   */
  protected BlockValidator(String name, int blocknrOffset, int xor) {
    this.name = name;
    this.blocknrOffset = blocknrOffset;
    this.xor = xor;
  }

  /** As messages name it. */
  public final String name() {
    return name;
  }

  /** Writes number and checksum into a block that is about to be written. */
  public void prepareForWrite(Block b) {
    b.memory().set(Le.LE64, blocknrOffset, b.location());
    b.memory().set(Le.LE32, 0, checksum(b.data(), 4, xor));
  }

  /**
   * Looks at a block that was read.
   *
   * @throws MetadataException ENOTBLK if it belongs elsewhere, EILSEQ if it is damaged
   */
  public void check(Block b) throws MetadataException {
    checkPlace(b);
    checkSum(b);
  }

  /** The number that stands in it must be its own. */
  protected final void checkPlace(Block b) throws MetadataException {
    long found = b.memory().get(Le.LE64, blocknrOffset);
    if (found != b.location()) {
      throw fail(
          Errno.ENOTBLK,
          ("blocknr " + Long.toUnsignedString(found))
              + (" != wanted " + Long.toUnsignedString(b.location())));
    }
  }

  /** Its checksum must be right. */
  protected final void checkSum(Block b) throws MetadataException {
    int real = checksum(b.data(), 4, xor);
    int found = b.memory().get(Le.LE32, 0);
    if (real != found) {
      throw fail(
          Errno.EILSEQ,
          ("csum " + Integer.toUnsignedString(real))
              + (" != wanted " + Integer.toUnsignedString(found)));
    }
  }

  /** Says in the log what is wrong with a block. */
  protected final MetadataException fail(int errno, String why) {
    DmLog.say(logPrefix(), checkName() + " failed: " + why);
    return new MetadataException(errno);
  }

  /** {@code DM_MSG_PREFIX} of the source file that has it. */
  protected abstract String logPrefix();

  /** What its check is called in messages. */
  protected abstract String checkName();

  /** Mirrors {@code dm_bm_checksum}: of the bytes from an offset to the end. */
  public static int checksum(byte[] data, int from, int xor) {
    CRC32C crc = new CRC32C();
    crc.update(data, from, data.length - from);
    return ~(int) crc.getValue() ^ xor;
  }

  /** An unsigned 32-bit number of a block, as a long. */
  protected static long u32(MemorySegment at, int offset) {
    return Integer.toUnsignedLong(at.get(Le.LE32, offset));
  }
}
