package org.dmsim.workqueue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.context.ExecutionContext;
import org.dmsim.context.Preempt;
import org.dmsim.context.Sleep;
import org.dmsim.lockdep.HeldLocks;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.machine.Task;
import org.dmsim.schedules.Schedules;
import org.dmsim.schedules.Schedules.Program;
import org.dmsim.strategy.RoundRobin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Works run once for each time that they were queued, and flushing waits for them. */
class WorkqueueTest {

  private static void clean(Outcome o) {
    assertEquals(Outcome.End.FINISHED, o.end());
    assertTrue(o.reports().isEmpty(), () -> o.reports().get(0).text());
  }

  private static Outcome run(Runnable body) {
    Machine m = new Machine(Configuration.standard(), new RoundRobin());
    m.spawnKthread("probe", body);
    return m.run();
  }

  @ParameterizedTest
  @EnumSource(PreemptionModel.class)
  void flush_waitsForTheRunThatWasQueued(PreemptionModel model) {
    Program p =
        m -> {
          int[] runs = {0};
          m.spawnKthread(
              "probe",
              () -> {
                Work w =
                    new Work(
                        () -> {
                          Sleep.msleep(1);
                          runs[0]++;
                        });
                for (int i = 1; i <= 3; i++) {
                  assertTrue(Workqueue.system().queue(w));
                  assertTrue(w.flush());
                  assertEquals(i, runs[0]);
                }
                assertFalse(w.flush());
              });
        };
    Schedules.random(Schedules.configuration(model, 2), 300, p, WorkqueueTest::clean);
  }

  @Test
  void aQueuedWork_isNotQueuedTwice() {
    clean(
        run(
            () -> {
              int[] runs = {0};
              Work w = new Work(() -> runs[0]++);
              assertTrue(Workqueue.system().queue(w));
              assertFalse(Workqueue.system().queue(w));
              w.flush();
              assertEquals(1, runs[0]);
            }));
  }

  @Test
  void cancelSync_eitherTakesItBackOrWaits() {
    Program p =
        m -> {
          int[] runs = {0};
          boolean[] running = {false};
          m.spawnKthread(
              "probe",
              () -> {
                Work w =
                    new Work(
                        () -> {
                          running[0] = true;
                          Sleep.msleep(1);
                          running[0] = false;
                          runs[0]++;
                        });
                Workqueue.system().queue(w);
                boolean taken = w.cancelSync();
                assertFalse(running[0]);
                assertEquals(taken ? 0 : 1, runs[0]);
              });
        };
    Schedules.random(
        Schedules.configuration(PreemptionModel.FULL, 2), 1_000, p, WorkqueueTest::clean);
  }

  @Test
  void aWorkThatSleeps_letsAnotherWorkerStart() {
    List<String> workers = new ArrayList<>();
    Machine m = new Machine(Configuration.standard().withCpus(1), new RoundRobin());
    m.spawnKthread(
        "probe",
        () -> {
          Work first =
              new Work(
                  () -> {
                    workers.add(Task.current().name());
                    Sleep.msleep(10);
                  });
          Work second =
              new Work(
                  () -> {
                    workers.add(Task.current().name());
                    assertTrue(m.now() < 10_000_000L);
                  });
          Workqueue.system().queue(first);
          Workqueue.system().queue(second);
          first.flush();
          second.flush();
        });
    clean(m.run());
    assertEquals(List.of("kworker/0:0", "kworker/0:1"), workers);
  }

  @Test
  void anOrderedQueue_runsOneAtATime_inOrder() {
    Program p =
        m -> {
          List<Integer> order = new ArrayList<>();
          int[] inside = {0};
          m.spawnKthread(
              "probe",
              () -> {
                Workqueue wq = Workqueue.allocOrdered("ordered", Workqueue.MEM_RECLAIM);
                for (int i = 0; i < 3; i++) {
                  int number = i;
                  wq.queue(
                      new Work(
                          () -> {
                            assertEquals(1, ++inside[0]);
                            order.add(number);
                            Sleep.msleep(1);
                            inside[0]--;
                          }));
                }
                wq.flush();
                assertEquals(List.of(0, 1, 2), order);
                wq.destroy();
              });
        };
    Schedules.random(
        Schedules.configuration(PreemptionModel.FULL, 2), 500, p, WorkqueueTest::clean);
  }

  @Test
  void aWorkThatQueuesItself_isNeverRunByTwoWorkers() {
    Program p =
        m -> {
          int[] inside = {0};
          int[] runs = {0};
          m.spawnKthread(
              "probe",
              () -> {
                Work[] w = new Work[1];
                w[0] =
                    new Work(
                        () -> {
                          assertEquals(1, ++inside[0]);
                          if (++runs[0] < 3) {
                            Workqueue.systemUnbound().queue(w[0]);
                          }
                          Sleep.msleep(1);
                          inside[0]--;
                        });
                Workqueue.systemUnbound().queue(w[0]);
                Workqueue.systemUnbound().drain();
                assertEquals(3, runs[0]);
              });
        };
    Schedules.random(
        Schedules.configuration(PreemptionModel.FULL, 2), 500, p, WorkqueueTest::clean);
  }

  @Test
  void delayedWork_runsAtTheTickAfterItsTime() {
    Machine m = new Machine(Configuration.standard(), new RoundRobin());
    long[] at = {0};
    m.spawnKthread(
        "probe",
        () -> {
          DelayedWork w = new DelayedWork(() -> at[0] = m.now());
          assertTrue(Workqueue.system().queueDelayed(w, 5_000_000L));
          assertFalse(Workqueue.system().queueDelayed(w, 5_000_000L));
          Sleep.msleep(20);
          assertEquals(8_000_000L, at[0]);
          assertTrue(Workqueue.system().queueDelayed(w, 5_000_000L));
          assertTrue(w.cancelSync());
          assertFalse(w.cancelSync());
          assertTrue(Workqueue.system().queueDelayed(w, 50_000_000L));
          assertTrue(w.flush());
          assertTrue(m.now() < 50_000_000L);
        });
    clean(m.run());
  }

  @Test
  void aWorker_holdsTheMapsOfItsQueueAndWork() {
    List<String> held = new ArrayList<>();
    clean(
        run(
            () -> {
              Work w = new Work("wctx", () -> held.addAll(HeldLocks.of(Task.current()).names()));
              Workqueue.system().queue(w);
              w.flush();
            }));
    assertEquals(List.of("(wq_completion)events#2", "wctx"), held);
  }

  @Test
  void aWorkThatLeaksAPreemptCount_isReported() {
    Outcome o =
        run(
            () -> {
              Work w =
                  new Work(
                      () -> {
                        Preempt.disable();
                        assertTrue(ExecutionContext.inAtomic(Task.current()));
                      });
              Workqueue.system().queue(w);
              w.flush();
            });
    assertEquals(
        "BUG: workqueue leaked atomic, lock or RCU: kworker/0:0[56]",
        o.reports().get(0).headline());
  }

  @Test
  void onRealThreads_worksRunInOrder() {
    List<Integer> order = new ArrayList<>();
    Workqueue wq = Workqueue.alloc("threads", 0);
    for (int i = 0; i < 100; i++) {
      int number = i;
      assertTrue(wq.queue(new Work(() -> order.add(number))));
    }
    wq.flush();
    assertEquals(100, order.size());
    assertEquals(order.stream().sorted().toList(), order);
    wq.destroy();
  }
}
