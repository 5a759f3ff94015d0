package org.dmsim.block.mq;

import java.util.ArrayDeque;
import java.util.List;
import org.dmsim.block.BlkStatus;
import org.dmsim.block.Opf;
import org.dmsim.block.queue.RequestQueue;
import org.dmsim.locking.SpinLock;
import org.dmsim.machine.Task;
import org.dmsim.report.KernelSymbol;

/**
 * {@code struct blk_flush_queue}: orders flushes and the writes that go with them, so that one
 * flush of the disk serves everybody who has asked by then. Mirrors {@code block/blk-flush.c},
 * 6.12.
 *
 * <p>A request goes through up to three steps: flush before, data, flush after. Those that wait for
 * a flush collect on one list while the flush for the other list runs.
 */
final class FlushQueue {

  private static final int PREFLUSH = 1;
  private static final int DATA = 1 << 1;
  private static final int POSTFLUSH = 1 << 2;
  private static final int DONE = 1 << 3;
  private static final int ACTIONS = PREFLUSH | DATA | POSTFLUSH;

  /** How long a flush waits for writes that are on their way. */
  private static final long PENDING_TIMEOUT = 5_000_000_000L;

  /** Sends requests to the disk; {@link MqQueue} is one. */
  abstract static class Sender extends Request.Queue {

    /** Whether the disk's queue has a flag of {@link RequestQueue}. */
    abstract boolean has(int flag);

    abstract void requeue(Request rq);

    /** As {@link #requeue}, for the flush machinery's own request. */
    abstract void requeueFlush(Request flush);
  }

  private final Sender queue;
  private final SpinLock lock = new SpinLock("&fq->mq_flush_lock");

  private final List<ArrayDeque<Request>> lists = List.of(new ArrayDeque<>(), new ArrayDeque<>());

  private int pendingIndex;
  private int runningIndex;
  private int dataInFlight;
  private long pendingSince;

  FlushQueue(Sender queue) {
    this.queue = queue;
  }

  /**
   * Mirrors {@code blk_insert_flush}, 6.12.
   *
   * @return whether the machinery has it now; else it is to be sent as any other
   */
  @KernelSymbol("blk_insert_flush")
  boolean insert(Request rq) {
    boolean fua = queue.has(RequestQueue.QUEUE_FLAG_FUA);
    int steps = rq.sectors() != 0 ? DATA : 0;
    if (queue.has(RequestQueue.QUEUE_FLAG_WC)) {
      steps |= (rq.opf & Opf.REQ_PREFLUSH) != 0 ? PREFLUSH : 0;
      steps |= (rq.opf & Opf.REQ_FUA) != 0 && !fua ? POSTFLUSH : 0;
    }
    rq.opf &= ~(Opf.REQ_PREFLUSH | (fua ? 0 : Opf.REQ_FUA));
    rq.opf |= Opf.REQ_SYNC;
    if (steps == 0) {
      rq.end(BlkStatus.OK);
      return true;
    }
    if (steps == DATA) {
      return false;
    }
    rq.flushSteps = 0;
    rq.flushSequence = true;
    rq.endIo = this::dataEndIo;
    lock.lockIrq();
    if (steps == (DATA | POSTFLUSH)) {
      rq.flushSteps = PREFLUSH;
      dataInFlight++;
    } else {
      completeStep(rq, ACTIONS & ~steps, BlkStatus.OK);
    }
    lock.unlockIrq();
    return steps != (DATA | POSTFLUSH);
  }

  /** Mirrors {@code blk_flush_complete_seq}, 6.12. */
  @KernelSymbol("blk_flush_complete_seq")
  private void completeStep(Request rq, int done, BlkStatus error) {
    ArrayDeque<Request> pending = lists.get(pendingIndex);
    rq.flushSteps |= done;
    int next = error == BlkStatus.OK ? Integer.lowestOneBit(~rq.flushSteps) : DONE;
    switch (next) {
      case PREFLUSH, POSTFLUSH -> {
        if (pending.isEmpty()) {
          pendingSince = now();
        }
        pending.add(rq);
      }
      case DATA -> {
        dataInFlight++;
        queue.requeue(rq);
      }
      default -> {
        if (rq.last != null) {
          rq.bios.clear();
          rq.bios.add(rq.last);
          rq.sector = rq.last.sector();
        }
        rq.flushSequence = false;
        rq.endIo = null;
        rq.end(error);
      }
    }
    kick();
  }

  private static long now() {
    Task t = Task.current();
    return t == null ? 0 : t.machine().now();
  }

  /** Mirrors {@code blk_kick_flush}, 6.12: starts the next flush, if none is on its way. */
  @KernelSymbol("blk_kick_flush")
  private void kick() {
    if (pendingIndex != runningIndex || lists.get(pendingIndex).isEmpty()) {
      return;
    }
    if (dataInFlight != 0 && now() < pendingSince + PENDING_TIMEOUT) {
      return;
    }
    int issuer = lists.get(pendingIndex).peek().issuer;
    pendingIndex ^= 1;
    Request flush = new Request(queue, Opf.REQ_OP_FLUSH | Opf.REQ_PREFLUSH);
    flush.issuer = issuer;
    flush.sector = -1;
    flush.flushSequence = true;
    flush.endIo = this::flushEndIo;
    queue.requeueFlush(flush);
  }

  /** Mirrors {@code flush_end_io}, 6.12. */
  @KernelSymbol("flush_end_io")
  private void flushEndIo(Request flush, BlkStatus error) {
    boolean flags = lock.lockIrqsave();
    ArrayDeque<Request> running = lists.get(runningIndex);
    runningIndex ^= 1;
    for (Request rq : running.toArray(new Request[0])) {
      running.remove(rq);
      completeStep(rq, Integer.lowestOneBit(~rq.flushSteps), error);
    }
    lock.unlockIrqrestore(flags);
  }

  /** Mirrors {@code mq_flush_data_end_io}, 6.12. */
  @KernelSymbol("mq_flush_data_end_io")
  private void dataEndIo(Request rq, BlkStatus error) {
    boolean flags = lock.lockIrqsave();
    dataInFlight--;
    completeStep(rq, DATA, error);
    lock.unlockIrqrestore(flags);
  }
}
