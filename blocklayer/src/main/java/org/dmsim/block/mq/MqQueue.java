package org.dmsim.block.mq;

import java.util.ArrayDeque;
import java.util.List;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BlockLayer;
import org.dmsim.block.bio.Plug;
import org.dmsim.block.core.BioSplit;
import org.dmsim.block.core.BlkCore;
import org.dmsim.block.device.Gendisk;
import org.dmsim.block.queue.QueueLimits;
import org.dmsim.context.MightSleep;
import org.dmsim.locking.SpinLock;
import org.dmsim.rcu.Rcu;
import org.dmsim.report.KernelSymbol;
import org.dmsim.version.SourcePlace;
import org.dmsim.workqueue.DelayedWork;
import org.dmsim.workqueue.Workqueue;

/**
 * The queue of a disk that takes requests, with its one hardware queue; mirrors {@code
 * block/blk-mq.c}, 6.12.117, without a scheduler. The SRCU section around a driver that may sleep
 * is left out: nobody quiesces a queue here.
 */
public final class MqQueue extends FlushQueue.Sender {

  private static final SourcePlace RUN_HW_QUEUE = SourcePlace.of("block/blk-mq.c");

  private final Gendisk disk;
  private final MqDriver driver;
  private final Tags tags;
  private final FlushQueue flushes = new FlushQueue(this);

  private final SpinLock softwareLock = new SpinLock("&ctx->lock");
  private final ArrayDeque<Request> software = new ArrayDeque<>();
  private final SpinLock dispatchLock = new SpinLock("&hctx->lock");
  private final ArrayDeque<Request> dispatch = new ArrayDeque<>();
  private final SpinLock requeueLock = new SpinLock("&q->requeue_lock");
  private final ArrayDeque<Request> requeued = new ArrayDeque<>();
  private final ArrayDeque<Request> flushList = new ArrayDeque<>();
  private final DelayedWork requeueWork =
      new DelayedWork("(work_completion)(&(&q->requeue_work)->work)", this::requeueWork);
  private final DelayedWork runWork =
      new DelayedWork("(work_completion)(&(&hctx->run_work)->work)", this::runWork);

  /** {@code kblockd}, one for all disks of a machine. */
  private static final class Kblockd {
    final Workqueue queue = Workqueue.alloc("kblockd", Workqueue.MEM_RECLAIM | Workqueue.HIGHPRI);
  }

  /**
   * The queue of a disk.
   *
   * @param depth how many requests there can be at once
   */
  public MqQueue(Gendisk disk, MqDriver driver, int depth) {
    this.disk = disk;
    this.driver = driver;
    this.tags = new Tags(depth);
  }

  /** The disk. */
  public Gendisk disk() {
    return disk;
  }

  @Override
  boolean has(int flag) {
    return disk.queue().has(flag);
  }

  private Workqueue kblockd() {
    return disk.disks().part(Kblockd.class, Kblockd::new).queue;
  }

  // ---- a bio comes ----------------------------------------------------------------------------

  /** Mirrors {@code blk_mq_submit_bio}, 6.12. */
  @KernelSymbol("blk_mq_submit_bio")
  public void submitBio(Bio bio) {
    if (!BlkCore.enterQueue(disk.queue(), bio)) {
      return;
    }
    if (isUnaligned(bio)) {
      bio.ioError();
      disk.queue().exit();
      return;
    }
    Bio front = BioSplit.toLimits(bio);
    if (front == null || attemptMerge(front)) {
      disk.queue().exit();
      return;
    }
    if (!tags.get(front.hasOpf(Opf.REQ_NOWAIT))) {
      front.wouldBlock();
      disk.queue().exit();
      return;
    }
    Request rq = new Request(this, front.opf());
    rq.take(front, segments(front));
    if (Opf.isFlush(front.opf()) && flushes.insert(rq)) {
      return;
    }
    Plug plug = Plug.current();
    if (plug != null) {
      PlugList.of(plug).add(rq);
    } else {
      issue(rq);
    }
  }

  private boolean isUnaligned(Bio bio) {
    int block = disk.queue().limits().logicalBlockSize;
    return (bio.size() & (block - 1)) != 0 || (bio.sector() & ((block >> Sectors.SHIFT) - 1)) != 0;
  }

  /** Pages count as lying apart, so each is a segment; what carries no data is one. */
  private static int segments(Bio bio) {
    if (!bio.hasData()) {
      return 1;
    }
    long into = bio.dataOffset() & (Sectors.PAGE_SIZE - 1);
    return (int) ((into + bio.size() + Sectors.PAGE_SIZE - 1) >> Sectors.PAGE_SHIFT);
  }

  // ---- merges ---------------------------------------------------------------------------------

  private static boolean isMergeable(int opf) {
    return (opf & (Opf.REQ_NOMERGE | Opf.REQ_PREFLUSH | Opf.REQ_FUA)) == 0;
  }

  private static boolean isMergeable(Request rq) {
    return isMergeable(rq.opf)
        && !rq.noMerge
        && !rq.started
        && !rq.flushSequence
        && rq.op() != Opf.REQ_OP_FLUSH
        && rq.op() != Opf.REQ_OP_WRITE_ZEROES
        && rq.op() != Opf.REQ_OP_ZONE_APPEND;
  }

  /** Mirrors {@code blk_attempt_plug_merge} and {@code blk_attempt_bio_merge}, 6.12. */
  @KernelSymbol("blk_attempt_plug_merge")
  private boolean attemptMerge(Bio bio) {
    Plug plug = Plug.current();
    if (plug == null || !isMergeable(bio.opf())) {
      return false;
    }
    Request rq = PlugList.of(plug).candidate(this);
    if (rq == null || !isMergeable(rq) || rq.op() != bio.op()) {
      return false;
    }
    QueueLimits limits = disk.queue().limits();
    if (rq.op() == Opf.REQ_OP_DISCARD && limits.maxDiscardSegments > 1) {
      return mergeDiscard(rq, bio, limits);
    }
    boolean back = rq.sector + rq.sectors() == bio.sector();
    if (!back && rq.sector - bio.sectors() != bio.sector()) {
      return false;
    }
    if (!fits(rq, bio, limits, back ? rq.sector : bio.sector())) {
      return false;
    }
    BlockLayer.of(disk).events().merge(bio);
    if (back) {
      rq.bios.add(bio);
      rq.last = bio;
    } else {
      rq.bios.addHead(bio);
      rq.sector = bio.sector();
    }
    rq.bytes += bio.size();
    return true;
  }

  /** Ranges of one discard request need not lie side by side, and no event tells of it. */
  private static boolean mergeDiscard(Request rq, Bio bio, QueueLimits limits) {
    if (rq.segments >= limits.maxDiscardSegments
        || rq.sectors() + bio.sectors() > limits.maxDiscardSectors) {
      rq.noMerge = true;
      return false;
    }
    rq.bios.add(bio);
    rq.last = bio;
    rq.bytes += bio.size();
    rq.segments++;
    return true;
  }

  /** Mirrors {@code ll_back_merge_fn} and {@code ll_front_merge_fn}, 6.12. */
  private static boolean fits(Request rq, Bio bio, QueueLimits limits, long start) {
    long max = rq.op() == Opf.REQ_OP_DISCARD ? limits.maxDiscardSectors : limits.maxSectors;
    if (limits.chunkSectors != 0 && rq.op() != Opf.REQ_OP_DISCARD) {
      max = Math.min(max, limits.chunkSectors - Long.remainderUnsigned(start, limits.chunkSectors));
    }
    boolean data = rq.op() != Opf.REQ_OP_DISCARD;
    int more = data ? segments(bio) : 0;
    if (rq.sectors() + bio.sectors() > max || (data && rq.segments + more > limits.maxSegments)) {
      rq.noMerge = true;
      return false;
    }
    rq.segments += more;
    return true;
  }

  // ---- requests go to the driver --------------------------------------------------------------

  /** Mirrors {@code blk_mq_try_issue_directly}, 6.12. */
  @KernelSymbol("blk_mq_try_issue_directly")
  private void issue(Request rq) {
    readLock();
    queueRq(rq);
    readUnlock();
  }

  /** Mirrors {@code __blk_mq_flush_plug_list}: all of a plug that holds one queue's. */
  @KernelSymbol("__blk_mq_flush_plug_list")
  @Override
  void issueDirectly(ArrayDeque<Request> requests) {
    readLock();
    for (Request rq = requests.poll(); rq != null; rq = requests.poll()) {
      queueRq(rq);
    }
    readUnlock();
  }

  private void queueRq(Request rq) {
    rq.started = true;
    BlkStatus status = driver.queueRq(rq);
    if (status != BlkStatus.OK) {
      rq.end(status);
    }
  }

  /** A driver that may not sleep is called under RCU; {@code blk_mq_run_dispatch_ops}. */
  private void readLock() {
    if (!driver.maySleep()) {
      Rcu.readLock();
    }
  }

  private void readUnlock() {
    if (!driver.maySleep()) {
      Rcu.readUnlock();
    }
  }

  /**
   * Mirrors {@code blk_mq_insert_requests}, 6.12, of one plug; later where a worker is to go on.
   */
  @KernelSymbol("blk_mq_insert_requests")
  @Override
  void insertRequests(List<Request> requests, boolean later) {
    disk.queue().get();
    if (!later) {
      issueDirectly(new ArrayDeque<>(requests));
    } else {
      softwareLock.lock();
      software.addAll(requests);
      softwareLock.unlock();
      runHwQueue(true);
    }
    disk.queue().exit();
  }

  /** Mirrors {@code blk_mq_run_hw_queue}, 6.12. */
  @KernelSymbol("blk_mq_run_hw_queue")
  private void runHwQueue(boolean async) {
    if (async) {
      kblockd().modDelayed(runWork, 0);
      return;
    }
    if (driver.maySleep()) {
      MightSleep.check(RUN_HW_QUEUE);
    }
    readLock();
    for (Request rq = next(); rq != null; rq = next()) {
      queueRq(rq);
    }
    readUnlock();
  }

  private Request next() {
    dispatchLock.lock();
    Request rq = dispatch.poll();
    dispatchLock.unlock();
    if (rq == null) {
      softwareLock.lock();
      rq = software.poll();
      softwareLock.unlock();
    }
    return rq;
  }

  @KernelSymbol("blk_mq_run_work_fn")
  private void runWork() {
    runHwQueue(false);
  }

  // ---- requests that come again ----------------------------------------------------------------

  /** {@code list_move(&rq->queuelist, &q->requeue_list)}, and the work that looks at it. */
  @Override
  void requeue(Request rq) {
    requeueLock.lock();
    requeued.addFirst(rq);
    requeueLock.unlock();
    kblockd().modDelayed(requeueWork, 0);
  }

  /** As {@link #requeue}, for the flush machinery's own request. */
  @Override
  void requeueFlush(Request flush) {
    requeueLock.lock();
    flushList.add(flush);
    requeueLock.unlock();
    kblockd().modDelayed(requeueWork, 0);
  }

  /** Mirrors {@code blk_mq_requeue_work}, 6.12. */
  @KernelSymbol("blk_mq_requeue_work")
  private void requeueWork() {
    requeueLock.lockIrq();
    ArrayDeque<Request> again = new ArrayDeque<>(requeued);
    requeued.clear();
    ArrayDeque<Request> flush = new ArrayDeque<>(flushList);
    flushList.clear();
    requeueLock.unlockIrq();
    for (Request rq : again) {
      rq.started = false;
      softwareLock.lock();
      software.addFirst(rq);
      softwareLock.unlock();
    }
    for (Request rq : flush) {
      dispatchLock.lock();
      dispatch.addFirst(rq);
      dispatchLock.unlock();
    }
    runHwQueue(false);
  }

  // ---- requests end ----------------------------------------------------------------------------

  /** Mirrors {@code blk_update_request} and {@code __blk_mq_end_request}, 6.12. */
  @KernelSymbol("blk_update_request")
  @Override
  void end(Request rq, BlkStatus status) {
    BlockLayer.of(disk)
        .events()
        .requestComplete(disk, rq.issuer, rq.opf, rq.sector, rq.sectors(), status);
    if (rq.bios.peek() != null) {
      if (status != BlkStatus.OK) {
        complain(rq, status);
      }
      for (Bio bio = rq.bios.pop(); bio != null; bio = rq.bios.pop()) {
        if (status != BlkStatus.OK) {
          bio.setStatus(status);
        }
        bio.clearFlag(Bio.BIO_TRACE_COMPLETION);
        bio.advance(bio.size());
        if (!rq.flushSequence) {
          bio.endio();
        }
      }
      rq.bytes = 0;
    }
    if (rq.endIo != null) {
      rq.endIo.endIo(rq, status);
    } else {
      tags.put();
      disk.queue().exit();
    }
  }

  /** Mirrors {@code blk_print_req_error}, 6.12. */
  private void complain(Request rq, BlkStatus status) {
    BlockLayer.of(disk)
        .requestErrors()
        .printk(
            status.words()
                + " error, dev "
                + disk.name()
                + ", sector "
                + Long.toUnsignedString(rq.sector)
                + " op 0x"
                + Integer.toHexString(rq.op())
                + ":("
                + Opf.name(rq.opf)
                + ") flags 0x"
                + Integer.toHexString(rq.opf & ~Opf.REQ_OP_MASK)
                + " phys_seg "
                + (rq.op() == Opf.REQ_OP_DISCARD || rq.bytes != 0 ? rq.segments : 0)
                + " prio class 2");
  }
}
