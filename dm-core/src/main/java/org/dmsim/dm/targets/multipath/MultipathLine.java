package org.dmsim.dm.targets.multipath;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import org.dmsim.block.Errno;
import org.dmsim.dm.targets.ArgSet;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.report.KernelSymbol;

/** The table line of a multipath target: read, and its features said again. */
final class MultipathLine {

  private static final int MOST = 1024;
  private static final int MOST_FEATURES = 8;
  private static final int MOST_RETRIES = 50;
  private static final int MOST_DELAY_MSECS = 60000;

  /** What a kernel without SCSI answers to a handler's parameters, and passes on as an errno. */
  private static final int SCSI_DH_NOSYS = Errno.EBUSY;

  /** Opens a path's device. */
  @FunctionalInterface
  interface Opener {
    DmDev open(String path) throws TargetError;
  }

  private final Multipath m;
  private final Opener opener;
  private final Consumer<String> log;
  private boolean bioBased;
  private int pgInitRetries;
  private int pgInitDelay = -1;
  private boolean handler;
  private boolean handlerParams;

  MultipathLine(Multipath m, Opener opener, Consumer<String> log) {
    this.m = m;
    this.opener = opener;
    this.log = log;
  }

  /**
   * Reads it.
   *
   * @return whether the target wants requests and no bios
   */
  boolean parse(String[] argv) throws TargetError {
    ArgSet args = new ArgSet(argv);
    parseFeatures(args);
    if (bioBased) {
      m.flags.set(Multipath.RETAIN_ATTACHED_HW_HANDLER);
    }
    m.flags.set(Multipath.QUEUE_IO);
    parseHandler(args);
    int groups = args.read(0, MOST, "invalid number of priority groups");
    int first = args.read(0, MOST, "invalid initial priority group number");
    if ((groups == 0) != (first == 0)) {
      throw PathSelector.refuse("invalid initial priority group");
    }
    while (args.left() != 0) {
      PriorityGroup group = parseGroup(args, m.groups.size() + 1);
      m.validPaths.add(group.paths.size());
      m.groups.add(group);
      if (group.number == first) {
        m.nextGroup.writeOnce(group);
      }
    }
    if (m.groups.size() != groups) {
      throw PathSelector.refuse("priority group count mismatch");
    }
    return !bioBased;
  }

  @KernelSymbol("parse_features")
  private void parseFeatures(ArgSet args) throws TargetError {
    int left = args.readGroup(0, MOST_FEATURES, "invalid number of feature args");
    while (left-- > 0) {
      String word = args.shift().toLowerCase(Locale.ROOT);
      switch (left == 0 && takesValue(word) ? "" : word) {
        case "queue_if_no_path" -> m.queueIfNoPath(true, false);
        case "retain_attached_hw_handler" -> m.flags.set(Multipath.RETAIN_ATTACHED_HW_HANDLER);
        case "pg_init_retries" ->
            pgInitRetries = args.read(1, MOST_RETRIES, "pg_init_retries must be between 1 and 50");
        case "pg_init_delay_msecs" ->
            pgInitDelay =
                args.read(0, MOST_DELAY_MSECS, "pg_init_delay_msecs must be between 0 and 60000");
        case "queue_mode" ->
            bioBased =
                switch (args.shift().toLowerCase(Locale.ROOT)) {
                  case "bio" -> true;
                  case "rq", "mq" -> false;
                  default -> throw PathSelector.refuse("Unknown 'queue_mode' requested");
                };
        default -> throw PathSelector.refuse("Unrecognised multipath feature request");
      }
      left -= takesValue(word) ? 1 : 0;
    }
  }

  private static boolean takesValue(String feature) {
    return feature.equals("pg_init_retries")
        || feature.equals("pg_init_delay_msecs")
        || feature.equals("queue_mode");
  }

  @KernelSymbol("parse_hw_handler")
  private void parseHandler(ArgSet args) throws TargetError {
    int count = args.readGroup(0, MOST, "invalid number of hardware handler args");
    args.consume(count);
    if (count != 0 && bioBased) {
      log.accept("bio-based multipath doesn't allow hardware handler args");
    }
    handler = count != 0 && !bioBased;
    handlerParams = handler && count > 1;
  }

  @KernelSymbol("parse_priority_group")
  private PriorityGroup parseGroup(ArgSet args, int number) throws TargetError {
    if (args.left() < 2) {
      throw PathSelector.refuse("not enough priority group arguments");
    }
    String name = args.shift();
    if (!PathSelector.isKnown(name)) {
      throw PathSelector.refuse("unknown path selector type");
    }
    int count = args.readGroup(0, MOST, "invalid number of path selector args");
    PathSelector selector = PathSelector.create(name, take(args, count));
    PriorityGroup group = new PriorityGroup(number, selector);
    try {
      int paths = args.read(1, MOST, "invalid number of paths");
      int perPath = args.read(0, MOST, "invalid number of selector args");
      for (int i = 0; i < paths; i++) {
        if (args.left() < 1 + perPath) {
          throw PathSelector.refuse("not enough path parameters");
        }
        parsePath(group, args.shift(), take(args, perPath));
      }
    } catch (TargetError e) {
      group.destroy();
      throw e;
    }
    return group;
  }

  private static String[] take(ArgSet args, int count) {
    String[] taken = new String[count];
    Arrays.setAll(taken, i -> args.shift());
    return taken;
  }

  /** A kernel without SCSI attaches any handler, and gives none its parameters. */
  @KernelSymbol("parse_path")
  private void parsePath(PriorityGroup group, String device, String[] argv) throws TargetError {
    DmDev opened = opener.open(device);
    if (handlerParams) {
      throw new TargetError(SCSI_DH_NOSYS, "unable to set hardware handler parameters");
    }
    Path path = new Path(group, opened);
    group.paths.add(path);
    group.selector.addPath(path, argv);
  }

  /** The features as a table line says them, with their count; under the lock. */
  String features() {
    boolean queues = m.flags.test(Multipath.QUEUE_IF_NO_PATH);
    boolean retains = m.flags.test(Multipath.RETAIN_ATTACHED_HW_HANDLER);
    int count = 2 + (queues ? 1 : 0) + (retains ? 1 : 0);
    count += (pgInitRetries > 0 ? 2 : 0) + (pgInitDelay >= 0 ? 2 : 0);
    return count
        + " "
        + (queues ? "queue_if_no_path " : "")
        + (pgInitRetries > 0 ? "pg_init_retries " + pgInitRetries + " " : "")
        + (pgInitDelay >= 0 ? "pg_init_delay_msecs " + pgInitDelay + " " : "")
        + (retains ? "retain_attached_hw_handler " : "")
        + "queue_mode bio ";
  }
}
