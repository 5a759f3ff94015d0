package org.dmsim.dm.targets.thin;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioList;
import org.dmsim.block.device.BlockDevice;
import org.dmsim.dm.prison.Cell;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.MappedDeviceHandle;
import org.dmsim.locking.Completion;
import org.dmsim.locking.SpinLock;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;

/** A device in use: {@code struct thin_c}, 6.1, and the bios that wait for the pool's worker. */
final class Thin {

  final SpinLock lock = new SpinLock("&tc->lock");
  final BioList deferredBios = new BioList();
  final BioList retryOnResume = new BioList();
  private final ArrayDeque<Cell> deferredCells = new ArrayDeque<>(0);

  /** Everything is sent back to who sent it, as a noflush suspend wants it. */
  final SharedInt requeueMode = new SharedInt("tc->requeue_mode", 0);

  private final SharedInt refcount = new SharedInt("tc->refcount", 1);
  private final Completion canDestroy = new Completion("&tc->can_destroy");
  final MappedDeviceHandle md;
  DmDev poolDev;
  DmDev originDev;
  long originSize;
  long id;
  Pool pool;
  ThinDevice td;
  Thin next;
  Thin previous;

  Thin(MappedDeviceHandle md) {
    this.md = md;
  }

  BlockDevice poolBdev() {
    return poolDev.bdev();
  }

  /** Mirrors {@code thin_get}. */
  void get() {
    refcount.add(1);
  }

  /** Mirrors {@code thin_put}. */
  void put() {
    if (refcount.decAndTest()) {
      canDestroy.complete();
    }
  }

  void awaitLastPut() {
    canDestroy.waitFor();
  }

  // ---- what waits for the worker ----------------------------------------------------------------

  /** Mirrors {@code thin_defer_bio}. */
  @KernelSymbol("thin_defer_bio")
  void defer(Bio bio) {
    lock.lockIrq();
    deferredBios.add(bio);
    lock.unlockIrq();
    pool.wakeWorker();
  }

  /** Mirrors {@code thin_defer_bio_with_throttle}. */
  @KernelSymbol("thin_defer_bio_with_throttle")
  void deferThrottled(Bio bio) {
    pool.throttle.lock();
    defer(bio);
    pool.throttle.unlock();
  }

  /** Mirrors {@code thin_defer_cell}. */
  @KernelSymbol("thin_defer_cell")
  void defer(Cell cell) {
    pool.throttle.lock();
    lock.lockIrq();
    deferredCells.addLast(cell);
    lock.unlockIrq();
    pool.throttle.unlock();
    pool.wakeWorker();
  }

  /** Gives a cell back; who waited in it waits for the worker now. Any context. */
  @KernelSymbol("cell_defer_no_holder")
  void deferNoHolder(Cell cell) {
    boolean flags = lock.lockIrqsave();
    pool.prison.releaseNoHolder(cell, deferredBios);
    boolean hasWork = !deferredBios.isEmpty();
    lock.unlockIrqrestore(flags);
    if (hasWork) {
      pool.wakeWorker();
    }
  }

  /** Cells that were deferred, in the order of their holders' sectors. */
  List<Cell> takeCells() {
    lock.lockIrq();
    List<Cell> cells = new ArrayList<>(deferredCells);
    deferredCells.clear();
    lock.unlockIrq();
    return cells;
  }

  static void sortBySector(List<Cell> cells) {
    cells.sort((a, b) -> Long.compareUnsigned(a.holder().sector(), b.holder().sector()));
  }

  /** Cells go back to the front of the list. */
  void giveBack(List<Cell> cells) {
    lock.lockIrq();
    for (Cell c : cells.reversed()) {
      deferredCells.addFirst(c);
    }
    lock.unlockIrq();
  }

  /** Bios that were deferred, in the order of their sectors. */
  BioList takeBios() {
    lock.lockIrq();
    List<Bio> sorted = new ArrayList<>();
    for (Bio b = deferredBios.pop(); b != null; b = deferredBios.pop()) {
      sorted.add(b);
    }
    lock.unlockIrq();
    sorted.sort(Comparator.comparingLong(Bio::sector));
    BioList bios = new BioList();
    sorted.forEach(bios::add);
    return bios;
  }

  // ---- what is sent back ------------------------------------------------------------------------

  private static void end(BioList bios, BlkStatus status) {
    for (Bio b = bios.pop(); b != null; b = bios.pop()) {
      b.endio(status);
    }
  }

  /** Mirrors {@code error_thin_bio_list}. */
  @KernelSymbol("error_thin_bio_list")
  void errorList(BioList list, BlkStatus status) {
    BioList bios = new BioList();
    lock.lockIrq();
    bios.merge(list);
    lock.unlockIrq();
    end(bios, status);
  }

  /** Mirrors {@code requeue_io}. */
  @KernelSymbol("requeue_io")
  void requeueIo() {
    BioList bios = new BioList();
    lock.lockIrq();
    bios.merge(deferredBios);
    bios.merge(retryOnResume);
    lock.unlockIrq();
    end(bios, BlkStatus.DM_REQUEUE);
    for (Cell c : takeCells()) {
      pool.prison.error(c, BlkStatus.DM_REQUEUE);
    }
  }

  /** Mirrors {@code retry_on_resume}. */
  @KernelSymbol("retry_on_resume")
  void retryOnResume(Bio bio) {
    lock.lockIrq();
    retryOnResume.add(bio);
    lock.unlockIrq();
  }
}
