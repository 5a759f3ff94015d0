package org.dmsim.dm.targets.verity;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dmsim.block.Errno;
import org.dmsim.block.Sectors;
import org.dmsim.dm.targets.ArgSet;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.report.KernelSymbol;

/** The feature arguments of a table line. Mirrors {@code verity_parse_opt_args}, 6.1. */
final class VerityOptions {

  /** What becomes of a block that is not as its digest says. */
  enum Mode {
    EIO(""),
    LOGGING("ignore_corruption"),
    RESTART("restart_on_corruption"),
    PANIC("panic_on_corruption");

    private final String argument;

    Mode(String argument) {
      this.argument = argument;
    }
  }

  /** What else the arguments need of the target while they are read. */
  interface Devices {
    DmDev get(String path, String error) throws TargetError;
  }

  private static final String IGNORE_ZEROES = "ignore_zero_blocks";
  private static final String AT_MOST_ONCE = "check_at_most_once";
  private static final String TASKLET = "try_verify_in_tasklet";
  private static final String FEC_DEVICE = "use_fec_from_device";
  private static final String FEC_BLOCKS = "fec_blocks";
  private static final String FEC_START = "fec_start";
  private static final String FEC_ROOTS = "fec_roots";

  /**
   * {@code DM_VERITY_OPTS_MAX}, without root hash signatures, which the kernel was built without.
   */
  private static final int MAX_FEATURES = 12;

  private static final int LEAST_ROOTS = 2;
  private static final int MOST_ROOTS = 24;

  Mode mode = Mode.EIO;
  boolean ignoreZeroes;
  boolean atMostOnce;
  boolean tasklet;
  DmDev fecDevice;
  long fecBlocks;
  long fecStart;
  int fecRoots;

  /**
   * Reads what changes how the other arguments are read.
   *
   * @param args what stands behind the first ten
   */
  static VerityOptions modifiers(ArgSet args) throws TargetError {
    VerityOptions o = new VerityOptions();
    for (int left = count(args); left > 0; left--) {
      o.tasklet |= TASKLET.equalsIgnoreCase(args.shift());
    }
    return o;
  }

  private static int count(ArgSet args) throws TargetError {
    return args.left() == 0 ? 0 : args.readGroup(0, MAX_FEATURES, "Invalid number of feature args");
  }

  /**
   * Reads the rest.
   *
   * @param dataBlockBits of the data device
   * @param dataBlocks blocks of data
   */
  @KernelSymbol("verity_parse_opt_args")
  void read(ArgSet args, int dataBlockBits, long dataBlocks, Devices devices) throws TargetError {
    for (int left = count(args); left > 0; left--) {
      String name = args.shift();
      switch (name.toLowerCase(Locale.ROOT)) {
        case "ignore_corruption" -> mode(Mode.LOGGING);
        case "restart_on_corruption" -> mode(Mode.RESTART);
        case "panic_on_corruption" -> mode(Mode.PANIC);
        case IGNORE_ZEROES -> ignoreZeroes = true;
        case AT_MOST_ONCE -> {
          if (Long.compareUnsigned(dataBlocks, Integer.MAX_VALUE) > 0) {
            throw new TargetError(Errno.E2BIG, "device too large to use check_at_most_once");
          }
          atMostOnce = true;
        }
        case TASKLET -> {}
        case FEC_DEVICE, FEC_BLOCKS, FEC_START, FEC_ROOTS -> {
          if (left == 1) {
            throw error("FEC feature arguments require a value");
          }
          left--;
          fec(name.toLowerCase(Locale.ROOT), args.shift(), dataBlockBits, devices);
        }
        default -> {
          VerityTarget.say("Unrecognized verity feature request: " + name);
          throw error("Unrecognized verity feature request");
        }
      }
    }
  }

  private void mode(Mode m) throws TargetError {
    if (mode != Mode.EIO) {
      throw error("Conflicting error handling parameters");
    }
    mode = m;
  }

  /** Mirrors {@code verity_fec_parse_opt_args}. */
  @KernelSymbol("verity_fec_parse_opt_args")
  private void fec(String name, String value, int bits, Devices devices) throws TargetError {
    switch (name) {
      case FEC_DEVICE -> fecDevice = devices.get(value, "FEC device lookup failed");
      case FEC_BLOCKS -> fecBlocks = blocks(value, bits, "Invalid " + FEC_BLOCKS);
      case FEC_START -> fecStart = blocks(value, bits, "Invalid " + FEC_START);
      default -> {
        int roots = Scan.isUnsigned(value) ? (int) Scan.unsigned(value) & 0xff : 0;
        if (roots < LEAST_ROOTS || roots > MOST_ROOTS) {
          throw error("Invalid " + FEC_ROOTS);
        }
        fecRoots = roots;
      }
    }
  }

  /** A number of blocks that still fits when it counts sectors. */
  static long blocks(String value, int bits, String error) throws TargetError {
    long n = Scan.sector(value, error);
    int shift = bits - Sectors.SHIFT;
    if (n << shift >>> shift != n) {
      throw error(error);
    }
    return n;
  }

  private static TargetError error(String text) {
    return new TargetError(Errno.EINVAL, text);
  }

  /** As the table shows them, with their count and a blank in front; nothing if there are none. */
  String describe() {
    List<String> all = new ArrayList<>();
    if (mode != Mode.EIO) {
      all.add(mode.argument);
    }
    if (ignoreZeroes) {
      all.add(IGNORE_ZEROES);
    }
    if (atMostOnce) {
      all.add(AT_MOST_ONCE);
    }
    if (tasklet) {
      all.add(TASKLET);
    }
    if (fecDevice != null) {
      all.add(FEC_DEVICE);
      all.add(fecDevice.name());
      all.add(FEC_BLOCKS);
      all.add(Long.toUnsignedString(fecBlocks));
      all.add(FEC_START);
      all.add(Long.toUnsignedString(fecStart));
      all.add(FEC_ROOTS);
      all.add(Integer.toString(fecRoots));
    }
    return all.isEmpty() ? "" : " " + all.size() + " " + String.join(" ", all);
  }
}
