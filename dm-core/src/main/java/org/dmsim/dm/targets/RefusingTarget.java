package org.dmsim.dm.targets;

import org.dmsim.block.bio.Bio;

/**
 * A target of which nothing is modelled but what its constructor refuses before it touches its
 * metadata: so a table with a mistake is told what the kernel would say, and one without that the
 * target is not modelled. Registered in {@code META-INF/services} under this class's own name.
 */
public abstract class RefusingTarget extends DmTarget {

  /** Blocks of a cache or pool are multiples of so many sectors, and no fewer. */
  private static final long MIN_BLOCK = 64 * 1024 >> 9;

  /** And no more than so many. */
  private static final long MAX_BLOCK = 1024L * 1024 * 1024 >> 9;

  @Override
  public final void ctr(String[] argv) throws TargetError {
    check(argv);
    throw new NotModelledException(
        "the target '" + type().name() + "' is not modelled, but for what it refuses");
  }

  /** Refuses parameters as the kernel does, in its order. */
  protected abstract void check(String[] argv) throws TargetError;

  @Override
  public final MapResult map(Bio clone) {
    throw new NotModelledException("the target '" + type().name() + "' is not modelled");
  }

  /** A refusal with EINVAL. */
  protected static TargetError refuse(String why) {
    return new TargetError(EINVAL, why);
  }

  /** Takes the next word, which must be there. */
  protected static String next(ArgSet args, String error) throws TargetError {
    String word = args.shift();
    if (word == null) {
      throw refuse(error);
    }
    return word;
  }

  /** A block size of a cache or pool, as {@code kstrtoul} reads it; sectors. */
  protected static long blockSize(String word, String error) throws TargetError {
    long size = Scan.kstrtoull(word, error);
    if (size < MIN_BLOCK || size > MAX_BLOCK || size % MIN_BLOCK != 0) {
      throw refuse(error);
    }
    return size;
  }
}
