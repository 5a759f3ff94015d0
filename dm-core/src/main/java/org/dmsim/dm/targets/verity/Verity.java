package org.dmsim.dm.targets.verity;

import java.util.Arrays;
import java.util.BitSet;
import org.dmsim.block.Errno;
import org.dmsim.block.Sectors;
import org.dmsim.dm.bufio.BufioClient;
import org.dmsim.dm.bufio.BufioException;
import org.dmsim.dm.bufio.DmBuffer;
import org.dmsim.dm.dmio.DmIoClient;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.machine.Access;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.Mempool;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.KernelBug;
import org.dmsim.workqueue.Workqueue;

/** What the bios of one target share: {@code struct dm_verity}, 6.1. */
final class Verity {

  /** {@code DM_VERITY_MAX_CORRUPTED_ERRS}. */
  private static final int MAX_CORRUPTED = 100;

  final DmDev dataDev;
  final DmDev hashDev;
  final int dataBits;
  final int hashBits;
  final long dataBlocks;
  final long hashStart;
  final Digests digests;
  final byte[] rootDigest;
  final Geometry geometry;
  final VerityOptions options;
  final BufioClient bufio;
  final DmIoClient io = new DmIoClient();
  final Mempool<Object> recheckPool =
      new Mempool<>("v->recheck_pool", null, 1, () -> "page", p -> {});
  final Workqueue verifyWq;
  Fec fec;

  private final byte[] zeroDigest;
  private final Validated validated;
  private final SharedInt corruptedErrs = new SharedInt("v->corrupted_errs", 0);
  private final SharedInt hashFailed = new SharedInt("v->hash_failed", 0);

  /** Which data blocks were verified already: a bitmap that several tasks read and write. */
  private static final class Validated extends Shared {
    private final BitSet bits = new BitSet();

    Validated() {
      super("v->validated_blocks");
    }
  }

  Verity(
      DmDev dataDev,
      DmDev hashDev,
      int dataBits,
      int hashBits,
      long dataBlocks,
      long hashStart,
      Digests digests,
      byte[] rootDigest,
      Geometry geometry,
      VerityOptions options,
      byte[] zeroDigest,
      int cpus) {
    this.dataDev = dataDev;
    this.hashDev = hashDev;
    this.dataBits = dataBits;
    this.hashBits = hashBits;
    this.dataBlocks = dataBlocks;
    this.hashStart = hashStart;
    this.digests = digests;
    this.rootDigest = rootDigest;
    this.geometry = geometry;
    this.options = options;
    this.zeroDigest = zeroDigest;
    validated = options.atMostOnce ? new Validated() : null;
    bufio =
        new BufioClient(
            hashDev.bdev(),
            1 << hashBits,
            1,
            () -> new SharedInt("aux->hash_verified", 0),
            null,
            options.tasklet);
    verifyWq = Workqueue.alloc("kverityd", Workqueue.MEM_RECLAIM | Workqueue.UNBOUND, cpus);
  }

  /** Mirrors {@code verity_dtr}. */
  @KernelSymbol("verity_dtr")
  void destroy() {
    verifyWq.destroy();
    recheckPool.exit();
    io.destroy();
    bufio.destroy();
    if (fec != null) {
      fec.destroy();
    }
  }

  /** Whether a corrupted block was seen. */
  boolean hasFailed() {
    return hashFailed.readOnce() != 0;
  }

  /** Sectors of a data block, as a shift. */
  int dataShift() {
    return dataBits - Sectors.SHIFT;
  }

  // ---- blocks that are verified already ---------------------------------------------------------

  boolean checksOnce() {
    return validated != null;
  }

  boolean isValidated(long block) {
    Sched.point(validated, Access.READ);
    return validated.bits.get((int) block);
  }

  void setValidated(long block) {
    if (validated != null) {
      Sched.point(validated, Access.WRITE);
      validated.bits.set((int) block);
    }
  }

  // ---- the tree ---------------------------------------------------------------------------------

  /**
   * Finds the digest of a data block, and verifies the way to it from the root, unless its lowest
   * hash block was verified before. Mirrors {@code verity_hash_for_block}.
   *
   * @param digest gets it
   * @return whether it is the digest of zeroes, and they need not be looked at
   */
  @KernelSymbol("verity_hash_for_block")
  boolean hashForBlock(VerityIo io, long block, byte[] digest) throws VerityException {
    boolean known = geometry.levels() > 0 && verifyLevel(io, block, 0, true, digest);
    if (!known) {
      System.arraycopy(rootDigest, 0, digest, 0, digest.length);
      for (int i = geometry.levels() - 1; i >= 0; i--) {
        verifyLevel(io, block, i, false, digest);
      }
    }
    return zeroDigest != null && Arrays.equals(zeroDigest, digest);
  }

  /**
   * Mirrors {@code verity_verify_level}.
   *
   * @param skipUnverified whether a hash block that was not verified is left alone
   * @param want the digest of the hash block, and then that of the level below
   * @return false if it was left alone
   */
  @KernelSymbol("verity_verify_level")
  private boolean verifyLevel(
      VerityIo io, long block, int level, boolean skipUnverified, byte[] want)
      throws VerityException {
    long hashBlock = geometry.hashBlock(block, level);
    DmBuffer buf;
    try {
      buf = bufio.read(hashBlock);
    } catch (BufioException e) {
      throw new VerityException(e.errno());
    }
    try {
      SharedInt verified = (SharedInt) buf.aux();
      if (verified.readOnce() == 0) {
        if (skipUnverified) {
          return false;
        }
        verify(io, buf, hashBlock, want, verified);
      }
      System.arraycopy(buf.data(), geometry.offset(block, level), want, 0, want.length);
      return true;
    } finally {
      bufio.release(buf);
    }
  }

  private void verify(VerityIo io, DmBuffer buf, long hashBlock, byte[] want, SharedInt verified)
      throws VerityException {
    byte[] real = digests.of(buf.data(), 0, 1 << hashBits);
    if (Arrays.equals(real, want)
        || (fec != null && fec.decodeMetadata(io, hashBlock, buf.data()))) {
      verified.writeOnce(1);
    } else if (handleError("metadata", hashBlock)) {
      throw new VerityException(Errno.EIO);
    }
  }

  /**
   * A corrupted block. Mirrors {@code verity_handle_err}.
   *
   * @param type data or metadata
   * @return whether the bio fails
   */
  @KernelSymbol("verity_handle_err")
  boolean handleError(String type, long block) {
    hashFailed.writeOnce(1);
    int errors;
    do {
      errors = corruptedErrs.readOnce();
    } while (errors < MAX_CORRUPTED && !corruptedErrs.compareAndSet(errors, errors + 1));
    if (errors < MAX_CORRUPTED) {
      VerityTarget.say(
          dataDev.name()
              + ": "
              + type
              + " block "
              + Long.toUnsignedString(block)
              + " is corrupted");
      if (errors + 1 == MAX_CORRUPTED) {
        VerityTarget.say(dataDev.name() + ": reached maximum errors");
      }
    }
    switch (options.mode) {
      case RESTART ->
          KernelBug.last("reboot: Restarting system with command 'dm-verity device corrupted'");
      case PANIC -> KernelBug.last("Kernel panic - not syncing: dm-verity device corrupted");
      default -> {}
    }
    return options.mode != VerityOptions.Mode.LOGGING;
  }

  /** A page to read a block into once more. */
  Object recheckPage() {
    return recheckPool.alloc(Gfp.NOIO);
  }
}
