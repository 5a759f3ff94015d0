package org.dmsim.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.dmsim.strategy.RandomWalk;
import org.dmsim.strategy.RoundRobin;
import org.junit.jupiter.api.Test;

/** Where a killed task ends: in user mode at once, in the kernel on its way back. */
class KillTest {

  private final List<String> seen = new ArrayList<>();

  @Test
  void kill_whenInUserMode_endsAtAnyStep() {
    Set<Integer> reached = new TreeSet<>();
    for (int seed = 0; seed < 200; seed++) {
      Machine m = machine(new RandomWalk(seed));
      int[] steps = new int[1];
      Task victim =
          m.spawn(
              "victim",
              () -> {
                for (int i = 0; i < 5; i++) {
                  Sched.point(new Cell(), Access.WRITE);
                  steps[0]++;
                }
              });
      killer(m, victim);
      assertEquals(Outcome.End.FINISHED, m.run().end());
      assertTrue(victim.isDone());
      assertEquals(List.of("exit"), seen);
      seen.clear();
      reached.add(steps[0]);
    }
    assertEquals(Set.of(0, 1, 2, 3, 4, 5), reached);
  }

  @Test
  void kill_whenInInterruptibleWait_endsTheWaitAndThenTheTask() {
    Machine m = machine(new RoundRobin());
    Task victim =
        m.spawn(
            "victim",
            () -> {
              Task.current().machine().setUserMode(Task.current(), false);
              seen.add("" + Sched.awaitInterruptible(new Cell(), Access.READ, never(), 1000));
              Task.current().machine().setUserMode(Task.current(), true);
              seen.add("not reached");
            });
    killer(m, victim);
    Outcome o = m.run();
    assertEquals(Outcome.End.FINISHED, o.end());
    assertEquals(List.of("SIGNAL", "exit"), seen);
    assertEquals(0, o.now());
  }

  @Test
  void kill_whenInUninterruptibleWait_waitsForItsEnd() {
    Machine m = machine(new RoundRobin());
    Task victim =
        m.spawn(
            "victim",
            () -> {
              Task.current().machine().setUserMode(Task.current(), false);
              seen.add("" + Sched.await(new Cell(), Access.READ, never(), 1000));
              seen.add("" + Task.current().isKilled());
              Task.current().machine().setUserMode(Task.current(), true);
              seen.add("not reached");
            });
    killer(m, victim);
    Outcome o = m.run();
    assertEquals(List.of("false", "true", "exit"), seen);
    assertEquals(1000, o.now());
  }

  @Test
  void awaitInterruptible_whenItsTimeIsOver_saysSo() {
    Machine m = machine(new RoundRobin());
    Task t =
        m.spawn(
            "sleeper",
            () -> seen.add("" + Sched.awaitInterruptible(new Cell(), Access.READ, never(), 7)));
    m.exposeToKill(t);
    assertEquals(7, m.run().now());
    assertEquals(List.of("TIMEOUT", "exit"), seen);
  }

  @Test
  void kill_whenTheTaskIsGone_doesNothing() {
    Machine m = machine(new RoundRobin());
    Task victim = m.spawn("victim", () -> {});
    killer(m, victim);
    assertEquals(Outcome.End.FINISHED, m.run().end());
    assertFalse(victim.isKilled());
  }

  @Test
  void kill_whenNobodyExposedTheTask_isRefused() {
    Machine m = machine(new RoundRobin());
    Task victim = m.spawn("victim", () -> {});
    assertThrows(IllegalStateException.class, () -> m.kill(victim));
    Task kthread = m.spawnKthread("kworker", () -> {});
    assertThrows(IllegalArgumentException.class, () -> m.exposeToKill(kthread));
  }

  private Machine machine(Strategy strategy) {
    Machine m = new Machine(Configuration.standard(), strategy);
    m.addHook(
        new SwitchHook() {
          @Override
          public void exit(Task task) {
            if (task.role() == Task.Role.USER) {
              seen.add("exit");
            }
          }
        });
    return m;
  }

  private static void killer(Machine m, Task victim) {
    m.exposeToKill(victim);
    m.spawnKthread("killer", () -> m.kill(victim));
  }

  private static Blocker never() {
    return new Blocker() {
      @Override
      public boolean ready() {
        return false;
      }

      @Override
      public String waitsFor() {
        return "what never comes";
      }
    };
  }

  private static final class Cell extends Shared {
    Cell() {
      super("cell");
    }
  }
}
