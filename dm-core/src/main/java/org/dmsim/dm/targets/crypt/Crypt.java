package org.dmsim.dm.targets.crypt;

import org.dmsim.block.Sectors;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioSet;
import org.dmsim.context.ExecutionContext;
import org.dmsim.context.MightSleep;
import org.dmsim.dm.targets.DmDev;
import org.dmsim.dm.targets.TaggedBio;
import org.dmsim.locking.Mutex;
import org.dmsim.machine.Task;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.Mempool;
import org.dmsim.report.KernelSymbol;
import org.dmsim.workqueue.Workqueue;

/**
 * What the bios of one target share: pools, workqueues, the thread that writes. The other part of
 * {@code struct crypt_config}, 6.1.
 *
 * <p>{@code kcryptd} encrypts and decrypts, {@code kcryptd_io} submits reads for which there was no
 * memory at once; were they one queue, the former could wait behind the latter for ever.
 */
final class Crypt {

  /** {@code MIN_IOS}. */
  private static final int MIN_IOS = 64;

  /** {@code BIO_MAX_VECS}: pages that one bio carries. */
  static final int MAX_PAGES = 256;

  /** {@code WQ_CPU_INTENSIVE} tells the scheduler only. */
  private static final int KCRYPTD = Workqueue.MEM_RECLAIM;

  /** What a page of a buffer is counted by; its bytes lie in the bio's one array. */
  private static final Object PAGE = "page";

  private final CryptCipher cipher;
  private final CryptOptions options;
  private final DmDev device;
  private final long start;
  private final long ivOffset;
  private final Mempool<Object> pagePool =
      new Mempool<>("cc->page_pool", null, MAX_PAGES, () -> PAGE, p -> {});
  private final BioSet bios;
  private final Mutex bioAllocLock = new Mutex("&cc->bio_alloc_lock");
  private final Workqueue ioQueue;
  private final Workqueue cryptQueue;
  private final WriteThread writeThread = new WriteThread();

  /**
   * Makes the pools and queues, and starts the thread: the second half of {@code crypt_ctr}.
   *
   * @param start first sector on the device
   * @param ivOffset what is added to a sector's number for its initialisation vector
   * @param name {@code MAJOR:MINOR} of the mapped device
   */
  Crypt(
      CryptCipher cipher,
      CryptOptions options,
      DmDev device,
      long start,
      long ivOffset,
      String name) {
    this.cipher = cipher;
    this.options = options;
    this.device = device;
    this.start = start;
    this.ivOffset = ivOffset;
    bios =
        options.tagSize == 0
            ? new BioSet("cc->bs", MIN_IOS)
            : new BioSet("cc->bs", null, MIN_IOS, TaggedBio::new);
    Task t = Task.current();
    int cpus = t == null ? Runtime.getRuntime().availableProcessors() : t.machine().cpuCount();
    ioQueue = Workqueue.alloc("kcryptd_io/" + name, Workqueue.MEM_RECLAIM, 1);
    cryptQueue =
        options.sameCpu
            ? Workqueue.alloc("kcryptd/" + name, KCRYPTD, 1)
            : Workqueue.alloc("kcryptd/" + name, KCRYPTD | Workqueue.UNBOUND, cpus);
    writeThread.start(name);
  }

  /** Mirrors {@code crypt_dtr}. */
  @KernelSymbol("crypt_dtr")
  void destroy() {
    writeThread.stop();
    ioQueue.destroy();
    cryptQueue.destroy();
    bios.exit();
    pagePool.exit();
  }

  DmDev device() {
    return device;
  }

  /** First sector on the device. */
  long start() {
    return start;
  }

  /** What is added to a sector's number for its initialisation vector. */
  long ivOffset() {
    return ivOffset;
  }

  /** Bytes beside each of its sectors. */
  int tagSize() {
    return options.tagSize;
  }

  /** Bytes that the cipher works on. */
  int sectorSize() {
    return options.sectorSize;
  }

  Workqueue ioQueue() {
    return ioQueue;
  }

  Workqueue cryptQueue() {
    return cryptQueue;
  }

  WriteThread writeThread() {
    return writeThread;
  }

  /** A bio for the same pages, to be read; null where there is no memory and no waiting. */
  Bio cloneForRead(Bio base, int gfp) {
    return bios.allocClone(device.bdev(), base, gfp);
  }

  /**
   * A bio with pages of its own, as the plain ones are not ours to change. Pages that cannot be had
   * at once are waited for by one task at a time: two that each wait for the other's pages would
   * wait for ever. Mirrors {@code crypt_alloc_buffer}, 6.1.
   */
  @KernelSymbol("crypt_alloc_buffer")
  Bio allocBuffer(Bio base) {
    int size = (int) base.size();
    Bio clone = tryBuffer(base, size, Gfp.NOWAIT);
    if (clone == null) {
      bioAllocLock.lock();
      clone = tryBuffer(base, size, Gfp.NOWAIT | Gfp.DIRECT_RECLAIM);
      bioAllocLock.unlock();
    }
    return clone;
  }

  private Bio tryBuffer(Bio base, int size, int gfp) {
    Bio clone = bios.alloc(device.bdev(), base.opf(), Gfp.NOIO);
    for (int got = 0; got < pages(size); got++) {
      if (pagePool.alloc(gfp) == null) {
        freePages(got);
        clone.put();
        return null;
      }
    }
    clone.setData(new byte[size], 0, size);
    return clone;
  }

  private static int pages(int size) {
    return (size + Sectors.PAGE_SIZE - 1) / Sectors.PAGE_SIZE;
  }

  /** Gives the pages of a buffer back; {@code crypt_free_buffer_pages}. */
  @KernelSymbol("crypt_free_buffer_pages")
  void freePages(Bio clone) {
    freePages(pages(clone.data().length));
  }

  private void freePages(int count) {
    for (int i = 0; i < count; i++) {
      pagePool.free(PAGE);
    }
  }

  /** Whether a bio is converted by the task that has it, where it is. */
  boolean bypassesQueue(boolean write) {
    if (!(write ? options.noWriteWorkqueue : options.noReadWorkqueue)) {
      return false;
    }
    Task t = Task.current();
    return t == null || (!ExecutionContext.inHardirq(t) && !t.irqsDisabled);
  }

  /** Whether an encrypted write goes out where it was encrypted. */
  boolean submitsAtOnce() {
    return options.noOffload || options.noWriteWorkqueue;
  }

  /**
   * Mirrors {@code crypt_convert}, 6.1: the sectors all at once, then a word for each.
   *
   * @return which sector of the cipher was not authentic, from 0; -1 for none
   */
  @KernelSymbol("crypt_convert")
  int convert(
      boolean write,
      long sector,
      byte[] tags,
      byte[] in,
      int inAt,
      int length,
      byte[] out,
      int outAt) {
    long first = sector + ivOffset;
    int failed = -1;
    if (cipher.isAead()) {
      failed = cipher.convertWithTags(write, first, tags, in, inAt, length, out, outAt, ivOffset);
    } else {
      cipher.convert(write, first, tags, in, inAt, length, out, outAt);
    }
    boolean atomic = write ? options.noWriteWorkqueue : options.noReadWorkqueue;
    for (int i = 0; i < length && !atomic; i += options.sectorSize) {
      MightSleep.condResched();
    }
    return failed;
  }
}
