package org.dmsim.dm.targets.era;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioList;
import org.dmsim.block.bio.Plug;
import org.dmsim.block.core.BlkCore;
import org.dmsim.dm.persistent.MetadataException;
import org.dmsim.locking.Completion;
import org.dmsim.locking.SpinLock;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;
import org.dmsim.workqueue.Work;
import org.dmsim.workqueue.Workqueue;

/** The one worker of an era device, who alone changes its metadata: {@code do_work}, 6.1. */
final class EraWorker {

  private final EraMetadata md;
  private final Digest digest;
  private final long sectorsPerBlock;
  private final Workqueue wq = Workqueue.allocOrdered("dm-era", Workqueue.MEM_RECLAIM);
  private final Work worker = new Work("(work_completion)(&era->worker)", this::doWork);
  private final SpinLock deferredLock = new SpinLock("&era->deferred_lock");
  private final BioList deferredBios = new BioList();
  private final SpinLock rpcLock = new SpinLock("&era->rpc_lock");
  private final ArrayDeque<Rpc> calls = new ArrayDeque<>(1);
  private final SharedInt suspended = new SharedInt("era->suspended", 0);

  EraWorker(EraMetadata md, long sectorsPerBlock) {
    this.md = md;
    this.digest = new Digest(md);
    this.sectorsPerBlock = sectorsPerBlock;
  }

  /** Somebody waits for something that the worker does: {@code struct rpc}. */
  private static final class Rpc {
    private final EraMetadata.Change fn;
    private final Completion complete = new Completion("&rpc->complete");
    private int result;

    Rpc(EraMetadata.Change fn) {
      this.fn = fn;
    }
  }

  void destroy() {
    wq.destroy();
  }

  /** Mirrors {@code wake_worker}. */
  private void wake() {
    if (suspended.readOnce() == 0) {
      wq.queue(worker);
    }
  }

  /** Mirrors {@code start_worker}. */
  void start() {
    suspended.writeOnce(0);
  }

  /** Mirrors {@code stop_worker}. */
  @KernelSymbol("stop_worker")
  void stop() {
    suspended.writeOnce(1);
    wq.drain();
  }

  /** Mirrors {@code defer_bio}. */
  @KernelSymbol("defer_bio")
  void defer(Bio bio) {
    deferredLock.lock();
    deferredBios.add(bio);
    deferredLock.unlock();
    wake();
  }

  /**
   * Lets the worker do something, and waits; for ever, while it is stopped. Mirrors {@code
   * perform_rpc}.
   *
   * @return 0 or a negative errno
   */
  @KernelSymbol("perform_rpc")
  int call(EraMetadata.Change fn) {
    Rpc rpc = new Rpc(fn);
    rpcLock.lock();
    calls.addFirst(rpc);
    rpcLock.unlock();
    wake();
    rpc.complete.waitFor();
    return rpc.result;
  }

  @KernelSymbol("do_work")
  private void doWork() {
    if (md.takeArchived()) {
      digest.start();
    }
    if (digest.step()) {
      wake();
    }
    processDeferred();
    processCalls();
  }

  private long blockOf(Bio bio) {
    return Long.divideUnsigned(bio.sector(), sectorsPerBlock);
  }

  @KernelSymbol("process_deferred_bios")
  private void processDeferred() {
    Writeset ws = md.current();
    BioList deferred = new BioList();
    deferredLock.lock();
    deferred.merge(deferredBios);
    deferredLock.unlock();
    if (deferred.isEmpty()) {
      return;
    }
    boolean commit = false;
    boolean failed = false;
    BioList marked = new BioList();
    for (Bio b = deferred.pop(); b != null; b = deferred.pop()) {
      try {
        commit |= !md.testAndSet(ws, blockOf(b));
      } catch (MetadataException e) {
        failed = true;
      }
      marked.add(b);
    }
    if (commit && result(md::commit) != 0) {
      failed = true;
    }
    if (failed) {
      for (Bio b = marked.pop(); b != null; b = marked.pop()) {
        b.ioError();
      }
    } else {
      submit(ws, marked, commit);
    }
  }

  private void submit(Writeset ws, BioList marked, boolean committed) {
    boolean plugged = Plug.start();
    for (Bio b = marked.pop(); b != null; b = marked.pop()) {
      if (committed) {
        ws.mark(blockOf(b)); // in memory only after it is on disk
      }
      BlkCore.submitBioNoacct(b);
    }
    Plug.finish(plugged);
  }

  private static int result(EraMetadata.Change fn) {
    try {
      fn.run();
      return 0;
    } catch (MetadataException e) {
      return -e.errno();
    }
  }

  @KernelSymbol("process_rpc_calls")
  private void processCalls() {
    rpcLock.lock();
    List<Rpc> taken = new ArrayList<>(calls);
    calls.clear();
    rpcLock.unlock();
    if (taken.isEmpty()) {
      return;
    }
    taken.forEach(rpc -> rpc.result = result(rpc.fn));
    int r = result(md::commit);
    if (r != 0) {
      taken.forEach(rpc -> rpc.result = r);
    }
    taken.forEach(rpc -> rpc.complete.complete());
  }
}
