package org.dmsim.dm.targets.multipath;

import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.locking.SpinLock;
import org.dmsim.report.KernelSymbol;

/**
 * The path that was fastest lately: an exponential mean of how long its I/Os took, as fixed-point
 * nanoseconds. Mirrors {@code dm-ps-historical-service-time.c}, 6.1.
 */
final class HistoricalServiceTime extends PathSelector {

  private static final int FIXED_SHIFT = 10;
  private static final int FIXED_ONE = 1 << FIXED_SHIFT;

  /** {@code HST_FIXED_MAX}: ULLONG_MAX in fixed point. */
  private static final long FIXED_MAX = -1L >>> FIXED_SHIFT;

  /** {@code HST_FIXED_95}. */
  private static final int DEFAULT_WEIGHT = 972;

  /** Nanoseconds of a bucket, as a shift: 16.8 ms. */
  private static final int BUCKET_SHIFT = 24;

  private static final int WEIGHTS = 64;

  /** {@code struct path_info}; its numbers are guarded by its lock. */
  private static final class Info {
    final SpinLock lock = new SpinLock("&pi->lock");
    long serviceTime = FIXED_ONE;
    long staleAfter;
    long lastFinish;
    long outstanding;
  }

  private final int[] weights = new int[WEIGHTS];
  private final int threshold;
  private int validCount;

  /**
   * {@code [BASE_WEIGHT [THRESHOLD_MULTIPLIER]]}.
   *
   * @throws TargetError EINVAL if it is not that
   */
  HistoricalServiceTime(String[] argv) throws TargetError {
    super("historical-service-time");
    int base = argv.length == 0 ? DEFAULT_WEIGHT : number(argv[0]);
    if (argv.length > 2 || Integer.compareUnsigned(base, FIXED_ONE) >= 0) {
      throw wrong();
    }
    threshold = argv.length > 1 ? number(argv[1]) : 0;
    for (int i = 0; i < WEIGHTS - 1; i++) {
      weights[i] = (int) power(base, i + 1);
    }
  }

  private static TargetError wrong() {
    return refuse("path selector constructor failed");
  }

  private static int number(String word) throws TargetError {
    if (!Scan.isUnsigned(word)) {
      throw wrong();
    }
    return (int) Scan.unsigned(word);
  }

  /** {@code fixed_power}: by squaring, each product rounded. */
  private static long power(long base, int exponent) {
    long result = FIXED_ONE;
    long x = base;
    for (int n = exponent; n != 0; n >>= 1) {
      if ((n & 1) != 0) {
        result = rounded(result * x);
      }
      x = rounded(x * x);
    }
    return result;
  }

  private static long rounded(long fixed) {
    return (fixed + (FIXED_ONE >> 1)) >>> FIXED_SHIFT;
  }

  private static Info info(Path path) {
    return (Info) path.selectorData;
  }

  @Override
  @KernelSymbol("hst_add_path")
  void addPath(Path path, String[] argv) throws TargetError {
    atMost(argv, 1);
    if (argv.length == 1) {
      repeatCount(argv[0]);
    }
    path.selectorData = new Info();
    move(path, valid, valid.size());
  }

  @Override
  void moved() {
    validCount = valid.size();
  }

  // ---- choosing ---------------------------------------------------------------------------------

  /** What one path's lock shows of it. */
  private record Seen(long serviceTime, long outstanding, long staleAfter) {
    @KernelSymbol("hst_fill_compare")
    static Seen of(Info info) {
      boolean flags = info.lock.lockIrqsave();
      Seen seen = new Seen(info.serviceTime, info.outstanding, info.staleAfter);
      info.lock.unlockIrqrestore(flags);
      return seen;
    }

    boolean isIdle() {
      return outstanding == 0;
    }

    boolean isStale(long now) {
      return staleAfter < now;
    }
  }

  /** Below 0 if the first is better, 0 if they are alike. */
  @KernelSymbol("hst_compare")
  private long compare(Info first, Info second, long now) {
    Seen a = Seen.of(first);
    Seen b = Seen.of(second);
    boolean firstSlower = Long.compareUnsigned(a.serviceTime, b.serviceTime) > 0;
    long slow = firstSlower ? a.serviceTime : b.serviceTime;
    long quick = firstSlower ? b.serviceTime : a.serviceTime;
    long byCount = a.outstanding - b.outstanding;
    if (Long.compareUnsigned(slow, Integer.toUnsignedLong(threshold) * quick) <= 0) {
      return byCount;
    }
    if ((a.isIdle() && a.isStale(now))
        || (b.isIdle() && b.isStale(now))
        || (a.isIdle() && b.isIdle())) {
      return (b.isIdle() ? a.staleAfter : 0) - (a.isIdle() ? b.staleAfter : 0);
    }
    boolean secondBetter;
    if (byCount == 0) {
      secondBetter = firstSlower;
    } else {
      boolean many = a.outstanding >= FIXED_ONE || b.outstanding >= FIXED_ONE;
      int shift = many ? FIXED_SHIFT : 0;
      secondBetter =
          Long.compareUnsigned(
                  (1 + a.outstanding) * (a.serviceTime >>> shift),
                  (1 + b.outstanding) * (b.serviceTime >>> shift))
              > 0;
    }
    if ((secondBetter ? b : a).isStale(now)) {
      return byCount;
    }
    return secondBetter ? 1 : -1;
  }

  @Override
  @KernelSymbol("hst_select_path")
  Path selectPath(long bytes) {
    long now = now();
    boolean flags = lock.lockIrqsave();
    Path best = null;
    for (Path p : valid) {
      if (best == null || compare(info(p), info(best), now) < 0) {
        best = p;
      }
    }
    moveToEnd(best);
    lock.unlockIrqrestore(flags);
    return best;
  }

  // ---- measuring --------------------------------------------------------------------------------

  @Override
  @KernelSymbol("hst_start_io")
  void startIo(Path path, long bytes) {
    Info i = info(path);
    boolean flags = i.lock.lockIrqsave();
    i.outstanding++;
    i.lock.unlockIrqrestore(flags);
  }

  /** How long the path took, as if it had one I/O at a time; {@code path_service_time}. */
  private static long took(Info i, long startTime) {
    long now = now();
    long since = Math.max(startTime, i.lastFinish);
    i.lastFinish = now;
    return Math.max(now - since, 0);
  }

  @Override
  @KernelSymbol("hst_end_io")
  void endIo(Path path, long bytes, long startTime) {
    Info i = info(path);
    boolean flags = i.lock.lockIrqsave();
    long took = took(i, startTime);
    i.outstanding--;
    int weight = weights[(int) Math.min(took >>> BUCKET_SHIFT, WEIGHTS - 1)];
    long next = took * FIXED_ONE;
    next = Long.compareUnsigned(next, FIXED_MAX) < 0 ? next : FIXED_MAX;
    i.serviceTime = rounded(i.serviceTime * weight + next * (FIXED_ONE - weight));
    i.staleAfter = i.lastFinish + validCount * (i.serviceTime >>> FIXED_SHIFT);
    i.lock.unlockIrqrestore(flags);
  }

  @Override
  int tableArgs() {
    return 1;
  }

  @Override
  int infoArgs() {
    return 3;
  }

  @Override
  String status() {
    return "2 " + weights[0] + " " + Integer.toUnsignedString(threshold) + " ";
  }

  @Override
  String status(Path path, StatusType type) {
    Info i = info(path);
    return type == StatusType.TABLE
        ? "0 "
        : Long.toUnsignedString(i.serviceTime)
            + " "
            + Long.toUnsignedString(i.outstanding)
            + " "
            + Long.toUnsignedString(i.staleAfter)
            + " ";
  }
}
