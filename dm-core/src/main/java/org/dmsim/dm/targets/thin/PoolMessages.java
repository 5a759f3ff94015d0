package org.dmsim.dm.targets.thin;

import java.util.Locale;
import org.dmsim.block.Errno;
import org.dmsim.dm.persistent.MetadataException;
import org.dmsim.dm.targets.DmLog;
import org.dmsim.dm.targets.Scan;
import org.dmsim.dm.targets.TargetError;
import org.dmsim.report.KernelSymbol;

/** What a pool can be told: {@code pool_message} of {@code dm-thin.c}, 6.1. */
final class PoolMessages {

  /** {@code MAX_DEV_ID}. */
  static final long MAX_ID = (1 << 24) - 1;

  private final Pool pool;

  PoolMessages(Pool pool) {
    this.pool = pool;
  }

  private static void say(String text) {
    DmLog.say(Pool.PREFIX, text);
  }

  private static MetadataException invalid() {
    return new MetadataException(Errno.EINVAL);
  }

  /** What a message does. */
  private interface Change {
    void run() throws MetadataException;
  }

  private static void saying(String failed, Change change) throws MetadataException {
    try {
      change.run();
    } catch (MetadataException e) {
      say(failed);
      throw e;
    }
  }

  @KernelSymbol("pool_message")
  int handle(String[] argv) {
    if (pool.modes.mode().isReadOnlyOrWorse()) {
      pool.log("unable to service pool target messages in READ_ONLY or FAIL mode");
      return -Errno.EOPNOTSUPP;
    }
    try {
      obey(argv);
    } catch (MetadataException e) {
      return -e.errno();
    }
    pool.modes.commit();
    return 0;
  }

  private void obey(String[] argv) throws MetadataException {
    switch (argv[0].toLowerCase(Locale.ROOT)) {
      case "create_thin" -> createThin(argv);
      case "create_snap" -> createSnap(argv);
      case "delete" -> delete(argv);
      case "set_transaction_id" -> setTransactionId(argv);
      case "reserve_metadata_snap" -> {
        checkCount(argv, 1);
        pool.modes.commit();
        saying("reserve_metadata_snap message failed.", pool.pmd::reserveSnapshot);
      }
      case "release_metadata_snap" -> {
        checkCount(argv, 1);
        saying("release_metadata_snap message failed.", pool.pmd::releaseSnapshot);
      }
      default -> {
        say("Unrecognised thin pool target message received: " + argv[0]);
        throw invalid();
      }
    }
  }

  private static void checkCount(String[] argv, int wanted) throws MetadataException {
    if (argv.length != wanted) {
      say("Message received with " + argv.length + " arguments instead of " + wanted + ".");
      throw invalid();
    }
  }

  private static long deviceId(String arg) throws MetadataException {
    try {
      long id = Scan.kstrtoull(arg, "");
      if (Long.compareUnsigned(id, MAX_ID) <= 0) {
        return id;
      }
    } catch (TargetError noNumber) {
      // said below
    }
    say("Message received with invalid device id: " + arg);
    throw invalid();
  }

  private static long number(String arg, String failed) throws MetadataException {
    try {
      return Scan.kstrtoull(arg, "");
    } catch (TargetError noNumber) {
      say("set_transaction_id message: " + failed + " " + arg + ".");
      throw invalid();
    }
  }

  private void createThin(String[] argv) throws MetadataException {
    checkCount(argv, 2);
    long id = deviceId(argv[1]);
    saying(
        "Creation of new thinly-provisioned device with id " + argv[1] + " failed.",
        () -> ThinDevice.create(pool.pmd, id));
  }

  private void createSnap(String[] argv) throws MetadataException {
    checkCount(argv, 3);
    long id = deviceId(argv[1]);
    long origin = deviceId(argv[2]);
    saying(
        "Creation of new snapshot " + argv[1] + " of device " + argv[2] + " failed.",
        () -> ThinDevice.createSnapshot(pool.pmd, id, origin));
  }

  private void delete(String[] argv) throws MetadataException {
    checkCount(argv, 2);
    long id = deviceId(argv[1]);
    saying(
        "Deletion of thin device " + argv[1] + " failed.", () -> ThinDevice.delete(pool.pmd, id));
  }

  private void setTransactionId(String[] argv) throws MetadataException {
    checkCount(argv, 3);
    long old = number(argv[1], "Unrecognised id");
    long fresh = number(argv[2], "Unrecognised new id");
    saying(
        "Failed to change transaction id from " + argv[1] + " to " + argv[2] + ".",
        () -> pool.pmd.setTransactionId(old, fresh));
  }
}
