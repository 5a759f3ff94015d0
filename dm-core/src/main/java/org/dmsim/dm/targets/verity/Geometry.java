package org.dmsim.dm.targets.verity;

import org.dmsim.block.Errno;
import org.dmsim.dm.targets.TargetError;

/**
 * Where the digests lie: the levels of the tree one behind the other on the hash device, the
 * highest first; level 0 has the digests of the data.
 */
final class Geometry {

  /** {@code DM_VERITY_MAX_LEVELS}. */
  private static final int MAX_LEVELS = 63;

  private final int version;
  private final int digestSize;
  private final int hashBlockBits;
  private final int perBlockBits;
  private final long[] levelBlock;
  private final long end;

  /**
   * Lays the tree out.
   *
   * @param version of the format: 1 pads digests to a power of two, 0 does not
   * @param hashBlockBits bytes of a hash block, as a shift
   * @param dataBlocks blocks of data
   * @param start hash block in which it begins
   */
  Geometry(int version, int digestSize, int hashBlockBits, long dataBlocks, long start)
      throws TargetError {
    this.version = version;
    this.digestSize = digestSize;
    this.hashBlockBits = hashBlockBits;
    perBlockBits = 31 - Integer.numberOfLeadingZeros((1 << hashBlockBits) / digestSize);
    int levels = 0;
    while (dataBlocks != 0
        && perBlockBits * levels < Long.SIZE
        && dataBlocks - 1 >>> perBlockBits * levels != 0) {
      levels++;
    }
    if (levels > MAX_LEVELS) {
      throw new TargetError(Errno.E2BIG, "Too many tree levels");
    }
    levelBlock = new long[levels];
    long position = start;
    for (int i = levels - 1; i >= 0; i--) {
      levelBlock[i] = position;
      int shift = (i + 1) * perBlockBits; // the kernel shifts by it modulo 64
      long blocks = dataBlocks + (1L << shift) - 1 >>> shift;
      if (Long.compareUnsigned(position + blocks, position) < 0) {
        throw new TargetError(Errno.E2BIG, "Hash device offset overflow");
      }
      position += blocks;
    }
    end = position;
  }

  int levels() {
    return levelBlock.length;
  }

  /** The hash block behind the tree; {@code hash_blocks}. */
  long end() {
    return end;
  }

  private long position(long block, int level) {
    return block >>> level * perBlockBits;
  }

  /**
   * The hash block that has the digest of {@code block} at a level; {@code verity_hash_at_level}.
   */
  long hashBlock(long block, int level) {
    return levelBlock[level] + (position(block, level) >>> perBlockBits);
  }

  /** Where in that block. */
  int offset(long block, int level) {
    int index = (int) (position(block, level) & (1L << perBlockBits) - 1);
    return version == 0 ? index * digestSize : index << hashBlockBits - perBlockBits;
  }
}
