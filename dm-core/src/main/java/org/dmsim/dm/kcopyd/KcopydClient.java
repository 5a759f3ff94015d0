package org.dmsim.dm.kcopyd;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.dmsim.block.Opf;
import org.dmsim.block.Sectors;
import org.dmsim.context.MightSleep;
import org.dmsim.dm.dmio.DmIoClient;
import org.dmsim.dm.dmio.IoRegion;
import org.dmsim.locking.SpinLock;
import org.dmsim.locking.WaitQueue;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.Mempool;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.KernelSymbol;
import org.dmsim.workqueue.Work;
import org.dmsim.workqueue.Workqueue;

/**
 * Copies for one user, with a worker of its own. All ends of copies are told by that worker, one
 * after another. Mirrors {@code struct dm_kcopyd_client}, 6.1, without its throttle, which lets
 * everything through unless a module parameter is set.
 */
public final class KcopydClient {

  /** {@code DM_KCOPYD_MAX_REGIONS}. */
  public static final int MAX_REGIONS = 8;

  private static final int SPLIT_COUNT = 8;
  private static final int MIN_JOBS = 8;

  /** Sectors that are copied at once: {@code DEFAULT_SUB_JOB_SIZE_KB}. */
  private static final long SUB_JOB_SIZE = 512 << 1;

  private final DmIoClient ioClient = new DmIoClient();
  private final WaitQueue destroyq = new WaitQueue("&kc->destroyq");
  private final Mempool<CopyJob> jobPool =
      new Mempool<>("kcopyd_job", null, MIN_JOBS, CopyJob::new, j -> {});
  private final Workqueue kcopyd = Workqueue.alloc("kcopyd", Workqueue.MEM_RECLAIM);
  private final Work work = new Work("(work_completion)(&kc->kcopyd_work)", this::doWork);
  private final SharedInt jobs = new SharedInt("kc->nr_jobs", 0);
  private final SpinLock jobLock = new SpinLock("&kc->job_lock");
  private final ArrayDeque<CopyJob> callbackJobs = new ArrayDeque<>();
  private final ArrayDeque<CopyJob> completeJobs = new ArrayDeque<>();
  private final ArrayDeque<CopyJob> ioJobs = new ArrayDeque<>();
  private final ArrayDeque<CopyJob> pagesJobs = new ArrayDeque<>();

  /** Mirrors {@code dm_kcopyd_client_create}. */
  public KcopydClient() {}

  /** Waits for all copies, and ends the worker; mirrors {@code dm_kcopyd_client_destroy}. */
  @KernelSymbol("dm_kcopyd_client_destroy")
  public void destroy() {
    destroyq.waitEvent(() -> jobs.readOnce() == 0);
    kcopyd.destroy();
    ioClient.destroy();
    jobPool.exit();
  }

  /** Waits until the worker has nothing left to do; mirrors {@code dm_kcopyd_client_flush}. */
  @KernelSymbol("dm_kcopyd_client_flush")
  public void flush() {
    kcopyd.flush();
  }

  // ---- what users call --------------------------------------------------------------------------

  /**
   * Copies {@code from} to all of {@code to}, which are as long.
   *
   * @param ignoreErrors goes on where something fails
   */
  @KernelSymbol("dm_kcopyd_copy")
  public void copy(IoRegion from, IoRegion[] to, boolean ignoreErrors, CopyNotify notify) {
    CopyJob job = jobPool.alloc(Gfp.NOIO);
    job.begin(ignoreErrors, notify);
    job.op = Opf.REQ_OP_READ;
    job.source = from;
    job.destinations = to.clone();
    start(job);
  }

  /** Fills regions with zeroes. */
  @KernelSymbol("dm_kcopyd_zero")
  public void zero(IoRegion[] to, CopyNotify notify) {
    CopyJob job = jobPool.alloc(Gfp.NOIO);
    job.begin(false, notify);
    job.op = Opf.REQ_OP_WRITE_ZEROES;
    for (IoRegion r : to) {
      if (r.bdev().queue().limits().maxWriteZeroesSectors == 0) {
        job.op = Opf.REQ_OP_WRITE;
      }
    }
    job.source = new IoRegion(null, 0, to[0].count());
    job.destinations = to.clone();
    job.pages = new byte[(int) (Math.min(to[0].count(), SUB_JOB_SIZE) << Sectors.SHIFT)];
    job.zeroes = true;
    start(job);
  }

  private void start(CopyJob job) {
    if (job.source.count() <= SUB_JOB_SIZE) {
      dispatch(job);
    } else {
      split(job);
    }
  }

  /** An end to be told later without any copy; mirrors {@code dm_kcopyd_prepare_callback}. */
  @KernelSymbol("dm_kcopyd_prepare_callback")
  public Object prepareCallback(CopyNotify notify) {
    CopyJob job = jobPool.alloc(Gfp.NOIO);
    job.begin(false, notify);
    jobs.add(1);
    return job;
  }

  /** Lets the worker tell that end; any context. Mirrors {@code dm_kcopyd_do_callback}. */
  @KernelSymbol("dm_kcopyd_do_callback")
  public void doCallback(Object prepared, boolean readError, long writeErrors) {
    CopyJob job = (CopyJob) prepared;
    job.readError = readError;
    job.writeErrors = writeErrors;
    push(callbackJobs, job);
    wake();
  }

  // ---- jobs and the worker ----------------------------------------------------------------------

  private void wake() {
    kcopyd.queue(work);
  }

  @KernelSymbol("push")
  private void push(ArrayDeque<CopyJob> list, CopyJob job) {
    boolean flags = jobLock.lockIrqsave();
    list.addLast(job);
    jobLock.unlockIrqrestore(flags);
  }

  @KernelSymbol("pop")
  private CopyJob pop(ArrayDeque<CopyJob> list) {
    jobLock.lockIrq();
    CopyJob job = list.pollFirst();
    jobLock.unlockIrq();
    return job;
  }

  @KernelSymbol("dispatch_job")
  private void dispatch(CopyJob job) {
    jobs.add(1);
    if (job.source.count() == 0) {
      push(callbackJobs, job);
    } else if (job.zeroes) {
      push(ioJobs, job);
    } else {
      push(pagesJobs, job);
    }
    wake();
  }

  /** Ends first, since they give memory back, then memory, then I/O; {@code do_work}. */
  @KernelSymbol("do_work")
  private void doWork() {
    jobLock.lockIrq();
    completeJobs.addAll(callbackJobs);
    callbackJobs.clear();
    jobLock.unlockIrq();
    process(completeJobs, this::runCompleteJob);
    process(pagesJobs, this::runPagesJob);
    process(ioJobs, this::runIoJob);
  }

  @KernelSymbol("process_jobs")
  private void process(ArrayDeque<CopyJob> list, Consumer<CopyJob> step) {
    for (CopyJob job = pop(list); job != null; job = pop(list)) {
      step.accept(job);
    }
  }

  @KernelSymbol("run_complete_job")
  private void runCompleteJob(CopyJob job) {
    boolean readError = job.readError;
    long writeErrors = job.writeErrors;
    CopyNotify notify = job.notify;
    if (job.master == job) {
      jobPool.free(job);
    }
    notify.ended(readError, writeErrors);
    if (jobs.decAndTest()) {
      destroyq.wakeUp();
    }
    MightSleep.condResched();
  }

  @KernelSymbol("run_pages_job")
  private void runPagesJob(CopyJob job) {
    job.pages = new byte[(int) (job.source.count() << Sectors.SHIFT)];
    push(ioJobs, job);
  }

  @KernelSymbol("run_io_job")
  private void runIoJob(CopyJob job) {
    IoRegion[] where = job.op == Opf.REQ_OP_READ ? new IoRegion[] {job.source} : job.destinations;
    ioClient.async(job.op, job.pages, 0, bits -> completeIo(job, bits), where);
  }

  @KernelSymbol("complete_io")
  private void completeIo(CopyJob job, long errors) {
    if (errors != 0) {
      if (job.isWrite()) {
        job.writeErrors |= errors;
      } else {
        job.readError = true;
      }
      if (!job.ignoreErrors) {
        push(completeJobs, job);
        wake();
        return;
      }
    }
    if (job.isWrite()) {
      push(completeJobs, job);
    } else {
      job.op = Opf.REQ_OP_WRITE;
      push(ioJobs, job);
    }
    wake();
  }

  // ---- large copies -----------------------------------------------------------------------------

  @KernelSymbol("split_job")
  private void split(CopyJob whole) {
    jobs.add(1);
    whole.subJobs.writeOnce(SPLIT_COUNT);
    for (int i = 0; i < SPLIT_COUNT; i++) {
      segmentComplete(whole, new CopyJob(), false, 0);
    }
  }

  /** A part is done, or there was none yet: takes the next one in hand. */
  @KernelSymbol("segment_complete")
  private void segmentComplete(CopyJob whole, CopyJob part, boolean readError, long writeErrors) {
    whole.lock.lock();
    whole.readError |= readError;
    whole.writeErrors |= writeErrors;
    long from = whole.progress;
    long count = 0;
    if ((!whole.readError && whole.writeErrors == 0) || whole.ignoreErrors) {
      count = Math.min(whole.source.count() - from, SUB_JOB_SIZE);
      whole.progress += count;
    }
    whole.lock.unlock();
    if (count != 0) {
      part.beginPart(whole, from, count);
      part.notify = (r, w) -> segmentComplete(whole, part, r, w);
      dispatch(part);
    } else if (whole.subJobs.decAndTest()) {
      push(completeJobs, whole);
      wake();
    }
  }
}
