package org.dmsim.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.coroutine.CoroutineFactory;
import org.dmsim.report.DmsimFault;
import org.dmsim.strategy.RandomWalk;
import org.dmsim.strategy.RoundRobin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MachineTest {

  private static Machine machine(Configuration configuration) {
    return new Machine(configuration, new RoundRobin());
  }

  private static final Configuration STANDARD = Configuration.standard();

  @Test
  void current_onARealThread_isNull() {
    assertNull(Task.current());
  }

  @Test
  void current_inATask_isThatTask() {
    Machine m = machine(STANDARD);
    Task[] seen = new Task[1];
    Task t = m.spawn("probe", () -> seen[0] = Task.current());
    assertTrue(m.run().isClean());
    assertSame(t, seen[0]);
  }

  @Test
  void point_onARealThread_isNothing() {
    Word w = new Word();
    w.write(3);
    assertEquals(3, w.read());
    assertEquals(Shared.NONE, w.id(), "made outside any machine");
  }

  @Test
  void run_twice_isRefused() {
    Machine m = machine(STANDARD);
    m.run();
    assertThrows(IllegalStateException.class, m::run);
  }

  @Test
  void run_withATaskThatWaitsForEver_isStuckAndNamesIt() {
    Machine m = machine(STANDARD);
    Word w = boot(m);
    m.spawn("lonely", () -> w.awaitAndClear(7));
    assertEquals(Outcome.End.STUCK, m.run().end());
    Task stuck = m.stuckTasks().getFirst();
    assertEquals("lonely", stuck.comm());
    assertEquals("word to be 7", stuck.blocker().waitsFor());
  }

  @Test
  void run_withAWorkerThatSleeps_finishes() {
    Machine m = machine(STANDARD);
    Word w = boot(m);
    m.spawnDaemon("kworker/0:0", () -> w.awaitAndClear(7));
    assertEquals(Outcome.End.FINISHED, m.run().end());
  }

  @Test
  void run_beyondTheStepLimit_saysSo() {
    Machine m = machine(STANDARD.withMaxSteps(1000));
    Word w = boot(m);
    m.spawn(
        "spinner",
        () -> {
          while (w.read() == 0) {
            Thread.onSpinWait();
          }
        });
    assertEquals(Outcome.End.STEP_LIMIT, m.run().end());
  }

  @Test
  void run_whenModelledCodeThrows_isAFaultOfDmsim() {
    Machine m = machine(STANDARD);
    m.spawn(
        "broken",
        () -> {
          throw new IllegalStateException("no kernel does this");
        });
    DmsimFault fault = assertThrows(DmsimFault.class, m::run);
    assertEquals("no kernel does this", fault.getCause().getMessage());
  }

  @Test
  void run_afterAnOops_goesOnWithTheOthers() {
    Machine m = machine(STANDARD);
    Word w = boot(m);
    m.spawn(
        "victim",
        () -> {
          throw new Oops();
        });
    m.spawn("other", () -> w.write(5));
    m.run();
    assertEquals(5, w.read());
  }

  @Test
  void boot_whereSetUpWouldWait_isAFault() {
    Machine m = machine(STANDARD);
    assertThrows(SetUpWaits.class, () -> m.boot(() -> new Word().awaitAndClear(1)));
  }

  @Test
  void await_withATimeout_takesVirtualTimeOnly() {
    Machine m = machine(STANDARD);
    Word w = boot(m);
    boolean[] came = {true};
    m.spawn("waiter", () -> came[0] = w.awaitFor(1, 5_000_000_000L));
    Outcome outcome = m.run();
    assertFalse(came[0]);
    assertEquals(5_000_000_000L, outcome.now());
  }

  @Test
  void await_whenWokenBeforeTheTimeout_leavesNoAlarm() {
    Machine m = machine(STANDARD);
    Word w = boot(m);
    boolean[] came = {false};
    m.spawn("waiter", () -> came[0] = w.awaitFor(1, 5_000_000_000L));
    m.spawn("waker", () -> w.write(1));
    Outcome outcome = m.run();
    assertTrue(came[0]);
    assertEquals(0, outcome.now());
  }

  @Test
  void alarm_thatADaemonNeeds_doesNotKeepTheRunAlive() {
    Machine m = machine(STANDARD);
    int[] rings = {0};
    Runnable[] again = new Runnable[1];
    again[0] =
        () -> {
          rings[0]++;
          m.daemonAlarm(m.now() + 1000, again[0]);
        };
    m.daemonAlarm(1000, again[0]);
    Word w = boot(m);
    m.spawn("sleeper", () -> w.awaitFor(1, 3500));
    assertEquals(3500, m.run().now());
    assertEquals(3, rings[0]);
  }

  @Test
  void identity_ofAnObject_isTheSameInEverySchedule() {
    List<List<Long>> ids = new ArrayList<>();
    for (long seed = 0; seed < 20; seed++) {
      Machine m = new Machine(STANDARD, new RandomWalk(seed));
      Word w = boot(m);
      Long[] made = new Long[4];
      for (int i = 0; i < 2; i++) {
        int n = i;
        m.spawn(
            "maker",
            () -> {
              made[2 * n] = new Word().id();
              w.write(n);
              made[2 * n + 1] = new Word().id();
            });
      }
      m.run();
      ids.add(List.of(made));
    }
    assertEquals(1, ids.stream().distinct().count());
  }

  @ParameterizedTest
  @EnumSource(Configuration.Coroutines.class)
  void run_onEitherKindOfCoroutine_isTheSame(Configuration.Coroutines kind) {
    assertTrue(CoroutineFactory.continuationsAvailable(), "the build exports jdk.internal.vm");
    assertEquals(
        story(Configuration.Coroutines.CONTINUATIONS, 4711),
        story(kind, 4711),
        "a run does not depend on how tasks are run");
  }

  @Test
  void run_withAnotherSeed_isAnother() {
    assertFalse(
        story(Configuration.Coroutines.AUTOMATIC, 1)
            .equals(story(Configuration.Coroutines.AUTOMATIC, 2)));
  }

  private static String story(Configuration.Coroutines kind, long seed) {
    Machine m = new Machine(STANDARD.withCoroutines(kind), new RandomWalk(seed));
    Word w = boot(m);
    StringBuilder story = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      int n = i;
      m.spawn(
          "writer",
          () -> {
            for (int k = 0; k < 5; k++) {
              story.append(n).append(w.read()).append(' ');
              w.write(n);
            }
            w.awaitFor(99, 100L * n);
            story.append("end ").append(n).append('@').append(m.now()).append(' ');
          });
    }
    return story.append(m.run()).toString();
  }

  static Word boot(Machine m) {
    Word[] made = new Word[1];
    m.boot(() -> made[0] = new Word());
    return made[0];
  }
}
