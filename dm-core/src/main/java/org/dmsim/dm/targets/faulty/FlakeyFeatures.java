package org.dmsim.dm.targets.faulty;

import org.dmsim.block.Errno;
import org.dmsim.dm.targets.ArgSet;
import org.dmsim.dm.targets.TargetError;

/**
 * The optional features of a {@code flakey} target; mirrors {@code parse_features} of {@code
 * dm-flakey.c}, 6.1.
 */
final class FlakeyFeatures {

  boolean dropWrites;
  boolean errorWrites;

  /** Which byte of a bio is damaged, counted from 1; 0 is none. Unsigned. */
  int corruptByte;

  boolean corruptsWrites;
  int corruptValue;

  /** Only bios with all of these flags are damaged. */
  int corruptFlags;

  /** Reads {@code [COUNT FEATURE...]}; there may be nothing at all. */
  void parse(ArgSet args) throws TargetError {
    if (args.left() == 0) {
      return;
    }
    int count = args.readGroup(0, 6, "Invalid number of feature args");
    while (count != 0) {
      String name = args.shift();
      count--;
      if (name == null) {
        throw error("Insufficient feature arguments");
      }
      if (name.equalsIgnoreCase("drop_writes")) {
        dropWrites = once(dropWrites, errorWrites, "drop_writes", "error_writes");
      } else if (name.equalsIgnoreCase("error_writes")) {
        errorWrites = once(errorWrites, dropWrites, "error_writes", "drop_writes");
      } else if (name.equalsIgnoreCase("corrupt_bio_byte")) {
        if (count == 0) {
          throw error("Feature corrupt_bio_byte requires parameters");
        }
        corruption(args);
        count -= 4; // below zero where the count was too small: the list ends with an error then
      } else {
        throw error("Unrecognised flakey feature requested");
      }
    }
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
    int count = (dropWrites ? 1 : 0) + (errorWrites ? 1 : 0) + (corruptByte != 0 ? 5 : 0);
    StringBuilder s = new StringBuilder().append(count).append(' ');
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
    return s.toString();
  }
}
