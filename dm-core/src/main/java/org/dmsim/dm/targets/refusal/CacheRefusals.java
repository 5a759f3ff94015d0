package org.dmsim.dm.targets.refusal;

import java.util.Locale;
import org.dmsim.dm.targets.ArgSet;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.DmTargetType;
import org.dmsim.dm.targets.RefusingTarget;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.report.KernelSymbol;

/**
 * {@code cache METADATA CACHE ORIGIN BLOCK COUNT [FEATURE...] POLICY COUNT [KEY VALUE...]}: what
 * {@code dm-cache-target.c}, 6.1, refuses.
 */
@DmTargetType(name = "cache", version = "2.3.0")
public final class CacheRefusals extends RefusingTarget {

  private static final int MAX_POLICY_ARGS = 1024;
  private static final String TOO_FEW = "Insufficient args";

  @Override
  @KernelSymbol("cache_ctr")
  protected void check(String[] argv) throws TargetError {
    ArgSet args = new ArgSet(argv);
    getDevice(next(args, TOO_FEW), true, "Error opening metadata device");
    DmDev cache = getDevice(next(args, TOO_FEW), true, "Error opening cache device");
    DmDev origin = getDevice(next(args, TOO_FEW), true, "Error opening origin device");
    if (Long.compareUnsigned(length(), origin.bdev().sectors()) > 0) {
      throw refuse("Device size larger than cached device");
    }
    if (blockSize(next(args, TOO_FEW), "Invalid data block size") > cache.bdev().sectors()) {
      throw refuse("Data block size is larger than the cache device");
    }
    checkFeatures(args);
    String policy = next(args, TOO_FEW);
    int count = args.readGroup(0, MAX_POLICY_ARGS, "Invalid number of policy arguments");
    if (!policy.equals("smq")
        && !policy.equals("mq")
        && !policy.equals("default")
        && !policy.equals("cleaner")) {
      DmLog.say("cache-policy", "unknown policy type");
      throw refuse("Error creating cache's policy");
    }
    checkPolicy(args, policy, count);
  }

  @KernelSymbol("parse_features")
  private static void checkFeatures(ArgSet args) throws TargetError {
    int modes = 0;
    int count = args.readGroup(0, 3, "Invalid number of cache feature arguments");
    for (; count > 0; count--) {
      switch (args.shift().toLowerCase(Locale.ROOT)) {
        case "writeback", "writethrough", "passthrough" -> modes++;
        case "metadata2", "no_discard_passdown" -> {}
        default -> throw refuse("Unrecognised cache feature requested");
      }
    }
    if (modes > 1) {
      throw refuse("Duplicate cache io_mode features requested");
    }
  }

  @KernelSymbol("set_config_values")
  private void checkPolicy(ArgSet args, String policy, int count) throws TargetError {
    boolean odd = count % 2 != 0;
    if (odd) {
      log("Odd number of policy arguments given but they should be <key> <value> pairs.");
    }
    for (int i = 0; i < count && !odd; i += 2) {
      String key = args.shift();
      String value = args.shift();
      if (!isKnown(policy, key.toLowerCase(Locale.ROOT), value)) {
        log("bad config value for " + key + ": " + value);
        odd = true;
      }
    }
    if (odd) {
      throw refuse("Error setting cache policy's config values");
    }
  }

  /** The one that every policy has, and those of mq, which have no effect any more. */
  private static boolean isKnown(String policy, String key, String value) {
    try {
      Scan.kstrtoull(value, "");
    } catch (TargetError noNumber) {
      return false;
    }
    return switch (key) {
      case "migration_threshold" -> true;
      case "random_threshold",
          "sequential_threshold",
          "discard_promote_adjustment",
          "read_promote_adjustment",
          "write_promote_adjustment" -> {
        if (policy.equals("mq")) {
          DmLog.say(
              "cache-policy-smq",
              "tunable '" + key + "' no longer has any effect, mq policy is now an alias for smq");
        }
        yield policy.equals("mq");
      }
      default -> false;
    };
  }
}
