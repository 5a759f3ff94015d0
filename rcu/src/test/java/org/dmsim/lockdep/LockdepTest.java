package org.dmsim.lockdep;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.dmsim.interrupt.IrqWork;
import org.dmsim.interrupt.Tasklet;
import org.dmsim.locking.Mutex;
import org.dmsim.locking.RwLock;
import org.dmsim.locking.RwSemaphore;
import org.dmsim.locking.SpinLock;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Task;
import org.dmsim.rcu.Rcu;
import org.dmsim.report.Check;
import org.dmsim.report.Report;
import org.dmsim.srcu.SrcuStruct;
import org.dmsim.strategy.RoundRobin;
import org.dmsim.version.KernelVersion;
import org.junit.jupiter.api.Test;

/**
 * The rules that no single operation can break. What lockdep says was asked of Linux 6.1.192,
 * CONFIG_PREEMPT with PROVE_LOCKING, once each: the same locks in the same order by kernel threads,
 * in an irq_work, in a tasklet, and in a system call.
 */
class LockdepTest {

  private static final String CIRCLE = "WARNING: possible circular locking dependency detected";
  private static final String RECURSION = "WARNING: possible recursive locking detected";
  private static final String STATE = "WARNING: inconsistent lock state";
  private static final String BALANCE = "WARNING: bad unlock balance detected!";
  private static final String USER = "WARNING: lock held when returning to user space!";
  private static final String EXIT = "WARNING: probe/55 still has locks held!";

  /** The locks of a case. */
  private static final class Locks {
    final Mutex a = new Mutex("lk_a");
    final Mutex b = new Mutex("lk_b");
    final SpinLock s = new SpinLock("lk_s");
    final SpinLock t = new SpinLock("lk_t");
    final RwLock rw = new RwLock("lk_rw");
    final RwSemaphore rwsem = new RwSemaphore("lk_rwsem");
    final SrcuStruct srcu = new SrcuStruct("lk_srcu");
  }

  @Test
  void twoTasks_abThenBa() {
    says(CIRCLE, l -> both(l.a, l.b), l -> both(l.b, l.a));
  }

  @Test
  void twoTasks_abThenBa_whenTheSecondDoesNotWait() {
    says(
        null,
        l -> both(l.a, l.b),
        l -> {
          l.b.lock();
          if (l.a.tryLock()) {
            l.a.unlock();
          }
          l.b.unlock();
        });
  }

  @Test
  void threeLocks_inACircle() {
    says(
        CIRCLE,
        l -> {
          both(l.a, l.b);
          l.b.lock();
          l.rwsem.downRead();
          l.rwsem.upRead();
          l.b.unlock();
        },
        l -> {
          l.rwsem.downWrite();
          l.a.lock();
          l.a.unlock();
          l.rwsem.upWrite();
        });
  }

  @Test
  void lock_inHardirq_andThenWithInterruptsOn() {
    says(
        STATE,
        l -> {
          irq(() -> pair(l.s));
          pair(l.s);
        });
  }

  @Test
  void lock_withInterruptsOn_andThenInHardirq() {
    says(
        STATE,
        l -> {
          pair(l.s);
          irq(() -> pair(l.s));
        });
  }

  @Test
  void lock_inHardirq_andElsewhereWithInterruptsOff() {
    says(
        null,
        l -> {
          irq(() -> pair(l.s));
          l.s.unlockIrqrestore(l.s.lockIrqsave());
        });
  }

  @Test
  void lock_inSoftirq_andThenWithBottomHalvesOn() {
    says(
        STATE,
        l -> {
          softirq(() -> pair(l.s));
          pair(l.s);
        });
  }

  @Test
  void rwlock_readInHardirq_andWrittenWithInterruptsOn() {
    says(
        STATE,
        l -> {
          irq(
              () -> {
                l.rw.readLock();
                l.rw.readUnlock();
              });
          l.rw.writeLock();
          l.rw.writeUnlock();
        });
  }

  @Test
  void lockTakenInHardirq_leadsToOneTakenWithInterruptsOn() {
    says(
        "WARNING: HARDIRQ-safe -> HARDIRQ-unsafe lock order detected",
        l -> {
          irq(() -> pair(l.s));
          pair(l.t);
          inside(l);
        });
  }

  @Test
  void lockThatLeadsToOneTakenWithInterruptsOn_isTakenInHardirq() {
    says(
        "WARNING: possible irq lock inversion dependency detected",
        l -> {
          pair(l.t);
          inside(l);
          irq(() -> pair(l.s));
        });
  }

  @Test
  void mutex_lockedTwice() {
    says(
        RECURSION,
        l -> {
          l.a.lock();
          l.a.lock();
        });
  }

  @Test
  void rwsem_readTwice() {
    says(
        RECURSION,
        l -> {
          l.rwsem.downRead();
          l.rwsem.downRead();
          l.rwsem.upRead();
          l.rwsem.upRead();
        });
  }

  @Test
  void mutex_leftLockedAtExit() {
    says(EXIT, l -> l.a.lock());
  }

  @Test
  void srcuReader_leftOpenAtExit() {
    says(EXIT, l -> l.srcu.readLock());
  }

  @Test
  void mutex_unlockedButNeverLocked() {
    says(BALANCE, l -> l.a.unlock());
  }

  @Test
  void rwsem_unlockedButNeverLocked() {
    says(BALANCE, l -> l.rwsem.upRead());
  }

  @Test
  void rcuReader_closedButNeverOpened() {
    says(BALANCE, l -> Rcu.readUnlock());
  }

  @Test
  void srcuReader_closedButNeverOpened() {
    says(BALANCE, l -> l.srcu.readUnlock(0));
  }

  /**
   * The process that was asked had registered rseq, whose access to its area speaks before this.
   */
  @Test
  void rcuReader_returnsToUserSpace() {
    returns(l -> Rcu.readLock());
  }

  @Test
  void mutex_heldInUserSpace() {
    returns(l -> l.a.lock());
  }

  @Test
  void srcuReader_returnsToUserSpace() {
    returns(l -> l.srcu.readLock());
  }

  private static void both(Mutex first, Mutex second) {
    first.lock();
    second.lock();
    second.unlock();
    first.unlock();
  }

  private static void pair(SpinLock lock) {
    lock.lock();
    lock.unlock();
  }

  private static void inside(Locks l) {
    boolean flags = l.s.lockIrqsave();
    pair(l.t);
    l.s.unlockIrqrestore(flags);
  }

  private static void irq(Runnable handler) {
    new IrqWork(handler).queue();
  }

  private static void softirq(Runnable handler) {
    Tasklet t = new Tasklet(handler);
    t.schedule();
    t.schedule(); // a scheduling point at which the first has run
  }

  @SafeVarargs
  private static void says(String headline, Consumer<Locks>... bodies) {
    Machine m = machine();
    Supplier<Locks> locks = boot(m);
    for (Consumer<Locks> body : bodies) {
      m.spawnKthread("probe", () -> body.accept(locks.get()));
    }
    check(m, headline);
  }

  private static void returns(Consumer<Locks> systemCall) {
    Machine m = machine();
    Supplier<Locks> locks = boot(m);
    m.spawn(
        "probe",
        () -> {
          m.setUserMode(Task.current(), false);
          systemCall.accept(locks.get());
          m.setUserMode(Task.current(), true);
        });
    check(m, USER);
  }

  private static Supplier<Locks> boot(Machine m) {
    Locks[] locks = new Locks[1];
    m.boot(() -> locks[0] = new Locks());
    return () -> locks[0];
  }

  private static Machine machine() {
    return new Machine(
        Configuration.standard().withKernel(KernelVersion.RECORDED), new RoundRobin());
  }

  private static void check(Machine m, String headline) {
    List<String> said =
        m.run().reports().stream()
            .filter(r -> r.check() == Check.LOCKDEP)
            .map(Report::headline)
            .toList();
    assertEquals(headline == null ? List.of() : List.of(headline), said);
  }
}
