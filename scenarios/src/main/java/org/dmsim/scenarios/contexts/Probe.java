package org.dmsim.scenarios.contexts;

import org.dmsim.block.Opf;
import org.dmsim.block.bio.Bio;
import org.dmsim.block.bio.BioSet;
import org.dmsim.interrupt.IrqWork;
import org.dmsim.interrupt.Tasklet;
import org.dmsim.locking.Completion;
import org.dmsim.locking.Mutex;
import org.dmsim.locking.RawSpinLock;
import org.dmsim.locking.RwLock;
import org.dmsim.locking.RwSemaphore;
import org.dmsim.locking.Semaphore;
import org.dmsim.locking.SpinLock;
import org.dmsim.locking.WaitQueue;
import org.dmsim.machine.Machine;
import org.dmsim.memory.Allocation;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.KernelMemory;
import org.dmsim.memory.Mempool;
import org.dmsim.rcu.RcuPointer;
import org.dmsim.srcu.SrcuStruct;
import org.dmsim.timer.Timer;
import org.dmsim.version.SourcePlace;
import org.dmsim.workqueue.DelayedWork;
import org.dmsim.workqueue.Work;

/**
 * The objects that contexts and operations use, made while the machine is set up. What is used to
 * make a context has names that begin with {@code ctx}, what an operation uses with {@code op}.
 */
final class Probe {

  /** Where the operations stand in the program that asked the real kernel. */
  static final SourcePlace PLACE = SourcePlace.of("drivers/md/ctxprobe.c");

  /** What {@link #pool} and {@link #bios} keep in reserve. */
  private static final int RESERVE = 4;

  final Machine machine;
  final SrcuStruct probeSrcu;
  final SrcuStruct otherSrcu;
  final SrcuStruct callDomain;
  final SpinLock ctxSpin = new SpinLock("ctx_spin");
  final SpinLock opSpin = new SpinLock("op_spin");
  final RawSpinLock ctxRaw = new RawSpinLock("ctx_raw");
  final RwLock ctxRw = new RwLock("ctx_rw");
  final Mutex ctxMutex = new Mutex("ctx_mutex");
  final Mutex opMutex = new Mutex("op_mutex");
  final RwSemaphore ctxRwsem = new RwSemaphore("ctx_rwsem");
  final RwSemaphore opRwsem = new RwSemaphore("op_rwsem");
  final Semaphore opSem = new Semaphore("op_sem", 1);
  final WaitQueue waitQueue = new WaitQueue("wq.lock");
  final Mempool<Allocation> pool =
      new Mempool<>(
          "pool", null, RESERVE, () -> KernelMemory.kmalloc(64, Gfp.NOWAIT), KernelMemory::kfree);
  final BioSet bios = new BioSet("bs", RESERVE);
  final RcuPointer<Object> pointer = new RcuPointer<>("gp");
  final Object target = new Object();
  final Completion done = new Completion("done_c");
  final Work opWork = new Work("wk", () -> {});
  final DelayedWork opDelayedWork = new DelayedWork("dwk", () -> {});
  final Timer opTimer = new Timer("drivers/md/ctxprobe.c:50", () -> {});

  /** What the handler contexts end with. */
  final Completion finished = new Completion("fin");

  final Timer ctxTimer;
  final Tasklet ctxTasklet;
  final IrqWork ctxIrqWork;
  final Work ctxWork;
  private final Runnable handler;
  private final Bio source;
  Allocation kmalloced;
  Allocation vmalloced;
  Allocation pooled;
  Allocation object;
  Bio bio;

  /**
   * Made while the machine is set up.
   *
   * @param operation what handlers run
   * @param firstUse whether SRCU domains are yet to be set up
   */
  Probe(Machine machine, Runnable operation, boolean firstUse) {
    this.machine = machine;
    probeSrcu = domain("probe_srcu", firstUse);
    otherSrcu = domain("other_srcu", firstUse);
    callDomain = domain("call_dom", firstUse);
    this.handler =
        () -> {
          operation.run();
          finished.complete();
        };
    ctxTimer = new Timer("drivers/md/ctxprobe.c:126", handler);
    ctxTasklet = new Tasklet(handler);
    ctxIrqWork = new IrqWork(handler);
    ctxWork = new Work("wctx", handler);
    source = bios.alloc(null, Opf.REQ_OP_READ, Gfp.KERNEL);
    pointer.assign(target);
    done.completeAll();
  }

  private static SrcuStruct domain(String name, boolean firstUse) {
    return firstUse ? SrcuStruct.ofStatic(name) : new SrcuStruct(name);
  }

  /** What a context that is a handler runs. */
  Runnable handler() {
    return handler;
  }

  Bio source() {
    return source;
  }

  /** Makes what some operations want to find, in a context that allows anything. */
  void prepare(Operation operation) {
    switch (operation) {
      case KFREE, KVFREE_KMALLOC -> kmalloced = KernelMemory.kmalloc(64, Gfp.KERNEL);
      case VFREE, KVFREE_VMALLOC -> vmalloced = KernelMemory.vmalloc();
      case MEMPOOL_FREE -> pooled = pool.alloc(Gfp.KERNEL);
      case BIO_PUT -> bio = bios.alloc(null, Opf.REQ_OP_READ, Gfp.KERNEL);
      case CALL_RCU, CALL_SRCU, KFREE_RCU -> object = KernelMemory.kmalloc(32, Gfp.KERNEL);
      default -> {}
    }
  }
}
