package org.dmsim.dm.targets.multipath;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.block.Errno;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.StatusType;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.locking.SpinLock;
import org.dmsim.machine.Task;

/**
 * Chooses the path of an I/O: {@code struct path_selector}. Most keep their paths in two lists, of
 * those that may be chosen and of those that failed, under a lock of their own.
 */
abstract class PathSelector {

  final String name;
  final SpinLock lock = new SpinLock("&s->lock");
  final List<Path> valid = new ArrayList<>();
  private final List<Path> failed = new ArrayList<>();

  PathSelector(String name) {
    this.name = name;
  }

  /**
   * A selector by name; {@code dm_get_path_selector} and its {@code create}.
   *
   * @throws TargetError EINVAL in the words of the kernel
   */
  static PathSelector create(String name, String[] argv) throws TargetError {
    return switch (name) {
      case "round-robin" -> new RoundRobin();
      case "queue-length" -> new QueueLength();
      case "service-time" -> new ServiceTime();
      case "io-affinity" -> new IoAffinity();
      case "historical-service-time" -> new HistoricalServiceTime(argv);
      default -> throw refuse("unknown path selector type");
    };
  }

  /** Whether there is one of that name. */
  static boolean isKnown(String name) {
    return switch (name) {
      case "round-robin",
          "queue-length",
          "service-time",
          "io-affinity",
          "historical-service-time" ->
          true;
      default -> false;
    };
  }

  static TargetError refuse(String why) {
    return new TargetError(Errno.EINVAL, why);
  }

  // ---- what each of them does -------------------------------------------------------------------

  /** Takes a path, with its parameters from the table line. */
  abstract void addPath(Path path, String[] argv) throws TargetError;

  /** The path for an I/O of so many bytes; null if there is none. */
  abstract Path selectPath(long bytes);

  /** An I/O goes down a path. */
  void startIo(Path path, long bytes) {}

  /**
   * It came back.
   *
   * @param startTime ns of virtual time at which it was sent
   */
  void endIo(Path path, long bytes, long startTime) {}

  /** How many words a path has in the table line. */
  abstract int tableArgs();

  /** How many words a path has in the status. */
  abstract int infoArgs();

  /** A path's words, each with a blank behind it. */
  abstract String status(Path path, StatusType type);

  /** The selector's own words, each with a blank behind it. */
  String status() {
    return "0 ";
  }

  // ---- what most of them do ---------------------------------------------------------------------

  void failPath(Path path) {
    move(path, failed, 0);
  }

  void reinstatePath(Path path) {
    move(path, valid, valid.size());
  }

  final void move(Path path, List<Path> to, int at) {
    boolean flags = lock.lockIrqsave();
    valid.remove(path);
    failed.remove(path);
    to.add(Math.min(at, to.size()), path);
    moved();
    lock.unlockIrqrestore(flags);
  }

  /** A path came into a list or left it; under the lock. */
  void moved() {}

  /** The path used last is the last to be used again; under the lock. */
  final Path moveToEnd(Path path) {
    if (path != null) {
      valid.remove(path);
      valid.add(path);
    }
    return path;
  }

  /** A repeat count, which is read and has no use any more. */
  final int repeatCount(String word) throws TargetError {
    if (!Scan.isUnsigned(word)) {
      throw refuse(name + " ps: invalid repeat count");
    }
    return (int) Scan.unsigned(word);
  }

  /** As {@link #repeatCount}; a count above 1 is said to be out of use. */
  final int deprecatedRepeatCount(String[] argv) throws TargetError {
    int count = argv.length == 0 ? 1 : repeatCount(argv[0]);
    if (Integer.compareUnsigned(count, 1) > 0) {
      say("repeat_count > 1 is deprecated, using 1 instead");
      return 1;
    }
    return count;
  }

  final void atMost(String[] argv, int most) throws TargetError {
    if (argv.length > most) {
      throw refuse(name + " ps: incorrect number of arguments");
    }
  }

  final void say(String text) {
    DmLog.say("multipath " + name, text);
  }

  /** {@code ktime_get_ns}: virtual time. */
  static long now() {
    Task t = Task.current();
    return t == null ? 0 : t.machine().now();
  }
}
