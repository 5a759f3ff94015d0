package org.dmsim.dm.targets.thin;

import java.util.Locale;
import org.dmsim.block.Errno;
import org.dmsim.dm.targets.ArgSet;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.report.KernelSymbol;

/** What a pool's table asks for: {@code struct pool_features}, 6.1. */
final class PoolFeatures {
  PoolMode mode = PoolMode.WRITE;
  boolean zeroNewBlocks = true;
  boolean discardEnabled = true;
  boolean discardPassdown = true;
  boolean errorIfNoSpace;

  PoolFeatures copy() {
    PoolFeatures copy = new PoolFeatures();
    copy.mode = mode;
    copy.zeroNewBlocks = zeroNewBlocks;
    copy.discardEnabled = discardEnabled;
    copy.discardPassdown = discardPassdown;
    copy.errorIfNoSpace = errorIfNoSpace;
    return copy;
  }

  @KernelSymbol("parse_pool_features")
  static PoolFeatures parse(ArgSet args) throws TargetError {
    PoolFeatures pf = new PoolFeatures();
    if (args.left() == 0) {
      return pf;
    }
    int count = args.readGroup(0, 4, "Invalid number of pool feature arguments");
    for (; count > 0; count--) {
      switch (args.shift().toLowerCase(Locale.ROOT)) {
        case "skip_block_zeroing" -> pf.zeroNewBlocks = false;
        case "ignore_discard" -> pf.discardEnabled = false;
        case "no_discard_passdown" -> pf.discardPassdown = false;
        case "read_only" -> pf.mode = PoolMode.READ_ONLY;
        case "error_if_no_space" -> pf.errorIfNoSpace = true;
        default -> throw new TargetError(Errno.EINVAL, "Unrecognised pool feature requested");
      }
    }
    return pf;
  }

  /** Mirrors {@code emit_flags}. */
  String describe() {
    StringBuilder s = new StringBuilder();
    int count = 0;
    if (!zeroNewBlocks) {
      s.append("skip_block_zeroing ");
      count++;
    }
    if (!discardEnabled) {
      s.append("ignore_discard ");
      count++;
    }
    if (!discardPassdown) {
      s.append("no_discard_passdown ");
      count++;
    }
    if (mode == PoolMode.READ_ONLY) {
      s.append("read_only ");
      count++;
    }
    if (errorIfNoSpace) {
      s.append("error_if_no_space ");
      count++;
    }
    return count + " " + s;
  }
}
