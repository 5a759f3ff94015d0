package org.dmsim.rcu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.dmsim.machine.Access;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.strategy.RandomWalk;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A grace period waits for the readers that were there, in every preemption model. */
class GracePeriodTest {

  private static final int SCHEDULES = 300;

  /** What RCU protects. */
  private static final class Table extends Shared {
    private boolean freed;

    void use() {
      Sched.point(this, Access.READ);
      if (freed) {
        throw new AssertionError("used after it was freed");
      }
    }

    void free() {
      Sched.point(this, Access.WRITE);
      freed = true;
    }

    @Override
    public String label() {
      return "table";
    }
  }

  private static Configuration configuration(PreemptionModel model, int cpus) {
    return Configuration.standard()
        .withPreemption(model)
        .withCpus(cpus)
        .withPositions(false)
        .withMaxSteps(100_000);
  }

  @ParameterizedTest
  @EnumSource(PreemptionModel.class)
  void noReaderSeesAFreedTable(PreemptionModel model) {
    for (int seed = 0; seed < SCHEDULES; seed++) {
      Machine m = new Machine(configuration(model, 1 + seed % 3), new RandomWalk(seed));
      RcuPointer<Table>[] map = pointer();
      m.boot(
          () -> {
            map[0] = new RcuPointer<>("map");
            map[0].assign(new Table());
          });
      for (int r = 0; r < 2; r++) {
        m.spawn("reader", () -> inKernel(m, () -> read(map[0], 2)));
      }
      m.spawn("updater", () -> inKernel(m, () -> update(map[0])));
      Outcome o = m.run();
      assertEquals(Outcome.End.FINISHED, o.end(), "seed " + seed);
      assertTrue(o.reports().isEmpty(), () -> o.reports().get(0).text());
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static RcuPointer<Table>[] pointer() {
    return new RcuPointer[1];
  }

  private static void inKernel(Machine m, Runnable body) {
    m.setUserMode(org.dmsim.machine.Task.current(), false);
    body.run();
    m.setUserMode(org.dmsim.machine.Task.current(), true);
  }

  private static void read(RcuPointer<Table> map, int times) {
    for (int i = 0; i < times; i++) {
      Rcu.readLock();
      Table t = map.dereference();
      Rcu.readLock();
      t.use();
      Rcu.readUnlock();
      t.use();
      Rcu.readUnlock();
    }
  }

  private static void update(RcuPointer<Table> map) {
    Table old = map.access();
    map.assign(new Table());
    Rcu.synchronize();
    old.free();
    Table second = map.access();
    map.assign(new Table());
    Rcu.call(second::free);
    Rcu.barrier();
  }
}
