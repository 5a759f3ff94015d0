package org.dmsim.dm.targets.multipath;

import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.report.KernelSymbol;

/** One path after another. Mirrors {@code dm-ps-round-robin.c}, 6.1. */
final class RoundRobin extends PathSelector {

  RoundRobin() {
    super("round-robin");
  }

  @Override
  @KernelSymbol("rr_add_path")
  void addPath(Path path, String[] argv) throws TargetError {
    atMost(argv, 1);
    path.selectorData = deprecatedRepeatCount(argv);
    move(path, valid, valid.size());
  }

  @Override
  @KernelSymbol("rr_select_path")
  Path selectPath(long bytes) {
    boolean flags = lock.lockIrqsave();
    Path first = moveToEnd(valid.isEmpty() ? null : valid.getFirst());
    lock.unlockIrqrestore(flags);
    return first;
  }

  /** To the front: it is the next to be chosen. */
  @Override
  @KernelSymbol("rr_reinstate_path")
  void reinstatePath(Path path) {
    move(path, valid, 0);
  }

  @Override
  int tableArgs() {
    return 1;
  }

  @Override
  int infoArgs() {
    return 0;
  }

  @Override
  String status(Path path, StatusType type) {
    return type == StatusType.INFO
        ? ""
        : Integer.toUnsignedString((Integer) path.selectorData) + " ";
  }
}
