package org.dmsim.interrupt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.dmsim.context.LocalIrq;
import org.dmsim.locking.Completion;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.Task;
import org.dmsim.strategy.RoundRobin;
import org.junit.jupiter.api.Test;

/** Tasklets run in a softirq, irq_work in a hardware interrupt. */
class InterruptTest {

  private static void run(Runnable body) {
    Machine m = new Machine(Configuration.standard(), new RoundRobin());
    m.spawnKthread("probe", body);
    Outcome o = m.run();
    assertEquals(Outcome.End.FINISHED, o.end());
    assertTrue(o.reports().isEmpty(), () -> o.reports().get(0).text());
  }

  @Test
  void irqWork_runsWithInterruptsOff_onTopOfTheTask() {
    run(
        () -> {
          Completion done = new Completion("fin");
          IrqWork w =
              new IrqWork(
                  () -> {
                    assertTrue(Task.current().irqsDisabled);
                    assertEquals(
                        Task.HARDIRQ_OFFSET, Task.current().preemptCount & Task.HARDIRQ_MASK);
                    done.complete();
                  });
          assertTrue(w.queue());
          done.waitFor();
        });
  }

  @Test
  void irqWork_waitsUntilInterruptsAreOn() {
    run(
        () -> {
          boolean[] ran = {false};
          Completion done = new Completion("fin");
          IrqWork w =
              new IrqWork(
                  () -> {
                    ran[0] = true;
                    done.complete();
                  });
          LocalIrq.disable();
          w.queue();
          assertFalse(w.queue());
          assertFalse(ran[0]);
          LocalIrq.enable();
          done.waitFor();
        });
  }

  @Test
  void tasklet_runsInASoftirq_once() {
    run(
        () -> {
          int[] runs = {0};
          Completion done = new Completion("fin");
          Tasklet t =
              new Tasklet(
                  () -> {
                    assertEquals(
                        Task.SOFTIRQ_OFFSET, Task.current().preemptCount & Task.SOFTIRQ_MASK);
                    runs[0]++;
                    done.complete();
                  });
          LocalIrq.disable();
          t.schedule();
          t.schedule();
          LocalIrq.enable();
          done.waitFor();
          assertEquals(1, runs[0]);
        });
  }
}
