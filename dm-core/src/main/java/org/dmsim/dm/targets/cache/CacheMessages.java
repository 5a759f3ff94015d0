package org.dmsim.dm.targets.cache;

import org.dmsim.block.Errno;
import org.dmsim.dm.targets.Scan;
import org.dmsim.report.KernelSymbol;

/** What a cache can be told: {@code cache_message} of {@code dm-cache-target.c}, 6.1. */
final class CacheMessages {

  private final Cache cache;

  CacheMessages(Cache cache) {
    this.cache = cache;
  }

  @KernelSymbol("cache_message")
  int handle(String[] argv) {
    if (argv.length == 0) {
      return -Errno.EINVAL;
    }
    if (cache.mode().isReadOnlyOrWorse()) {
      cache.log("unable to service cache target messages in READ_ONLY or FAIL mode");
      return -Errno.EOPNOTSUPP;
    }
    if (argv[0].equalsIgnoreCase("invalidate_cblocks")) {
      return invalidate(argv);
    }
    return argv.length == 2 && cache.configure(argv[0], argv[1]) ? 0 : -Errno.EINVAL;
  }

  @KernelSymbol("process_invalidate_cblocks_message")
  private int invalidate(String[] argv) {
    if (!cache.passesThrough()) {
      cache.log("cache has to be in passthrough mode for invalidation");
      return -Errno.EPERM;
    }
    for (int i = 1; i < argv.length; i++) {
      int r = invalidate(argv[i]);
      if (r != 0) {
        return r;
      }
    }
    return 0;
  }

  /** Mirrors {@code parse_cblock_range}: {@code N} or {@code N-M}. */
  private int invalidate(String range) {
    int dash = range.indexOf('-');
    String first = dash < 0 ? range : range.substring(0, dash);
    String second = dash < 0 ? null : range.substring(dash + 1);
    if (!Scan.isUnsigned(first) || (second != null && !Scan.isUnsigned(second))) {
      cache.log("invalid cblock range '" + range + "'");
      return -Errno.EINVAL;
    }
    long b = Integer.toUnsignedLong((int) Scan.unsigned(first));
    long e = Integer.toUnsignedLong(second == null ? (int) b + 1 : (int) Scan.unsigned(second));
    long n = Integer.toUnsignedLong(cache.size);
    String wrong = null;
    if (b >= n) {
      wrong = "begin cblock out of range: " + b + " >= " + n;
    } else if (e > n) {
      wrong = "end cblock out of range: " + e + " > " + n;
    } else if (b >= e) {
      wrong = "invalid cblock range: " + b + " >= " + e;
    }
    if (wrong != null) {
      cache.log(wrong);
      return -Errno.EINVAL;
    }
    for (; b != e; b++) {
      int r = cache.invalidateResult((int) b);
      if (r != 0) {
        return r;
      }
    }
    return 0;
  }
}
