package org.dmsim.scenarios.contexts;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.context.MightSleep;
import org.dmsim.context.Sleep;
import org.dmsim.lockdep.HeldLocks;
import org.dmsim.memory.Allocation;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.KernelMemory;
import org.dmsim.rcu.Rcu;
import org.dmsim.report.KernelSymbol;
import org.dmsim.workqueue.Workqueue;

/** Something that kernel code does; what the recorded cases call by the same name. */
public enum Operation {
  /** Nothing. */
  NOP(p -> {}),
  /** {@code kmalloc(64, GFP_KERNEL)}, and kfree. */
  KMALLOC_GFP_KERNEL(p -> kmalloc(Gfp.KERNEL)),
  /** The same with GFP_NOIO. */
  KMALLOC_GFP_NOIO(p -> kmalloc(Gfp.NOIO)),
  /** The same with GFP_NOFS. */
  KMALLOC_GFP_NOFS(p -> kmalloc(Gfp.NOFS)),
  /** The same with GFP_NOWAIT. */
  KMALLOC_GFP_NOWAIT(p -> kmalloc(Gfp.NOWAIT)),
  /** The same with GFP_ATOMIC. */
  KMALLOC_GFP_ATOMIC(p -> kmalloc(Gfp.ATOMIC)),
  /** From a pool of four, and back. */
  MEMPOOL_ALLOC_GFP_NOIO(p -> mempool(p, Gfp.NOIO)),
  /** The same with GFP_NOWAIT. */
  MEMPOOL_ALLOC_GFP_NOWAIT(p -> mempool(p, Gfp.NOWAIT)),
  /** From a bio set of four, and back. */
  BIO_ALLOC_BIOSET_GFP_NOIO(p -> put(p.bios.alloc(null, Opf.REQ_OP_READ, Gfp.NOIO))),
  /** The same with GFP_NOWAIT. */
  BIO_ALLOC_BIOSET_GFP_NOWAIT(p -> put(p.bios.alloc(null, Opf.REQ_OP_READ, Gfp.NOWAIT))),
  /** A clone from the same bio set. */
  BIO_ALLOC_CLONE_GFP_NOIO(p -> put(p.bios.allocClone(null, p.source(), Gfp.NOIO))),
  /** The same with GFP_NOWAIT. */
  BIO_ALLOC_CLONE_GFP_NOWAIT(p -> put(p.bios.allocClone(null, p.source(), Gfp.NOWAIT))),
  /** {@code vmalloc(8192)}, and vfree. */
  VMALLOC(p -> KernelMemory.vfree(KernelMemory.vmalloc())),
  /** {@code alloc_percpu(int)}, and free_percpu. */
  ALLOC_PERCPU(p -> KernelMemory.freePercpu(KernelMemory.allocPercpu())),
  /** A page, and back. */
  ALLOC_PAGE_GFP_KERNEL(p -> KernelMemory.freePage(KernelMemory.allocPage(Gfp.KERNEL))),
  /** The same with GFP_NOWAIT. */
  ALLOC_PAGE_GFP_NOWAIT(p -> KernelMemory.freePage(KernelMemory.allocPage(Gfp.NOWAIT))),
  /** Frees what was allocated before. */
  KFREE(p -> KernelMemory.kfree(p.kmalloced)),
  /** {@code kvfree} of the same. */
  KVFREE_KMALLOC(p -> KernelMemory.kvfree(p.kmalloced)),
  /** Frees what vmalloc gave before. */
  VFREE(p -> KernelMemory.vfree(p.vmalloced)),
  /** {@code kvfree} of the same. */
  KVFREE_VMALLOC(p -> KernelMemory.kvfree(p.vmalloced)),
  /** An element back to its pool. */
  MEMPOOL_FREE(p -> p.pool.free(p.pooled)),
  /** The last reference to a bio. */
  BIO_PUT(p -> p.bio.put()),
  /** A mutex that nobody holds, and unlock. */
  MUTEX_LOCK(
      p -> {
        p.opMutex.lock();
        p.opMutex.unlock();
      }),
  /** The same, not waiting for it. */
  MUTEX_TRYLOCK(
      p -> {
        if (p.opMutex.tryLock()) {
          p.opMutex.unlock();
        }
      }),
  /** The mutex that some contexts hold. */
  MUTEX_LOCK_SAME(
      p -> {
        p.ctxMutex.lock();
        p.ctxMutex.unlock();
      }),
  /** A semaphore for reading, and up. */
  DOWN_READ(
      p -> {
        p.opRwsem.downRead();
        p.opRwsem.upRead();
      }),
  /** A semaphore for writing, and up. */
  DOWN_WRITE(
      p -> {
        p.opRwsem.downWrite();
        p.opRwsem.upWrite();
      }),
  /** For reading, not waiting for it. */
  DOWN_READ_TRYLOCK(
      p -> {
        if (p.opRwsem.downReadTrylock()) {
          p.opRwsem.upRead();
        }
      }),
  /** A counting semaphore, and up. */
  DOWN(
      p -> {
        p.opSem.down();
        p.opSem.up();
      }),
  /** A spinlock that nobody holds, and unlock. */
  SPIN_LOCK(
      p -> {
        p.opSpin.lock();
        p.opSpin.unlock();
      }),
  /** The same with interrupts off meanwhile. */
  SPIN_LOCK_IRQSAVE(p -> p.opSpin.unlockIrqrestore(p.opSpin.lockIrqsave())),
  /** The same, not waiting for it. */
  SPIN_TRYLOCK(
      p -> {
        if (p.opSpin.tryLock()) {
          p.opSpin.unlock();
        }
      }),
  /** {@code msleep(1)}. */
  MSLEEP(p -> Sleep.msleep(1)),
  /** {@code usleep_range(50, 100)}. */
  USLEEP_RANGE(p -> Sleep.usleepRange(50_000)),
  /** {@code udelay(5)}: busy waiting. */
  UDELAY(p -> p.machine.spend(5_000)),
  /** {@code schedule()}. */
  SCHEDULE(p -> Sleep.schedule()),
  /** One jiffy. */
  SCHEDULE_TIMEOUT_UNINTERRUPTIBLE(p -> Sleep.timeoutUninterruptible(Sleep.JIFFY)),
  /** One jiffy. */
  IO_SCHEDULE_TIMEOUT(p -> Sleep.ioScheduleTimeout(Sleep.JIFFY)),
  /** {@code yield()}. */
  YIELD(p -> Sleep.yieldCpu()),
  /** {@code cond_resched()}. */
  COND_RESCHED(p -> MightSleep.condResched(Probe.PLACE)),
  /** {@code might_sleep()}. */
  MIGHT_SLEEP(p -> MightSleep.check(Probe.PLACE)),
  /** {@code might_fault()}. */
  MIGHT_FAULT(p -> MightSleep.fault(Probe.PLACE)),
  /** A completion that is done. */
  WAIT_FOR_COMPLETION(p -> p.done.waitFor()),
  /** {@code complete}. */
  COMPLETE(p -> p.done.complete()),
  /** The same completion, not waiting for it. */
  TRY_WAIT_FOR_COMPLETION(p -> p.done.tryWaitFor()),
  /** A condition that holds. */
  WAIT_EVENT_TRUE(p -> p.waitQueue.waitEvent(Probe.PLACE, () -> true)),
  /** A condition that never holds, for one jiffy. */
  WAIT_EVENT_TIMEOUT_FALSE(
      p -> p.waitQueue.waitEventTimeout(Probe.PLACE, () -> false, Sleep.JIFFY)),
  /** Nobody sleeps there. */
  WAKE_UP(p -> p.waitQueue.wakeUp()),
  /** {@code synchronize_rcu()}. */
  SYNCHRONIZE_RCU(p -> Rcu.synchronize()),
  /** {@code synchronize_rcu_expedited()}. */
  SYNCHRONIZE_RCU_EXPEDITED(p -> Rcu.synchronizeExpedited()),
  /** On the domain that some contexts read. */
  SYNCHRONIZE_SRCU_SAME(p -> p.probeSrcu.synchronize()),
  /** On another domain. */
  SYNCHRONIZE_SRCU_OTHER(p -> p.otherSrcu.synchronize()),
  /** Expedited, on the domain that some contexts read. */
  SYNCHRONIZE_SRCU_EXPEDITED_SAME(p -> p.probeSrcu.synchronizeExpedited()),
  /** {@code rcu_barrier()}. */
  RCU_BARRIER(p -> Rcu.barrier()),
  /** {@code srcu_barrier}, on another domain. */
  SRCU_BARRIER_OTHER(p -> p.otherSrcu.barrier()),
  /** {@code call_rcu}, to free an object. */
  CALL_RCU(p -> Rcu.call(freeing(p))),
  /** {@code call_srcu}, to free an object. */
  CALL_SRCU(p -> p.callDomain.call(freeing(p))),
  /** {@code kfree_rcu}. */
  KFREE_RCU(p -> Rcu.call(freeing(p))),
  /** A reader, and its end. */
  RCU_READ_LOCK(
      p -> {
        Rcu.readLock();
        Rcu.readUnlock();
      }),
  /** A reader of the domain that some contexts read, and its end. */
  SRCU_READ_LOCK_SAME(p -> p.probeSrcu.readUnlock(p.probeSrcu.readLock())),
  /** A reader of another domain, and its end. */
  SRCU_READ_LOCK_OTHER(p -> p.otherSrcu.readUnlock(p.otherSrcu.readLock())),
  /** {@code rcu_dereference}. */
  RCU_DEREFERENCE(p -> p.pointer.dereference()),
  /** {@code rcu_dereference_bh}. */
  RCU_DEREFERENCE_BH(p -> p.pointer.dereferenceBh()),
  /** {@code rcu_dereference_sched}. */
  RCU_DEREFERENCE_SCHED(p -> p.pointer.dereferenceSched()),
  /** {@code rcu_dereference_raw}. */
  RCU_DEREFERENCE_RAW(p -> p.pointer.dereferenceRaw()),
  /** {@code srcu_dereference}, of the domain that some contexts read. */
  SRCU_DEREFERENCE_SAME(p -> p.probeSrcu.dereference(p.pointer)),
  /** {@code srcu_dereference}, of another domain. */
  SRCU_DEREFERENCE_OTHER(p -> p.otherSrcu.dereference(p.pointer)),
  /** {@code rcu_dereference_protected}, by the mutex that some contexts hold. */
  RCU_DEREFERENCE_PROTECTED_CTX_MUTEX(
      p -> p.pointer.dereferenceProtected(() -> HeldLocks.isHeld(p.ctxMutex.depMap()))),
  /** {@code rcu_dereference_check}, or an SRCU reader, or the mutex that some contexts hold. */
  RCU_DEREFERENCE_CHECK_SRCU_OR_MUTEX(
      p ->
          p.pointer.dereferenceCheck(
              () -> p.probeSrcu.isReadLockHeld() || HeldLocks.isHeld(p.ctxMutex.depMap()))),
  /** {@code rcu_access_pointer}. */
  RCU_ACCESS_POINTER(p -> p.pointer.access()),
  /** {@code rcu_assign_pointer}. */
  RCU_ASSIGN_POINTER(p -> p.pointer.assign(p.target)),
  /** {@code queue_work(system_wq)}. */
  QUEUE_WORK(p -> Workqueue.system().queue(p.opWork)),
  /** The same, and waits for it. */
  FLUSH_WORK(
      p -> {
        Workqueue.system().queue(p.opWork);
        p.opWork.flush();
      }),
  /** A work that is not queued. */
  CANCEL_WORK_SYNC(p -> p.opWork.cancelSync()),
  /** A delayed work that is not queued. */
  CANCEL_DELAYED_WORK_SYNC(p -> p.opDelayedWork.cancelSync()),
  /** A timer, for the next jiffy. */
  MOD_TIMER(p -> p.opTimer.mod(p.machine.now() + Sleep.JIFFY)),
  /** A timer, and back before it goes off. */
  DEL_TIMER_SYNC(
      p -> {
        p.opTimer.mod(p.machine.now() + 100 * Sleep.JIFFY);
        p.opTimer.delSync();
      });

  private final Consumer<Probe> body;

  Operation(Consumer<Probe> body) {
    this.body = body;
  }

  /** Does it. */
  @KernelSymbol("do_op")
  void run(Probe probe) {
    body.accept(probe);
  }

  private static void kmalloc(int gfp) {
    KernelMemory.kfree(KernelMemory.kmalloc(64, gfp));
  }

  private static void mempool(Probe p, int gfp) {
    Allocation element = p.pool.alloc(gfp);
    p.pool.free(element);
  }

  private static void put(Bio bio) {
    if (bio != null) {
      bio.put();
    }
  }

  private static Runnable freeing(Probe p) {
    Allocation object = p.object;
    return () -> KernelMemory.kfree(object);
  }

  /** Every name. */
  static List<String> names() {
    return Arrays.stream(values()).map(Operation::toString).toList();
  }

  /** As the recorded cases write it. */
  @Override
  public String toString() {
    String name = name().toLowerCase(Locale.ROOT);
    int mask = name.indexOf("gfp_");
    return mask < 0 ? name : name.substring(0, mask) + name().substring(mask);
  }
}
