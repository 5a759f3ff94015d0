package org.dmsim.dm.targets.multipath;

import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;

/**
 * The path that is thought to be done first: bytes in flight, divided by how fast the table line
 * says that the path is. Mirrors {@code dm-ps-service-time.c}, 6.1.
 */
final class ServiceTime extends PathSelector {

  /** {@code ST_MAX_RELATIVE_THROUGHPUT}. */
  private static final int MAX_THROUGHPUT = 100;

  private static final class Info {
    /** {@code in_flight_size}: bytes, as an {@code atomic_t} holds them. */
    final SharedInt inFlight = new SharedInt("pi->in_flight_size", 0);

    int repeatCount;
    int throughput = 1;
  }

  ServiceTime() {
    super("service-time");
  }

  private static Info info(Path path) {
    return (Info) path.selectorData;
  }

  @Override
  @KernelSymbol("st_add_path")
  void addPath(Path path, String[] argv) throws TargetError {
    atMost(argv, 2);
    Info info = new Info();
    info.repeatCount = deprecatedRepeatCount(argv);
    if (argv.length == 2) {
      info.throughput = Scan.isUnsigned(argv[1]) ? (int) Scan.unsigned(argv[1]) : -1;
      if (Integer.compareUnsigned(info.throughput, MAX_THROUGHPUT) > 0) {
        throw refuse("service-time ps: invalid relative_throughput value");
      }
    }
    path.selectorData = info;
    move(path, valid, valid.size());
  }

  /** Below 0 if the first is better, 0 if they are alike. */
  @KernelSymbol("st_compare_load")
  private static int compare(Info a, Info b, long incoming) {
    long loadA = a.inFlight.readOnce();
    long loadB = b.inFlight.readOnce();
    if (a.throughput == b.throughput) {
      return (int) (loadA - loadB);
    }
    if (loadA == loadB || a.throughput == 0 || b.throughput == 0) {
      return b.throughput - a.throughput;
    }
    // Both times are multiplied by both throughputs. Below 2^57 nothing overflows.
    long timeA = (loadA + incoming) * b.throughput;
    long timeB = (loadB + incoming) * a.throughput;
    return timeA != timeB ? (int) (timeA - timeB) : b.throughput - a.throughput;
  }

  @Override
  @KernelSymbol("st_select_path")
  Path selectPath(long bytes) {
    boolean flags = lock.lockIrqsave();
    Path best = null;
    for (Path p : valid) {
      if (best == null || compare(info(p), info(best), bytes) < 0) {
        best = p;
      }
    }
    moveToEnd(best);
    lock.unlockIrqrestore(flags);
    return best;
  }

  @Override
  void startIo(Path path, long bytes) {
    info(path).inFlight.add((int) bytes);
  }

  @Override
  void endIo(Path path, long bytes, long startTime) {
    info(path).inFlight.add((int) -bytes);
  }

  @Override
  int tableArgs() {
    return 2;
  }

  @Override
  int infoArgs() {
    return 2;
  }

  @Override
  String status(Path path, StatusType type) {
    Info i = info(path);
    return (type == StatusType.INFO
            ? String.valueOf(i.inFlight.readOnce())
            : Integer.toUnsignedString(i.repeatCount))
        + " "
        + i.throughput
        + " ";
  }
}
