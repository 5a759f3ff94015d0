package org.dmsim.block.disk;

import org.dmsim.block.BlkStatus;
import org.dmsim.block.BlockPolicy;
import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.mq.MqDriver;
import org.dmsim.block.mq.MqQueue;
import org.dmsim.block.mq.Request;
import org.dmsim.context.MightSleep;
import org.dmsim.locking.SpinLock;
import org.dmsim.locking.WaitQueue;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.Memory;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;
import org.dmsim.version.SourcePlace;

/**
 * The null disk, backed by memory unless told otherwise; mirrors {@code drivers/block/null_blk},
 * 6.1.192 in its bio mode, and 6.12.117, which takes requests, where the kernel has no bio mode any
 * more. It has 64 commands; a bio that finds none waits. What its volatile cache holds is read as
 * if it were on the medium: nothing here loses power.
 */
public final class NullDisk extends MemoryDisk implements MqDriver {

  /** Its major number in the recorded cases; the kernel gives it whatever is free. */
  public static final int MAJOR = 253;

  /** {@code hw_queue_depth}. */
  private static final int QUEUE_DEPTH = 64;

  private static final SourcePlace NULL_QUEUE_RQ = SourcePlace.of("drivers/block/null_blk/main.c");

  private final SpinLock lock = new SpinLock("&nullb->lock");
  private final WaitQueue wait = new WaitQueue("&nq->wait");
  private final SharedInt commands = new SharedInt("nq->tag_map", QUEUE_DEPTH);

  private final PageMaker pages = this::insertPage;

  /** Null in bio mode. */
  private final MqQueue requests;

  private NullDisk(
      BlockLayer disks, String name, int major, int minor, DiskOptions options, boolean requests) {
    super(disks, name, major, minor, options.withNowait(options.nowait(requests)));
    this.requests = requests ? new MqQueue(disk(), this, QUEUE_DEPTH) : null;
  }

  /** Adds null disk {@code number} to a machine's disks. */
  public static NullDisk add(BlockLayer disks, int number, DiskOptions options) {
    return add(disks, "nullb" + number, MAJOR, number, options);
  }

  /** Adds a null disk under the name and the number of another driver's, for which it stands in. */
  public static NullDisk add(
      BlockLayer disks, String name, int major, int minor, DiskOptions options) {
    boolean requests = options.requests() || disks.kernel().has(BlockPolicy.NULL_DISK_REQUESTS);
    NullDisk nullb = new NullDisk(disks, name, major, minor, options, requests);
    nullb.disk().add();
    return nullb;
  }

  /** Adds the null disk of the recorded cases. */
  public static NullDisk add(BlockLayer disks, int number) {
    return add(disks, number, DiskOptions.nullb());
  }

  @Override
  public boolean takesBios() {
    return requests == null;
  }

  @Override
  public void submitBio(Bio bio) {
    if (requests != null) {
      requests.submitBio(bio);
    } else {
      nullSubmitBio(bio);
    }
  }

  @KernelSymbol("null_submit_bio")
  private void nullSubmitBio(Bio bio) {
    allocCommand();
    handle(bio);
  }

  // ---- requests -------------------------------------------------------------------------------

  /** Memory for pages is allocated with sleep: {@code memory_backed} implies {@code blocking}. */
  @Override
  public boolean maySleep() {
    return options().memoryBacked();
  }

  @Override
  @KernelSymbol("null_queue_rq")
  public BlkStatus queueRq(Request rq) {
    if (maySleep()) {
      MightSleep.check(NULL_QUEUE_RQ);
    }
    BlkStatus status = process(rq);
    long nanoseconds = latency();
    if (nanoseconds < 0) {
      rq.end(status);
    } else {
      interruptAfter(nanoseconds, () -> timerExpired(rq, status));
    }
    return BlkStatus.OK;
  }

  @KernelSymbol("null_cmd_timer_expired")
  private void timerExpired(Request rq, BlkStatus status) {
    rq.end(status);
  }

  @KernelSymbol("null_process_cmd")
  private BlkStatus process(Request rq) {
    if (rq.op() == Opf.REQ_OP_FLUSH) {
      return BlkStatus.OK;
    }
    if (isBad(rq.sector(), rq.sector() + rq.sectors())) {
      return BlkStatus.IOERR;
    }
    if (!options().memoryBacked()) {
      return BlkStatus.OK;
    }
    lock.lockIrq();
    BlkStatus status = rq.forEach(this::move);
    lock.unlockIrq();
    return status;
  }

  /** What one bio of a request asks for, with the lock held. */
  private BlkStatus move(Bio bio) {
    if (isZeroing(bio)) {
      zero(bio);
      return BlkStatus.OK;
    }
    return bio.hasData() ? transfer(bio, pages) : BlkStatus.OK;
  }

  // ---- bios -----------------------------------------------------------------------------------

  private boolean tryAllocCommand() {
    if (commands.addReturn(-1) >= 0) {
      return true;
    }
    commands.add(1);
    return false;
  }

  private void allocCommand() {
    if (!tryAllocCommand()) {
      wait.waitEvent(this::tryAllocCommand);
    }
  }

  private void freeCommand() {
    commands.add(1);
    wait.wakeUp();
  }

  @KernelSymbol("null_handle_cmd")
  private void handle(Bio bio) {
    BlkStatus status;
    if (isBad(bio)) {
      status = BlkStatus.IOERR;
    } else if (!options().memoryBacked()) {
      status = BlkStatus.OK;
    } else {
      lock.lockIrq();
      status = move(bio);
      lock.unlockIrq();
    }
    complete(bio, status);
  }

  /** A new page is allocated with the lock given up. */
  @KernelSymbol("null_insert_page")
  private BlkStatus insertPage(Bio bio, Page page) {
    if (page.exists()) {
      return BlkStatus.OK;
    }
    lock.unlockIrq();
    MightSleep.alloc(Gfp.NOIO);
    boolean made = Memory.succeeds(Gfp.NOIO);
    lock.lockIrq();
    return made || page.exists() ? BlkStatus.OK : BlkStatus.NOSPC;
  }

  @Override
  @KernelSymbol("end_cmd")
  void end(Bio bio, BlkStatus status) {
    bio.endio(status);
    freeCommand();
  }

  @Override
  @KernelSymbol("null_cmd_timer_expired")
  void endInInterrupt(Bio bio, BlkStatus status) {
    end(bio, status);
  }
}
