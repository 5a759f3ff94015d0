package org.dmsim.rcu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.context.Preempt;
import org.dmsim.explore.Bounds;
import org.dmsim.explore.Explorer;
import org.dmsim.explore.Result;
import org.dmsim.locking.SpinLock;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Oops;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.memory.SharedInt;
import org.dmsim.report.Check;
import org.dmsim.report.DmsimFault;
import org.dmsim.schedules.Protected;
import org.dmsim.schedules.Protected.UsedAfterFree;
import org.dmsim.schedules.Schedules;
import org.dmsim.schedules.Schedules.Program;
import org.dmsim.strategy.RandomWalk;
import org.dmsim.strategy.RoundRobin;
import org.dmsim.version.KernelVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A grace period waits for the readers that were there, for all of them, and for no others. */
class GracePeriodTest {

  private static void clean(Outcome o) {
    assertEquals(Outcome.End.FINISHED, o.end());
    assertTrue(o.reports().isEmpty(), () -> o.reports().get(0).text());
  }

  private static RcuPointer<Protected> published(Machine m) {
    List<RcuPointer<Protected>> made = new ArrayList<>();
    m.boot(
        () -> {
          RcuPointer<Protected> p = new RcuPointer<>("map");
          p.assign(new Protected());
          made.add(p);
        });
    return made.get(0);
  }

  /** Reads with a nested section that closes before the last use. */
  private static void read(RcuPointer<Protected> map) {
    Rcu.readLock();
    Protected p = map.dereference();
    Rcu.readLock();
    p.use();
    Rcu.readUnlock();
    p.use();
    Rcu.readUnlock();
  }

  private static Protected swap(RcuPointer<Protected> map) {
    return map.replace(new Protected(), () -> true);
  }

  private static Program readersAndUpdater(int readers, boolean callback) {
    return m -> {
      RcuPointer<Protected> map = published(m);
      for (int r = 0; r < readers; r++) {
        m.spawnKthread("reader", () -> read(map));
      }
      m.spawnKthread(
          "updater",
          () -> {
            Protected old = swap(map);
            if (callback) {
              Rcu.call(old::free);
              Rcu.barrier();
              assertTrue(old.isFreed());
            } else {
              Rcu.synchronize();
              old.free();
            }
          });
    };
  }

  @ParameterizedTest
  @EnumSource(PreemptionModel.class)
  void noReaderSeesFreedMemory_inAnySchedule(PreemptionModel model) {
    Configuration c = Schedules.configuration(model, 2);
    Schedules.every(c, 100_000, readersAndUpdater(1, false), GracePeriodTest::clean);
  }

  @ParameterizedTest
  @EnumSource(PreemptionModel.class)
  void noReaderSeesFreedMemory_withMoreReadersThanCpus(PreemptionModel model) {
    for (int cpus = 1; cpus <= 3; cpus++) {
      Configuration c = Schedules.configuration(model, cpus);
      Schedules.random(c, 2_000, readersAndUpdater(3, false), GracePeriodTest::clean);
      Schedules.random(c, 2_000, readersAndUpdater(2, true), GracePeriodTest::clean);
    }
  }

  @Test
  void withoutAGracePeriod_someScheduleUsesFreedMemory() {
    int[] caught = {0};
    for (PreemptionModel model : PreemptionModel.values()) {
      Program broken =
          m -> {
            RcuPointer<Protected> map = published(m);
            m.spawnKthread("reader", () -> caughtIn(caught, () -> read(map)));
            m.spawnKthread("updater", () -> swap(map).free());
          };
      int before = caught[0];
      Schedules.every(Schedules.configuration(model, 2), 100_000, broken, o -> {});
      assertTrue(caught[0] > before, model + " lets no reader see freed memory");
    }
  }

  private static void caughtIn(int[] count, Runnable body) {
    try {
      body.run();
    } catch (UsedAfterFree e) {
      count[0]++;
      throw new Oops();
    }
  }

  @ParameterizedTest
  @EnumSource(PreemptionModel.class)
  void preemptionOff_isAReadSection(PreemptionModel model) {
    Program p =
        m -> {
          RcuPointer<Protected> map = published(m);
          m.spawnKthread(
              "reader",
              () -> {
                Preempt.disable();
                Protected old = map.dereferenceSched();
                old.use();
                old.use();
                Preempt.enable();
              });
          m.spawnKthread(
              "updater",
              () -> {
                Protected old = swap(map);
                Rcu.synchronizeExpedited();
                old.free();
              });
        };
    Schedules.every(Schedules.configuration(model, 2), 100_000, p, GracePeriodTest::clean);
  }

  @ParameterizedTest
  @EnumSource(PreemptionModel.class)
  void bhAndSchedReaders_areWaitedFor(PreemptionModel model) {
    Program p =
        m -> {
          RcuPointer<Protected> map = published(m);
          m.spawnKthread(
              "bh",
              () -> {
                Rcu.readLockBh();
                map.dereferenceBh().use();
                Rcu.readUnlockBh();
              });
          m.spawnKthread(
              "sched",
              () -> {
                Rcu.readLockSched();
                map.dereferenceSched().use();
                Rcu.readUnlockSched();
              });
          m.spawnKthread(
              "updater",
              () -> {
                Protected old = swap(map);
                Rcu.synchronize();
                old.free();
              });
        };
    Schedules.random(Schedules.configuration(model, 2), 4_000, p, GracePeriodTest::clean);
  }

  /** A flag that a task can wait for. */
  private static final class Flag extends Shared implements Blocker {
    private boolean set;

    Flag() {
      super("flag");
    }

    void set() {
      Sched.point(this, Access.WRITE);
      set = true;
    }

    void await() {
      Sched.await(this, Access.READ, this);
    }

    void spin() {
      Sched.spin(this, Access.READ, this);
    }

    @Override
    public boolean ready() {
      return set;
    }

    @Override
    public String waitsFor() {
      return "flag";
    }
  }

  /**
   * A reader that comes after the start and only leaves after the end must not be waited for: it
   * would never end.
   */
  @ParameterizedTest
  @EnumSource(PreemptionModel.class)
  void laterReaders_areNotWaitedFor(PreemptionModel model) {
    Program p =
        m -> {
          Flag[] f = new Flag[2];
          m.boot(
              () -> {
                f[0] = new Flag();
                f[1] = new Flag();
              });
          m.spawnKthread(
              "old",
              () -> {
                Rcu.readLock();
                f[0].spin();
                Rcu.readUnlock();
              });
          m.spawnKthread(
              "updater",
              () -> {
                Rcu.synchronize();
                f[1].set();
              });
          m.spawnKthread(
              "new",
              () -> {
                Rcu.readLock();
                f[0].set();
                Rcu.readUnlock();
                f[1].await();
              });
        };
    Schedules.random(Schedules.configuration(model, 3), 3_000, p, GracePeriodTest::clean);
  }

  private static Program sleeperInAReader() {
    return m -> {
      RcuPointer<Protected> map = published(m);
      Flag[] f = new Flag[1];
      m.boot(() -> f[0] = new Flag());
      m.spawnKthread(
          "reader",
          () -> {
            Rcu.readLock();
            Protected old = map.dereference();
            f[0].await();
            old.use();
            Rcu.readUnlock();
          });
      m.spawnKthread(
          "updater",
          () -> {
            Protected old = swap(map);
            Rcu.synchronize();
            old.free();
            f[0].set();
          });
      m.spawnKthread("waker", () -> f[0].set());
    };
  }

  @Test
  void aSleepingReader_holdsUpAGracePeriod_wherePreemptible() {
    int[] reported = {0};
    Schedules.random(
        Schedules.configuration(PreemptionModel.FULL, 2),
        3_000,
        sleeperInAReader(),
        o -> {
          assertEquals(Outcome.End.FINISHED, o.end());
          o.reports().forEach(r -> assertEquals(Check.VOLUNTARY_SWITCH_IN_RCU, r.check()));
          reported[0] += o.reports().size();
        });
    assertTrue(reported[0] > 0);
  }

  @ParameterizedTest
  @EnumSource(
      value = PreemptionModel.class,
      names = {"NONE", "VOLUNTARY"})
  void aSleepingReader_isQuiescent_whereNotPreemptible(PreemptionModel model) {
    int[] freed = {0};
    for (int seed = 0; seed < 500; seed++) {
      Machine m = new Machine(Schedules.configuration(model, 2), new RandomWalk(seed));
      sleeperInAReader().setUp(m);
      try {
        m.run();
      } catch (DmsimFault e) {
        assertTrue(e.getCause() instanceof UsedAfterFree, () -> "" + e.getCause());
        freed[0]++;
      }
    }
    assertTrue(freed[0] > 0, "no schedule freed what the sleeping reader holds");
  }

  @Test
  void synchronizeInsideAReader_waitsForItself_wherePreemptible() {
    Machine m =
        new Machine(
            Configuration.standard()
                .withKernel(KernelVersion.RECORDED)
                .withPreemption(PreemptionModel.FULL),
            new RoundRobin());
    m.spawnKthread(
        "probe",
        () -> {
          Rcu.readLock();
          Rcu.synchronize();
          Rcu.readUnlock();
        });
    Outcome o = m.run();
    assertEquals(Outcome.End.STUCK, o.end());
    assertEquals(
        List.of(
            "kernel/rcu/tree.c:3574 Illegal synchronize_rcu() in RCU read-side critical section!",
            "BUG: sleeping function called from invalid context at kernel/sched/completion.c:101",
            "Voluntary context switch within RCU read-side critical section!"),
        o.reports().stream().filter(r -> r.check() != Check.STUCK).map(r -> r.headline()).toList());
    Task stuck = m.stuckTasks().get(0);
    assertEquals("an RCU grace period", stuck.blocker().waitsFor());
    assertEquals(List.of(stuck), stuck.blocker().holders());
  }

  @Test
  void synchronizeInsideAReader_returns_whereNotPreemptible() {
    Machine m =
        new Machine(
            Configuration.standard()
                .withKernel(KernelVersion.RECORDED)
                .withPreemption(PreemptionModel.NONE),
            new RoundRobin());
    m.spawnKthread(
        "probe",
        () -> {
          Rcu.readLock();
          Rcu.synchronize();
          Rcu.readUnlock();
        });
    Outcome o = m.run();
    assertEquals(Outcome.End.FINISHED, o.end());
    assertEquals(
        "kernel/rcu/tree.c:3574 Illegal synchronize_rcu() in RCU read-side critical section!",
        o.reports().get(0).headline());
  }

  /** Its tick reports for it; nothing else would before it leaves its CPU, which it does not. */
  @ParameterizedTest
  @EnumSource(
      value = PreemptionModel.class,
      names = {"NONE", "FULL"})
  void taskThatHasGivenItsSpinLockBack_andKeepsItsCpu_holdsUpNobody(PreemptionModel model) {
    Result r =
        new Explorer(
                m -> {
                  SharedInt[] over = new SharedInt[1];
                  SpinLock[] lock = new SpinLock[1];
                  m.boot(
                      () -> {
                        over[0] = new SharedInt("over", 0);
                        lock[0] = new SpinLock("&lock");
                      });
                  m.spawnKthread(
                      "spinner",
                      () -> {
                        lock[0].lock();
                        lock[0].unlock();
                        Sched.spin(over[0], Access.READ, new IsSet(over[0]));
                      });
                  m.spawnKthread(
                      "updater",
                      () -> {
                        Rcu.synchronize();
                        over[0].writeOnce(1);
                      });
                },
                Configuration.standard().on(KernelVersion.RECORDED_6_12, model),
                Bounds.EXHAUSTIVE)
            .explore();
    assertEquals(Result.End.EXHAUSTED, r.end(), r::toString);
  }

  private record IsSet(SharedInt cell) implements Blocker {
    @Override
    public boolean ready() {
      return cell.peek() != 0;
    }

    @Override
    public String waitsFor() {
      return cell.label();
    }
  }
}
