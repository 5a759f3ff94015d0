package org.dmsim.dm.targets.cache;

import java.util.Locale;
import org.dmsim.block.Errno;
import org.dmsim.dm.targets.ArgSet;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.report.KernelSymbol;

/** What a cache's table asks for: {@code struct cache_features}, 6.1. */
final class CacheFeatures {

  /** {@code enum cache_metadata_mode}: from most to least. */
  enum Mode {
    WRITE("write"),
    READ_ONLY("read-only"),
    FAIL("fail");

    private final String words;

    Mode(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }

    boolean isReadOnlyOrWorse() {
      return this != WRITE;
    }
  }

  /** {@code enum cache_io_mode}: where writes go. */
  enum IoMode {
    WRITEBACK,
    WRITETHROUGH,
    PASSTHROUGH
  }

  IoMode ioMode = IoMode.WRITEBACK;
  int metadataVersion = 1;
  boolean discardPassdown = true;

  @KernelSymbol("parse_features")
  static CacheFeatures parse(ArgSet args) throws TargetError {
    CacheFeatures cf = new CacheFeatures();
    int modes = 0;
    int count = args.readGroup(0, 3, "Invalid number of cache feature arguments");
    for (; count > 0; count--) {
      String arg = args.shift().toLowerCase(Locale.ROOT);
      switch (arg) {
        case "writeback", "writethrough", "passthrough" -> {
          cf.ioMode = IoMode.valueOf(arg.toUpperCase(Locale.ROOT));
          modes++;
        }
        case "metadata2" -> cf.metadataVersion = 2;
        case "no_discard_passdown" -> cf.discardPassdown = false;
        default -> throw new TargetError(Errno.EINVAL, "Unrecognised cache feature requested");
      }
    }
    if (modes > 1) {
      throw new TargetError(Errno.EINVAL, "Duplicate cache io_mode features requested");
    }
    return cf;
  }

  /** Mirrors {@code emit_flags}. */
  String describe() {
    boolean two = metadataVersion == 2;
    int count = 1 + (two ? 1 : 0) + (discardPassdown ? 0 : 1);
    return count
        + (two ? " metadata2" : "")
        + (" " + ioMode.name().toLowerCase(Locale.ROOT))
        + (discardPassdown ? " " : " no_discard_passdown ");
  }
}
