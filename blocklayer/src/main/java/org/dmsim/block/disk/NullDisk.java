package org.dmsim.block.disk;

import org.dmsim.block.BlkStatus;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.context.MightSleep;
import org.dmsim.locking.SpinLock;
import org.dmsim.locking.WaitQueue;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.Memory;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;

/**
 * The null disk in its bio mode, backed by memory unless told otherwise; mirrors {@code
 * drivers/block/null_blk}, 6.1.192. It has 64 commands; a bio that finds none waits. What its
 * volatile cache holds is read as if it were on the medium: nothing here loses power.
 */
public final class NullDisk extends MemoryDisk {

  /** Its major number in the recorded cases; the kernel gives it whatever is free. */
  public static final int MAJOR = 253;

  /** {@code hw_queue_depth}. */
  private static final int QUEUE_DEPTH = 64;

  private final SpinLock lock = new SpinLock("&nullb->lock");
  private final WaitQueue wait = new WaitQueue("&nq->wait");
  private final SharedInt commands = new SharedInt("nq->tag_map", QUEUE_DEPTH);

  private final PageMaker pages = this::insertPage;

  private NullDisk(BlockLayer disks, int number, DiskOptions options) {
    super(disks, "nullb" + number, MAJOR, number, options);
  }

  /** Adds null disk {@code number} to a machine's disks. */
  public static NullDisk add(BlockLayer disks, int number, DiskOptions options) {
    NullDisk nullb = new NullDisk(disks, number, options);
    nullb.disk().add();
    return nullb;
  }

  /** Adds the null disk of the recorded cases. */
  public static NullDisk add(BlockLayer disks, int number) {
    return add(disks, number, DiskOptions.nullb());
  }

  @Override
  @KernelSymbol("null_submit_bio")
  public void submitBio(Bio bio) {
    allocCommand();
    handle(bio);
  }

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
    } else if (isZeroing(bio)) {
      lock.lockIrq();
      zero(bio);
      lock.unlockIrq();
      status = BlkStatus.OK;
    } else {
      lock.lockIrq();
      status = bio.hasData() ? transfer(bio, pages) : BlkStatus.OK;
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
