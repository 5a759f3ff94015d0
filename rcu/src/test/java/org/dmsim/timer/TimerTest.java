package org.dmsim.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.dmsim.context.Sleep;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.machine.Task;
import org.dmsim.schedules.Schedules;
import org.dmsim.schedules.Schedules.Program;
import org.dmsim.strategy.RoundRobin;
import org.junit.jupiter.api.Test;

/** Timers go off at a tick, in a softirq, once, and del_timer_sync waits for their function. */
class TimerTest {

  private static void clean(Outcome o) {
    assertEquals(Outcome.End.FINISHED, o.end());
    assertTrue(o.reports().isEmpty(), () -> o.reports().get(0).text());
  }

  @Test
  void goesOffOnce_atTheNextTick_inASoftirq() {
    Machine m = new Machine(Configuration.standard(), new RoundRobin());
    int[] fired = {0};
    m.spawnKthread(
        "probe",
        () -> {
          Timer t =
              new Timer(
                  () -> {
                    fired[0]++;
                    assertEquals(8_000_000L, m.now());
                    // The idle task's own count, and one softirq.
                    assertEquals(0x101, Task.current().preemptCount);
                  });
          assertFalse(t.mod(1_000_000L));
          assertTrue(t.mod(4_000_001L));
          Sleep.msleep(40);
          assertFalse(t.isPending());
        });
    clean(m.run());
    assertEquals(1, fired[0]);
  }

  @Test
  void delSync_meansThatTheFunctionNeitherRunsNorWill() {
    Program p =
        m -> {
          boolean[] over = {false};
          m.spawnKthread(
              "probe",
              () -> {
                Timer t = new Timer(() -> assertFalse(over[0]));
                t.mod(1_000_000L);
                t.delSync();
                over[0] = true;
              });
          m.spawnKthread("other", () -> Sleep.msleep(1));
        };
    Schedules.random(Schedules.anyTime(PreemptionModel.FULL, 2), 2_000, p, TimerTest::clean);
  }

  @Test
  void del_tellsWhetherItWasArmed() {
    Machine m = new Machine(Configuration.standard(), new RoundRobin());
    m.spawnKthread(
        "probe",
        () -> {
          Timer t =
              new Timer(
                  () -> {
                    throw new AssertionError("it was taken back");
                  });
          t.mod(1_000_000L);
          assertTrue(t.isPending());
          assertTrue(t.del());
          assertFalse(t.del());
          Sleep.msleep(40);
        });
    clean(m.run());
  }
}
