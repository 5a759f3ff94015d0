package org.dmsim.locking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.context.LocalIrq;
import org.dmsim.context.MightSleep;
import org.dmsim.context.Preempt;
import org.dmsim.context.Sleep;
import org.dmsim.interrupt.Tasklet;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.ImpossibleMachineException;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.machine.Task;
import org.dmsim.memory.Gfp;
import org.dmsim.memory.KernelMemory;
import org.dmsim.rcu.Rcu;
import org.dmsim.report.Report;
import org.dmsim.strategy.RandomWalk;
import org.dmsim.strategy.RoundRobin;
import org.dmsim.version.KernelVersion;
import org.dmsim.version.SourcePlace;
import org.junit.jupiter.api.Test;

/** What PREEMPT_RT makes of locks, bottom halves, timers and readers; each beside a full kernel. */
class RealtimeTest {

  private static final SourcePlace HERE = SourcePlace.of("here.c");

  private static Configuration on(PreemptionModel model) {
    return Configuration.standard().on(KernelVersion.RECORDED_6_12, model).withCpus(1);
  }

  private static Outcome run(PreemptionModel model, Runnable... tasks) {
    Machine m = new Machine(on(model), new RoundRobin());
    int n = 0;
    for (Runnable body : tasks) {
      m.spawnKthread("t" + n++, body);
    }
    return m.run();
  }

  private static List<String> headlines(Outcome o) {
    return o.reports().stream().map(Report::headline).toList();
  }

  @Test
  void aKernelBefore612_hasNoRealtime() {
    ImpossibleMachineException e =
        assertThrows(
            ImpossibleMachineException.class,
            () -> Configuration.standard().on(KernelVersion.mainline(6, 11), PreemptionModel.RT));
    assertTrue(e.getMessage().startsWith("preempt=rt needs kernel 6.12 or newer"), e.getMessage());
  }

  @Test
  void spinLock_leavesPreemptionAndInterruptsOn_andIsAReader() {
    List<String> seen = new ArrayList<>();
    for (PreemptionModel model : List.of(PreemptionModel.FULL, PreemptionModel.RT)) {
      Outcome o =
          run(
              model,
              () -> {
                SpinLock lock = new SpinLock("lock");
                boolean flags = lock.lockIrqsave();
                Task t = Task.current();
                seen.add(
                    t.preemptCount
                        + " "
                        + t.irqsDisabled
                        + " "
                        + t.rcuReadLockNesting
                        + " "
                        + t.isPinned());
                lock.unlockIrqrestore(flags);
                seen.add(
                    t.preemptCount
                        + " "
                        + t.irqsDisabled
                        + " "
                        + t.rcuReadLockNesting
                        + " "
                        + t.isPinned());
              });
      assertTrue(o.isClean(), o.toString());
    }
    assertEquals(
        List.of("1 true 0 false", "0 false 0 false", "0 false 1 true", "0 false 0 false"), seen);
  }

  @Test
  void spinLock_whereNobodyMaySleep_isReported() {
    Runnable body =
        () -> {
          SpinLock lock = new SpinLock("lock");
          Preempt.disable();
          lock.lock();
          lock.unlock();
          Preempt.enable();
          LocalIrq.disable();
          lock.lock();
          lock.unlock();
          LocalIrq.enable();
        };
    assertTrue(run(PreemptionModel.FULL, body).isClean());
    List<Report> reports = run(PreemptionModel.RT, body).reports();
    assertEquals(2, reports.size());
    assertEquals(List.of("lock"), reports.getFirst().counts().locks());
    assertEquals(1, reports.getFirst().counts().preemptCount());
    assertEquals(1, reports.getLast().counts().irqsDisabled());
  }

  @Test
  void rawSpinLock_spinsAsEver() {
    Outcome o =
        run(
            PreemptionModel.RT,
            () -> {
              RawSpinLock lock = new RawSpinLock("raw");
              boolean flags = lock.lockIrqsave();
              assertTrue(Task.current().isPreemptionOff());
              lock.unlockIrqrestore(flags);
            });
    assertTrue(o.isClean(), o.toString());
  }

  @Test
  void waitingForASpinLock_isNoSwitchByTheTasksOwnWill() {
    for (long seed = 0; seed < 20; seed++) {
      Machine m = new Machine(on(PreemptionModel.RT).withCpus(2), new RandomWalk(seed));
      SpinLock[] lock = new SpinLock[1];
      m.boot(() -> lock[0] = new SpinLock("lock"));
      for (String name : List.of("a", "b")) {
        m.spawnKthread(
            name,
            () -> {
              Rcu.readLock();
              lock[0].lock();
              lock[0].unlock();
              Rcu.readUnlock();
            });
      }
      Outcome o = m.run();
      assertTrue(o.isClean(), o.toString());
    }
  }

  @Test
  void sleepingUnderASpinLock_isASwitchInsideAReader() {
    Runnable body =
        () -> {
          SpinLock lock = new SpinLock("lock");
          lock.lock();
          Sleep.timeoutUninterruptible(Sleep.JIFFY);
          lock.unlock();
        };
    assertTrue(
        headlines(run(PreemptionModel.FULL, body))
            .getFirst()
            .startsWith("BUG: scheduling while atomic"));
    assertEquals(
        List.of("Voluntary context switch within RCU read-side critical section!"),
        headlines(run(PreemptionModel.RT, body)));
  }

  @Test
  void aGracePeriod_waitsForTheHolderOfASpinLock() {
    for (long seed = 0; seed < 50; seed++) {
      Machine m = new Machine(on(PreemptionModel.RT).withCpus(2), new RandomWalk(seed));
      boolean[] inside = new boolean[1];
      boolean[] met = new boolean[1];
      SpinLock[] lock = new SpinLock[1];
      m.boot(() -> lock[0] = new SpinLock("lock"));
      m.spawnKthread(
          "holder",
          () -> {
            lock[0].lock();
            inside[0] = true;
            Rcu.readLock(); // a point at which the other may go on
            Rcu.readUnlock();
            MightSleep.condResched(HERE);
            inside[0] = false;
            lock[0].unlock();
          });
      m.spawnKthread(
          "updater",
          () -> {
            boolean before = inside[0];
            Rcu.synchronize();
            met[0] = before && inside[0];
          });
      m.run();
      assertFalse(met[0], "the grace period ended under the lock, seed " + seed);
    }
  }

  @Test
  void bottomHalvesOff_keepThePreemptCount_andHoldTheSoftirqsOfTheCpu() {
    List<Integer> order = new ArrayList<>();
    Outcome o =
        run(
            PreemptionModel.RT,
            () -> {
              Tasklet tasklet = new Tasklet(() -> order.add(2));
              LocalBh.disable();
              Task t = Task.current();
              assertEquals(0, t.preemptCount);
              assertEquals(LocalBh.DISABLE_OFFSET, t.softirqCount());
              assertEquals(2, t.rcuReadLockNesting);
              tasklet.schedule();
              Rcu.readLock(); // ksoftirqd could come here, if it had the lock
              Rcu.readUnlock();
              order.add(1);
              LocalBh.enable();
              order.add(3);
              assertEquals(0, t.softirqCount());
            });
    assertTrue(o.isClean(), o.toString());
    assertEquals(List.of(1, 2, 3), order, "local_bh_enable serves what waits");
  }

  @Test
  void aSleepWithBottomHalvesOff_neverEnds_sinceItsTimerIsASoftirq() {
    Runnable body =
        () -> {
          LocalBh.disable();
          Sleep.msleep(1);
          LocalBh.enable();
        };
    assertEquals(Outcome.End.STUCK, run(PreemptionModel.RT, body).end());
    assertEquals(Outcome.End.FINISHED, run(PreemptionModel.FULL, body).end());
  }

  @Test
  void aTasklet_runsInKsoftirqd() {
    List<String> seen = new ArrayList<>();
    for (PreemptionModel model : List.of(PreemptionModel.FULL, PreemptionModel.RT)) {
      run(
          model,
          () -> {
            Completion done = new Completion("done");
            new Tasklet(
                    () -> {
                      seen.add(Task.current().comm() + " " + Task.current().isPreemptionOff());
                      done.complete();
                    })
                .schedule();
            done.waitFor();
          });
    }
    assertEquals("ksoftirqd/0 false", seen.getLast());
    assertTrue(seen.getFirst().endsWith(" true"), seen.toString());
  }

  @Test
  void atomicMemory_isNotToBeHadWherePreemptionIsOff() {
    Runnable body =
        () -> {
          Preempt.disable();
          KernelMemory.kfree(KernelMemory.kmalloc(64, Gfp.ATOMIC));
          Preempt.enable();
        };
    assertTrue(run(PreemptionModel.FULL, body).isClean());
    List<Report> reports = run(PreemptionModel.RT, body).reports();
    assertEquals(List.of("&n->list_lock"), reports.getFirst().counts().locks());
  }

  @Test
  void aReaderOfASemaphore_passesAWriterThatWaits() {
    assertEquals(Outcome.End.STUCK, readTwiceAroundAWriter(PreemptionModel.FULL));
    assertEquals(Outcome.End.FINISHED, readTwiceAroundAWriter(PreemptionModel.RT));
  }

  private static Outcome.End readTwiceAroundAWriter(PreemptionModel model) {
    Machine m = new Machine(on(model).withCpus(2).withChecks(false), new RoundRobin());
    RwSemaphore[] sem = new RwSemaphore[1];
    Completion[] read = new Completion[1];
    m.boot(
        () -> {
          sem[0] = new RwSemaphore("sem");
          read[0] = new Completion("read");
        });
    m.spawnKthread(
        "reader",
        () -> {
          sem[0].downRead();
          read[0].complete();
          Sleep.timeoutUninterruptible(Sleep.JIFFY);
          sem[0].downRead();
          sem[0].upRead();
          sem[0].upRead();
        });
    m.spawnKthread(
        "writer",
        () -> {
          read[0].waitFor();
          sem[0].downWrite();
          sem[0].upWrite();
        });
    return m.run().end();
  }
}
