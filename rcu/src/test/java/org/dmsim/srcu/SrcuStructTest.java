package org.dmsim.srcu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.dmsim.lockdep.HeldLocks;
import org.dmsim.locking.Mutex;
import org.dmsim.machine.Access;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Task;
import org.dmsim.rcu.RcuPointer;
import org.dmsim.report.Check;
import org.dmsim.report.Report;
import org.dmsim.schedules.Protected;
import org.dmsim.schedules.Schedules;
import org.dmsim.schedules.Schedules.Program;
import org.dmsim.strategy.RoundRobin;
import org.dmsim.version.KernelVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SRCU waits for the readers that were there, with coarse and with fine steps. */
class SrcuStructTest {

  private static final Configuration FULL = Schedules.configuration(PreemptionModel.FULL, 2);

  private static final Configuration RECORDED =
      Configuration.standard().withKernel(KernelVersion.RECORDED);

  /** What the tasks of a test share. */
  private static final class World {
    SrcuStruct srcu;
    RcuPointer<Protected> map;
    Mutex updaters;

    World(Machine m, boolean fine) {
      m.boot(
          () -> {
            srcu = new SrcuStruct("domain", new SrcuAlgorithm("domain", fine));
            map = new RcuPointer<>("map");
            map.assign(new Protected());
            updaters = new Mutex("updaters");
          });
    }

    void read() {
      int idx = srcu.readLock();
      Protected p = srcu.dereference(map);
      p.use();
      srcu.readUnlock(idx);
    }

    /** Two sections that overlap, neither inside the other. */
    void readOverlapping() {
      int first = srcu.readLock();
      Protected a = srcu.dereference(map);
      int second = srcu.readLock();
      Protected b = srcu.dereference(map);
      a.use();
      srcu.readUnlock(first);
      b.use();
      srcu.readUnlock(second);
    }

    private Protected swap() {
      updaters.lock();
      Protected old = map.replace(new Protected(), () -> HeldLocks.isHeld(updaters.depMap()));
      updaters.unlock();
      return old;
    }

    void update() {
      Protected old = swap();
      srcu.synchronize();
      old.free();
    }

    void updateByCallback() {
      Protected old = swap();
      srcu.call(old::free);
      srcu.barrier();
      assertTrue(old.isFreed());
    }
  }

  private static void clean(Outcome o) {
    assertEquals(Outcome.End.FINISHED, o.end());
    assertTrue(o.reports().isEmpty(), () -> o.reports().get(0).text());
  }

  @Test
  void oneReader_inEverySchedule() {
    Program p =
        m -> {
          World w = new World(m, false);
          m.spawnKthread("reader", w::read);
          m.spawnKthread("updater", w::update);
        };
    Schedules.every(FULL, 100_000, p, SrcuStructTest::clean);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void overlappingReadersAndTwoUpdaters(boolean fine) {
    Program p =
        m -> {
          World w = new World(m, fine);
          m.spawnKthread("reader", w::read);
          m.spawnKthread("reader", w::readOverlapping);
          m.spawnKthread("updater", w::update);
          m.spawnKthread("updater", w::update);
        };
    for (int cpus = 1; cpus <= 3; cpus++) {
      Schedules.random(
          Schedules.configuration(PreemptionModel.FULL, cpus), 2_000, p, SrcuStructTest::clean);
    }
  }

  @Test
  void callbacksRunAfterAGracePeriod() {
    for (PreemptionModel model : PreemptionModel.values()) {
      Program p =
          m -> {
            World w = new World(m, false);
            m.spawnKthread("reader", w::readOverlapping);
            m.spawnKthread("updater", w::updateByCallback);
            m.spawnKthread("updater", w::updateByCallback);
          };
      Schedules.random(Schedules.configuration(model, 2), 2_000, p, SrcuStructTest::clean);
    }
  }

  @Test
  void aReaderMaySleep() {
    Machine m = new Machine(FULL, new RoundRobin());
    World w = new World(m, false);
    long[] freedAt = {0};
    m.spawnKthread(
        "reader",
        () -> {
          int idx = w.srcu.readLock();
          Protected p = w.srcu.dereference(w.map);
          org.dmsim.context.Sleep.msleep(10);
          p.use();
          w.srcu.readUnlock(idx);
        });
    m.spawnKthread(
        "updater",
        () -> {
          w.update();
          freedAt[0] = m.now();
        });
    clean(m.run());
    assertTrue(freedAt[0] >= 10_000_000L);
  }

  @Test
  void anotherContextMayClose_whatDownReadOpened() {
    Program p =
        m -> {
          World w = new World(m, false);
          m.spawnKthread(
              "opener",
              () -> {
                int idx = w.srcu.downRead();
                m.spawnKthread("closer", () -> w.srcu.upRead(idx));
              });
          m.spawnKthread("updater", w::update);
        };
    Schedules.random(FULL, 500, p, SrcuStructTest::clean);
  }

  private static List<String> sections(Outcome o) {
    return o.reports().stream()
        .filter(r -> r.check() == Check.READ_SECTION)
        .map(Report::headline)
        .toList();
  }

  @Test
  void aPutOnTheWrongIndex_isReported_andHoldsUpTheNextGracePeriod() {
    Machine m = new Machine(RECORDED, new RoundRobin());
    World w = new World(m, false);
    m.spawnKthread(
        "reader",
        () -> {
          int idx = w.srcu.readLock();
          w.srcu.readUnlock(1 - idx);
          w.srcu.synchronize();
        });
    Outcome o = m.run();
    assertEquals(Outcome.End.STUCK, o.end());
    assertEquals(
        List.of("read section: srcu_read_unlock(domain, 1) by reader/55 closes what is not open"),
        sections(o));
    Task stuck = m.stuckTasks().get(0);
    assertTrue(stuck.blocker().waitsFor().startsWith("SRCU readers on index 1"));
  }

  @Test
  void aForgottenPut_isReportedAtTheEndOfItsTask_andNamedByWhoWaits() {
    Machine m = new Machine(RECORDED, new RoundRobin());
    World w = new World(m, false);
    m.spawnKthread("reader", () -> w.srcu.readLock());
    m.spawnKthread("updater", w::update);
    Outcome o = m.run();
    assertEquals(Outcome.End.STUCK, o.end());
    assertEquals(List.of("read section: reader/55 ends inside domain"), sections(o));
    assertTrue(
        m.stuckTasks().get(0).blocker().waitsFor().contains("srcu_read_lock(domain, 0) by reader"));
  }

  @Test
  void downReadThatNobodyCloses_isReportedAtTheEnd() {
    Machine m = new Machine(RECORDED, new RoundRobin());
    World w = new World(m, false);
    m.spawnKthread("reader", () -> w.srcu.downRead());
    assertEquals(
        List.of("read section: domain is left with a reader that nobody closed"),
        sections(m.run()));
  }

  @Test
  void cleanup_withAReader_warnsAndLeaks() {
    Machine m = new Machine(RECORDED, new RoundRobin());
    World w = new World(m, false);
    m.spawnKthread(
        "probe",
        () -> {
          int idx = w.srcu.readLock();
          w.srcu.cleanup();
          w.srcu.readUnlock(idx);
          w.srcu.cleanup();
        });
    Outcome o = m.run();
    assertEquals(1, o.reports().size());
    assertEquals(
        "WARNING: CPU: 0 PID: 55 at kernel/rcu/srcutree.c:600 cleanup_srcu_struct",
        o.reports().get(0).headline());
  }

  @Test
  void useAfterCleanup_endsTheTask() {
    Machine m = new Machine(RECORDED, new RoundRobin());
    World w = new World(m, false);
    boolean[] wentOn = {false};
    m.spawnKthread(
        "probe",
        () -> {
          w.srcu.cleanup();
          w.srcu.readLock();
          wentOn[0] = true;
        });
    Outcome o = m.run();
    assertEquals(Check.USE_AFTER_FREE, o.reports().get(0).check());
    assertEquals(false, wentOn[0]);
  }

  @Test
  void synchronizeInsideItsOwnReader_isIllegal() {
    Machine m = new Machine(RECORDED, new RoundRobin());
    World w = new World(m, false);
    m.spawnKthread(
        "probe",
        () -> {
          int idx = w.srcu.readLock();
          w.srcu.synchronize();
          w.srcu.readUnlock(idx);
        });
    Outcome o = m.run();
    assertEquals(Outcome.End.STUCK, o.end());
    assertEquals(
        "kernel/rcu/srcutree.c:1230 Illegal synchronize_srcu() in same-type SRCU (or in RCU)"
            + " read-side critical section!",
        o.reports().get(0).headline());
  }

  @Test
  void stepsPerUse_areFew() {
    Machine m = new Machine(FULL, new RoundRobin());
    World w = new World(m, false);
    m.spawnKthread(
        "probe",
        () -> {
          long before = m.step();
          int idx = w.srcu.readLock();
          w.srcu.readUnlock(idx);
          assertEquals(2, m.step() - before);
          before = m.step();
          w.srcu.synchronize();
          assertEquals(4, m.step() - before); // the CPU given up, and three looks
          Sched.point(w.map, Access.READ);
        });
    clean(m.run());
  }
}
