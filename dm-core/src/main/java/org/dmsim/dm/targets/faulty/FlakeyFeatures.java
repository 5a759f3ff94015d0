package org.dmsim.dm.targets.faulty;

import java.util.Locale;
import org.dmsim.block.Errno;
import org.dmsim.dm.targets.ArgSet;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.dm.targets.TargetPolicy;
import org.dmsim.splat.KernelBug;
import org.dmsim.version.KernelPolicies;

/**
 * The optional features of a {@code flakey} target; mirrors {@code parse_features} of {@code
 * dm-flakey.c}, 6.1.
 */
final class FlakeyFeatures {

  private static final int PROBABILITY_BASE = 1_000_000_000;

  boolean errorReads;
  boolean dropWrites;
  boolean errorWrites;

  /** How many of {@link #PROBABILITY_BASE} reads are damaged somewhere. */
  int randomRead;

  /** How many of {@link #PROBABILITY_BASE} writes are damaged somewhere. */
  int randomWrite;

  private final KernelPolicies kernel;

  FlakeyFeatures(KernelPolicies kernel) {
    this.kernel = kernel;
  }

  /** Whether features that change something say it all; else the target fails all I/O. */
  private boolean sayErrors() {
    return kernel.has(TargetPolicy.FLAKEY_ERROR_READS);
  }

  /** Which byte of a bio is damaged, counted from 1; 0 is none. Unsigned. */
  int corruptByte;

  boolean corruptsWrites;
  int corruptValue;

  /** Only bios with all of these flags are damaged. */
  int corruptFlags;

  /** Reads {@code [COUNT FEATURE...]}; there may be nothing at all. */
  void parse(ArgSet args) throws TargetError {
    if (args.left() == 0) {
      if (kernel.has(TargetPolicy.FLAKEY_ERRORS_WITHOUT_COUNT)) {
        failAll();
      }
      return;
    }
    int most = kernel.has(TargetPolicy.FLAKEY_RANDOM) ? 11 : sayErrors() ? 7 : 6;
    int count = args.readGroup(0, most, "Invalid number of feature args");
    while (count != 0) {
      String name = args.shift();
      count--;
      if (name == null) {
        throw error("Insufficient feature arguments");
      }
      if (sayErrors() && name.equalsIgnoreCase("error_reads")) {
        if (errorReads) {
          throw error("Feature error_reads duplicated");
        }
        errorReads = true;
      } else if (name.equalsIgnoreCase("drop_writes")) {
        dropWrites = once(dropWrites, errorWrites, "drop_writes", "error_writes");
      } else if (name.equalsIgnoreCase("error_writes")) {
        errorWrites = once(errorWrites, dropWrites, "error_writes", "drop_writes");
      } else if (name.equalsIgnoreCase("corrupt_bio_byte")) {
        if (count == 0) {
          throw error("Feature corrupt_bio_byte requires parameters");
        }
        corruption(args);
        count -= 4; // below zero where the count was too small: the list ends with an error then
      } else if (isRandom(name)) {
        if (count == 0) {
          throw error("Feature " + name.toLowerCase(Locale.ROOT) + " requires a parameter");
        }
        int share = args.read(0, PROBABILITY_BASE, "Invalid random corrupt argument");
        if (name.equalsIgnoreCase("random_read_corrupt")) {
          randomRead = share;
        } else {
          randomWrite = share;
        }
        count--;
      } else {
        throw error("Unrecognised flakey feature requested");
      }
    }
    checkTogether();
    boolean any =
        corruptByte != 0
            || errorReads
            || dropWrites
            || errorWrites
            || randomRead != 0
            || randomWrite != 0;
    if (!any && sayErrors()) {
      failAll();
    }
  }

  private boolean isRandom(String name) {
    return kernel.has(TargetPolicy.FLAKEY_RANDOM)
        && (name.equalsIgnoreCase("random_read_corrupt")
            || name.equalsIgnoreCase("random_write_corrupt"));
  }

  private void failAll() {
    errorReads = true;
    errorWrites = true;
  }

  private void checkTogether() throws TargetError {
    if (corruptsWrites && (dropWrites || errorWrites)) {
      throw error(
          (dropWrites ? "drop_writes" : "error_writes")
              + " is incompatible with corrupt_bio_byte with the WRITE flag set");
    }
  }

  private static boolean once(boolean is, boolean other, String name, String otherName)
      throws TargetError {
    if (is) {
      throw error("Feature " + name + " duplicated");
    }
    if (other) {
      throw error("Feature " + name + " conflicts with feature " + otherName);
    }
    return true;
  }

  private void corruption(ArgSet args) throws TargetError {

    corruptByte = args.read(1, -1, "Invalid corrupt bio byte");
    String direction = args.shift();
    if (direction == null && !kernel.has(TargetPolicy.FLAKEY_CHECKS_ARGUMENTS)) {
      KernelBug.nullPointer();
    }
    if (!"w".equalsIgnoreCase(direction) && !"r".equalsIgnoreCase(direction)) {
      throw error("Invalid corrupt bio direction (r or w)");
    }
    corruptsWrites = direction.equalsIgnoreCase("w");
    corruptValue = args.read(0, 255, "Invalid corrupt value to write into bio byte (0-255)");
    corruptFlags = args.read(0, -1, "Invalid corrupt bio flags mask");
  }

  private static TargetError error(String what) {
    return new TargetError(Errno.EINVAL, what);
  }

  /** As the table shows them, count first. */
  String describe() {
    int count =
        (errorReads ? 1 : 0)
            + (dropWrites ? 1 : 0)
            + (errorWrites ? 1 : 0)
            + (corruptByte != 0 ? 5 : 0)
            + (randomRead != 0 ? 2 : 0)
            + (randomWrite != 0 ? 2 : 0);
    StringBuilder s = new StringBuilder().append(count).append(' ');
    if (errorReads) {
      s.append("error_reads ");
    }
    if (dropWrites) {
      s.append("drop_writes ");
    } else if (errorWrites) {
      s.append("error_writes ");
    }
    if (corruptByte != 0) {
      s.append("corrupt_bio_byte ").append(Integer.toUnsignedString(corruptByte));
      s.append(corruptsWrites ? " w " : " r ").append(corruptValue).append(' ');
      s.append(Integer.toUnsignedString(corruptFlags)).append(' ');
    }
    if (randomRead != 0) {
      s.append("random_read_corrupt ").append(randomRead).append(' ');
    }
    if (randomWrite != 0) {
      s.append("random_write_corrupt ").append(randomWrite).append(' ');
    }
    return sayErrors() ? s.toString().stripTrailing() : s.toString();
  }
}
