package org.dmsim.dm.targets.multipath;

import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;

/** The path with the fewest I/Os in flight. Mirrors {@code dm-ps-queue-length.c}, 6.1. */
final class QueueLength extends PathSelector {

  private static final class Info {
    final SharedInt inFlight = new SharedInt("pi->qlen", 0);
    int repeatCount;
  }

  QueueLength() {
    super("queue-length");
  }

  private static Info info(Path path) {
    return (Info) path.selectorData;
  }

  @Override
  @KernelSymbol("ql_add_path")
  void addPath(Path path, String[] argv) throws TargetError {
    atMost(argv, 1);
    Info info = new Info();
    info.repeatCount = deprecatedRepeatCount(argv);
    path.selectorData = info;
    move(path, valid, valid.size());
  }

  @Override
  @KernelSymbol("ql_select_path")
  Path selectPath(long bytes) {
    boolean flags = lock.lockIrqsave();
    Path best = null;
    for (Path p : valid) {
      if (best == null || info(p).inFlight.readOnce() < info(best).inFlight.readOnce()) {
        best = p;
      }
      if (info(best).inFlight.readOnce() == 0) {
        break;
      }
    }
    moveToEnd(best);
    lock.unlockIrqrestore(flags);
    return best;
  }

  @Override
  void startIo(Path path, long bytes) {
    info(path).inFlight.add(1);
  }

  @Override
  void endIo(Path path, long bytes, long startTime) {
    info(path).inFlight.add(-1);
  }

  @Override
  int tableArgs() {
    return 1;
  }

  @Override
  int infoArgs() {
    return 1;
  }

  @Override
  String status(Path path, StatusType type) {
    return type == StatusType.INFO
        ? info(path).inFlight.readOnce() + " "
        : Integer.toUnsignedString(info(path).repeatCount) + " ";
  }
}
