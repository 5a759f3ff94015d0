package org.dmsim.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.TreeSet;
import org.dmsim.strategy.RandomWalk;
import org.junit.jupiter.api.Test;

/** Who can take a CPU from whom: one CPU, two kernel threads, many schedules. */
class PreemptionTest {

  private static TreeSet<String> orders(PreemptionModel model, int cpus, Runnable between) {
    TreeSet<String> orders = new TreeSet<>();
    for (long seed = 0; seed < 200; seed++) {
      Configuration c = Configuration.standard().withPreemption(model).withCpus(cpus);
      Machine m = new Machine(c, new RandomWalk(seed));
      Word w = MachineTest.boot(m);
      StringBuilder order = new StringBuilder();
      for (String name : new String[] {"a", "b"}) {
        m.spawnKthread(
            name,
            () -> {
              order.append(name);
              between.run();
              w.write(1);
              order.append(name);
            });
      }
      assertTrue(m.run().isClean());
      orders.add(order.toString());
    }
    return orders;
  }

  @Test
  void full_switchesAtEveryPoint() {
    assertEquals(
        new TreeSet<>(java.util.List.of("aabb", "abab", "abba", "baab", "baba", "bbaa")),
        orders(PreemptionModel.FULL, 1, () -> {}));
  }

  @Test
  void full_withPreemptionDisabled_doesNotSwitch() {
    assertEquals(
        new TreeSet<>(java.util.List.of("aabb", "bbaa")),
        orders(PreemptionModel.FULL, 1, () -> Task.current().preemptCount++));
  }

  @Test
  void full_withInterruptsOff_doesNotSwitch() {
    assertEquals(
        new TreeSet<>(java.util.List.of("aabb", "bbaa")),
        orders(PreemptionModel.FULL, 1, () -> Task.current().irqsDisabled = true));
  }

  @Test
  void none_onOneCpu_runsToTheEnd() {
    assertEquals(
        new TreeSet<>(java.util.List.of("aabb", "bbaa")),
        orders(PreemptionModel.NONE, 1, () -> {}));
  }

  @Test
  void none_whereTheTaskOffersItsCpu_switches() {
    assertTrue(orders(PreemptionModel.NONE, 1, Sched::offer).contains("abab"));
  }

  @Test
  void none_onTwoCpus_runsBothAtOnce() {
    assertTrue(orders(PreemptionModel.NONE, 2, () -> {}).contains("abab"));
  }

  @Test
  void none_onOneCpuWithASpinner_isStuck() {
    Configuration c = Configuration.standard().withPreemption(PreemptionModel.NONE).withCpus(1);
    Machine m = new Machine(c, new org.dmsim.strategy.RoundRobin());
    Word w = MachineTest.boot(m);
    m.spawnKthread("spinner", () -> w.spinUntil(1));
    m.spawnKthread("other", () -> w.write(1));
    assertEquals(Outcome.End.STUCK, m.run().end());
  }

  @Test
  void none_onTwoCpusWithASpinner_theOtherMovesToTheIdleCpu() {
    Configuration c = Configuration.standard().withPreemption(PreemptionModel.NONE).withCpus(2);
    Machine m = new Machine(c, new org.dmsim.strategy.RoundRobin());
    Word w = MachineTest.boot(m);
    m.spawnKthread("spinner", () -> w.spinUntil(1));
    m.spawnKthread("filler", () -> {});
    Task other = m.spawnKthread("other", () -> w.write(1));
    assertTrue(m.run().isClean());
    assertEquals(1, other.cpu().number());
  }

  @Test
  void handler_liesOnTopOfWhatItInterrupts() {
    Machine m = new Machine(Configuration.standard(), new org.dmsim.strategy.RoundRobin());
    Word w = MachineTest.boot(m);
    StringBuilder seen = new StringBuilder();
    m.spawnKthread(
        "victim",
        () -> {
          Task self = Task.current();
          self.cpu()
              .raiseHardirq(
                  () -> {
                    Task h = Task.current();
                    seen.append(h.comm())
                        .append(' ')
                        .append(Integer.toHexString(h.preemptCount))
                        .append(h.irqsDisabled ? " off" : " on");
                    assertFalse(m.isEnabled(self), "what lies beneath a handler cannot run");
                  });
          w.write(1);
        });
    assertTrue(m.run().isClean());
    assertEquals("victim 10000 off", seen.toString());
  }

  @Test
  void handler_onAnIdleCpu_interruptsTheIdleTask() {
    Machine m = new Machine(Configuration.standard(), new org.dmsim.strategy.RoundRobin());
    StringBuilder seen = new StringBuilder();
    m.spawnKthread(
        "other",
        () ->
            m.cpu(1)
                .raiseHardirq(
                    () -> {
                      Task h = Task.current();
                      seen.append(h.comm()).append(' ').append(Integer.toHexString(h.preemptCount));
                    }));
    assertTrue(m.run().isClean());
    assertEquals("swapper/1 10001", seen.toString());
  }

  @Test
  void handler_whileInterruptsAreOff_waits() {
    Machine m = new Machine(Configuration.standard(), new org.dmsim.strategy.RoundRobin());
    Word w = MachineTest.boot(m);
    StringBuilder seen = new StringBuilder();
    m.spawnKthread(
        "victim",
        () -> {
          Task self = Task.current();
          self.irqsDisabled = true;
          self.cpu().raiseHardirq(() -> seen.append("irq "));
          w.write(1);
          seen.append("on again ");
          self.irqsDisabled = false;
          w.write(2);
        });
    assertTrue(m.run().isClean());
    assertEquals("on again irq ", seen.toString());
  }

  @Test
  void softirq_whileBottomHalvesAreOff_waits() {
    Machine m = new Machine(Configuration.standard(), new org.dmsim.strategy.RoundRobin());
    Word w = MachineTest.boot(m);
    StringBuilder seen = new StringBuilder();
    m.spawnKthread(
        "victim",
        () -> {
          Task self = Task.current();
          self.preemptCount += 2 * Task.SOFTIRQ_OFFSET;
          self.cpu().raiseSoftirq(() -> seen.append("softirq "));
          self.cpu().raiseHardirq(() -> seen.append("hardirq "));
          w.write(1);
          seen.append("on again ");
          self.preemptCount -= 2 * Task.SOFTIRQ_OFFSET;
          w.write(2);
        });
    assertTrue(m.run().isClean());
    assertEquals("hardirq on again softirq ", seen.toString());
  }
}
