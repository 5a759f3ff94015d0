package org.dmsim.block.core;

import org.dmsim.block.BlkStatus;
import org.dmsim.block.BlockPolicy;
import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioDriver;
import org.dmsim.block.bio.BioEndIo;
import org.dmsim.block.bio.BioList;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.bio.Plug;
import org.dmsim.block.bio.Submission;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.block.device.Gendisk;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.block.queue.RequestQueue;
import org.dmsim.context.MightSleep;
import org.dmsim.locking.Completion;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;
import org.dmsim.splat.KernelBug;
import org.dmsim.version.SourcePlace;

/** How a bio gets from who made it to a driver. */
public final class BlkCore {

  private static final SourcePlace MIGHT_SLEEP = SourcePlace.of("block/blk-core.c", 719, 777);

  private BlkCore() {}

  /** Sends a bio on its way; mirrors {@code submit_bio}, 6.1. Its end says how it went. */
  @KernelSymbol("submit_bio")
  public static void submitBio(Bio bio) {
    submitBioNoacct(bio);
  }

  /**
   * Sends a bio, or sends it on: what stacking drivers call; mirrors {@code submit_bio_noacct},
   * 6.1. What the device cannot take ends here.
   */
  @KernelSymbol("submit_bio_noacct")
  public static void submitBioNoacct(Bio bio) {
    BlockDevice bdev = bio.bdev();
    RequestQueue q = bdev.queue();
    MightSleep.check(MIGHT_SLEEP);
    bio.submitted();
    q.look();
    if (bio.hasOpf(Opf.REQ_NOWAIT) && !q.has(RequestQueue.QUEUE_FLAG_NOWAIT)) {
      bio.endio(BlkStatus.NOTSUPP);
      return;
    }
    if (shouldFail(bdev.whole(), bio)) {
      bio.endio(BlkStatus.IOERR);
      return;
    }
    checkReadOnly(bio);
    if (!bio.has(Bio.BIO_REMAPPED)) {
      if (isBeyondEnd(bio) || (bdev.partno() != 0 && !remapPartition(bio))) {
        bio.endio(BlkStatus.IOERR);
        return;
      }
    }
    if (Opf.isFlush(bio.opf()) && !q.has(RequestQueue.QUEUE_FLAG_WC)) {
      bio.clearOpf(Opf.REQ_PREFLUSH | Opf.REQ_FUA);
      if (bio.sectors() == 0) {
        bio.endio(BlkStatus.OK);
        return;
      }
    }
    if (bio.hasOpf(Opf.REQ_POLLED)
        && !q.has(RequestQueue.QUEUE_FLAG_POLL)
        && !BlockLayer.of(bdev).kernel().has(BlockPolicy.POLLED_REFUSED)) {
      bio.clearOpf(Opf.REQ_POLLED);
    }
    if (!isSupported(bio.op(), q.limits())) {
      bio.endio(BlkStatus.NOTSUPP);
      return;
    }
    submitBioNoacctNocheck(bio);
  }

  private static boolean isSupported(int op, QueueLimits limits) {
    return switch (op) {
      case Opf.REQ_OP_READ, Opf.REQ_OP_WRITE -> true;
      case Opf.REQ_OP_DISCARD -> limits.maxDiscardSectors != 0;
      case Opf.REQ_OP_SECURE_ERASE -> limits.maxSecureEraseSectors != 0;
      case Opf.REQ_OP_WRITE_ZEROES -> limits.maxWriteZeroesSectors != 0;
      default -> false;
    };
  }

  private static void checkReadOnly(Bio bio) {
    if (!Opf.isWrite(bio.opf())
        || !bio.bdev().isReadOnly()
        || (Opf.isFlush(bio.opf()) && bio.sectors() == 0)) {
      return;
    }
    BlockLayer disks = BlockLayer.of(bio.bdev());
    String warning = "Trying to write to read-only block-device " + bio.bdev().name();
    if (!disks.kernel().has(BlockPolicy.READ_ONLY_WARNED_ONCE)) {
      disks.readOnlyWarnings().printk(warning);
    } else if (bio.bdev().isFirstReadOnlyWarning()) {
      disks.printk(warning);
    }
  }

  private static boolean isBeyondEnd(Bio bio) {
    long max = bio.bdev().sectors();
    long n = bio.sectors();
    if (max == 0 && BlockLayer.of(bio.bdev()).kernel().has(BlockPolicy.EMPTY_DISK_UNBOUNDED)) {
      return false;
    }
    if (n == 0 || (n <= max && Long.compareUnsigned(bio.sector(), max - n) <= 0)) {
      return false;
    }
    Task t = Task.current();
    BlockLayer.of(bio.bdev())
        .endWarnings()
        .printk(
            (t == null ? Thread.currentThread().getName() : t.comm())
                + ": attempt to access beyond end of device\\x0a"
                + bio.bdev().name()
                + ": rw="
                + bio.opf()
                + ", sector="
                + Long.toUnsignedString(bio.sector())
                + ", nr_sectors = "
                + n
                + " limit="
                + max);
    return true;
  }

  @KernelSymbol("blk_partition_remap")
  private static boolean remapPartition(Bio bio) {
    BlockDevice part = bio.bdev();
    if (shouldFail(part, bio)) {
      return false;
    }
    if (bio.sectors() != 0) {
      long old = bio.sector();
      bio.setSector(old + part.startSector());
      BlockLayer.of(part).events().remap(bio, part, old);
    }
    bio.setFlag(Bio.BIO_REMAPPED);
    return true;
  }

  /** Mirrors {@code should_fail_request}, 6.1. */
  private static boolean shouldFail(BlockDevice part, Bio bio) {
    return part.isFailing() && BlockLayer.of(part).failMakeRequest().shouldFail(bio.size());
  }

  /**
   * Queues a bio that needs no check; mirrors {@code submit_bio_noacct_nocheck}, 6.1. Inside a
   * driver it waits until the driver's submitBio is over.
   */
  @KernelSymbol("submit_bio_noacct_nocheck")
  public static void submitBioNoacctNocheck(Bio bio) {
    if (!bio.has(Bio.BIO_TRACE_COMPLETION)) {
      BlockLayer.of(bio.bdev()).events().queue(bio);
      bio.setFlag(Bio.BIO_TRACE_COMPLETION);
    }
    Submission s = Submission.current();
    if (s.active) {
      s.fresh.add(bio);
    } else {
      handDown(s, bio);
    }
  }

  /**
   * Mirrors {@code __submit_bio_noacct}, 6.1: hands bios to drivers one after another, those for a
   * lower device before those for the same one, and both before older ones.
   */
  @KernelSymbol("__submit_bio_noacct")
  private static void handDown(Submission s, Bio first) {
    s.active = true;
    Bio bio = first;
    do {
      RequestQueue q = bio.bdev().queue();
      BioList spare = s.older;
      s.older = s.fresh;
      s.fresh = spare;
      submitToDriver(bio);
      for (Bio b = s.fresh.pop(); b != null; b = s.fresh.pop()) {
        (b.bdev().queue() == q ? s.same : s.lower).add(b);
      }
      s.fresh.merge(s.lower);
      s.fresh.merge(s.same);
      s.fresh.merge(s.older);
      bio = s.fresh.pop();
    } while (bio != null);
    s.active = false;
  }

  /**
   * Mirrors {@code __submit_bio}, 6.12. Its plug is left out for drivers that take bios: nothing
   * that they submit gets that far before they return.
   */
  @KernelSymbol("__submit_bio")
  private static void submitToDriver(Bio bio) {
    Gendisk disk = bio.bdev().disk();
    BioDriver driver = (BioDriver) disk.operations();
    if (bio.hasOpf(Opf.REQ_POLLED) && !disk.queue().has(RequestQueue.QUEUE_FLAG_POLL)) {
      bio.endio(BlkStatus.NOTSUPP);
    } else if (!driver.takesBios()) {
      boolean plugged = Plug.start();
      driver.submitBio(bio);
      Plug.finish(plugged);
    } else if (enterQueue(disk.queue(), bio)) {
      if (!driver.hasFunction()) {
        KernelBug.nullPointer();
      }
      driver.submitBio(bio);
      disk.queue().exit();
    }
  }

  /**
   * Mirrors {@code bio_queue_enter}, 6.1; where it fails, it ends the bio.
   *
   * @return whether the caller is in, and owes the queue an {@link RequestQueue#exit}
   */
  @KernelSymbol("__bio_queue_enter")
  public static boolean enterQueue(RequestQueue q, Bio bio) {
    while (!q.tryEnter()) {
      Gendisk disk = bio.bdev().disk();
      if (bio.hasOpf(Opf.REQ_NOWAIT) && !disk.isDead()) {
        bio.wouldBlock();
        return false;
      }
      if (!disk.isDead()) {
        q.awaitThaw();
      }
      if (disk.isDead()) {
        bio.ioError();
        return false;
      }
    }
    return true;
  }

  /**
   * Submits a bio and waits until it has ended; mirrors {@code submit_bio_wait}, 6.1. The bio stays
   * the caller's.
   *
   * @return 0 or a negative errno
   */
  @KernelSymbol("submit_bio_wait")
  public static int submitBioWait(Bio bio) {
    Completion done = new Completion("(completion)&done");
    bio.setOwner(done);
    bio.setEndIo(WAIT_ENDIO);
    bio.addOpf(Opf.REQ_SYNC);
    submitBio(bio);
    if (!done.ready()) {
      Plug.flushBeforeSleep();
    }
    done.waitFor();
    return bio.status().toErrno();
  }

  private static final BioEndIo WAIT_ENDIO = BlkCore::submitBioWaitEndio;

  @KernelSymbol("submit_bio_wait_endio")
  private static void submitBioWaitEndio(Bio bio) {
    ((Completion) bio.owner()).complete();
  }
}
