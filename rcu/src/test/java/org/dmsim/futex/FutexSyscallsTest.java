package org.dmsim.futex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Task;
import org.dmsim.strategy.RandomWalk;
import org.dmsim.strategy.RoundRobin;
import org.junit.jupiter.api.Test;

/** The system calls by their errors, and who wakes whom. */
class FutexSyscallsTest {

  private static final long KERNEL = 0xffff_8880_0000_0000L;
  private static final long NOT_MAPPED = 0x7000_0000L;

  private final Processes p = new Processes(new RoundRobin());

  @Test
  void setRobustList_takesTheLengthOfTheHeadAndNoOther() {
    List<Integer> results =
        p.once(
            t ->
                List.of(
                    t.setRobustList(Processes.PAGE, 24),
                    t.setRobustList(KERNEL, 24),
                    t.setRobustList(0, 23),
                    t.setRobustList(0, 25),
                    t.setRobustList(0, 0)));
    assertEquals(
        List.of(0, 0, -Errno.EINVAL, -Errno.EINVAL, -Errno.EINVAL),
        results,
        "the address is not looked at");
  }

  @Test
  void getRobustList_writesLengthAndThenHead() {
    List<Object> seen =
        p.once(
            t -> {
              t.setRobustList(0x1234, 24);
              long to = Processes.PAGE;
              List<Object> out = new ArrayList<>();
              out.add(t.getRobustList(0, to, to + 8));
              out.add(p.page[0].peek64(0));
              out.add(p.page[0].peek64(8));
              out.add(t.getRobustList(t.tid(), NOT_MAPPED, to + 16));
              out.add(p.page[0].peek64(16));
              out.add(t.getRobustList(0, to, KERNEL));
              out.add(t.getRobustList(99_999, to, to + 8));
              return out;
            });
    assertEquals(List.of(0, 0x1234L, 24L, -Errno.EFAULT, 24L, -Errno.EFAULT, -Errno.ESRCH), seen);
  }

  @Test
  void getRobustList_whenItIsAnotherUsers_isForRootOnly() {
    List<Object> seen = new ArrayList<>();
    FutexTask theirs =
        p.spawn(
            "theirs",
            p.memory("theirs", Processes.PAGE),
            1000,
            t -> {
              t.setRobustList(0x4444, 24);
              t.futexWait(Processes.PAGE, 0, false, 1_000);
            });
    p.spawn(
        "other",
        p.memory("other", Processes.PAGE),
        1001,
        t -> seen.add(t.getRobustList(theirs.tid(), Processes.PAGE, Processes.PAGE + 8)));
    p.spawn(
        "root",
        p.memory("root", Processes.PAGE),
        0,
        t -> {
          seen.add(t.getRobustList(theirs.tid(), Processes.PAGE + 16, Processes.PAGE + 24));
          seen.add(p.page[0].peek64(16));
        });
    p.run();
    assertEquals(List.of(-Errno.EPERM, 0, 0x4444L), seen);
  }

  @Test
  void futexWait_refusesWhatIsNoFutex() {
    List<Integer> results =
        p.once(
            t ->
                List.of(
                    t.futexWait(Processes.PAGE + 2, 0, false, 1),
                    t.futexWait(NOT_MAPPED, 0, false, 1),
                    t.futexWait(NOT_MAPPED, 0, true, 1),
                    t.futexWait(KERNEL, 0, true, 1),
                    t.futexWait(Processes.PAGE, 7, false, 1),
                    t.futexWait(Processes.PAGE, 0, false, 1)));
    assertEquals(
        List.of(
            -Errno.EINVAL,
            -Errno.EFAULT,
            -Errno.EFAULT,
            -Errno.EFAULT,
            -Errno.EAGAIN,
            -Errno.ETIMEDOUT),
        results);
  }

  @Test
  void futexWake_refusesWhatIsNoFutexAndCountsWhomItWoke() {
    List<Integer> results =
        p.once(
            t ->
                List.of(
                    t.futexWake(Processes.PAGE + 1, false, 1),
                    t.futexWake(NOT_MAPPED, false, 1),
                    t.futexWake(NOT_MAPPED, true, 1),
                    t.futexWake(Processes.PAGE, false, 1)));
    assertEquals(List.of(-Errno.EINVAL, -Errno.EFAULT, 0, 0), results);
  }

  @Test
  void futexWake_wakesInTheOrderOfComing() {
    List<String> order = new ArrayList<>();
    UserMemory memory = p.memory("process", Processes.PAGE);
    for (String name : List.of("first", "second", "third")) {
      p.spawn(
          name,
          memory,
          t -> {
            t.futexWait(Processes.PAGE, 0, true, Sched.FOREVER);
            order.add(name);
          });
    }
    List<Integer> woken = new ArrayList<>();
    p.spawn(
        "waker",
        memory,
        t -> {
          woken.add(t.futexWake(Processes.PAGE, true, 2));
          t.futexWait(Processes.PAGE + 4, 0, true, 1_000);
          order.add("pause");
          woken.add(t.futexWake(Processes.PAGE, true, 2));
        });
    assertEquals(Outcome.End.FINISHED, p.run().end());
    assertEquals(List.of("first", "second", "pause", "third"), order);
    assertEquals(List.of(2, 1), woken);
  }

  @Test
  void futexWake_whenTheFlagIsPrivate_staysInItsProcess() {
    assertEquals(0, woken(true, Processes.PAGE, Processes.PAGE));
    assertEquals(1, woken(false, Processes.PAGE, Processes.PAGE));
    assertEquals(
        1, woken(false, Processes.PAGE, 0x5000_0000L), "the object counts, not its address");
  }

  private static int woken(boolean isPrivate, long waiterSees, long wakerSees) {
    Processes p = new Processes(new RoundRobin());
    p.spawn(
        "waiter",
        p.memory("waiter", waiterSees),
        t -> t.futexWait(waiterSees, 0, isPrivate, 1_000));
    int[] woken = new int[1];
    p.spawn(
        "waker",
        p.memory("waker", wakerSees),
        t -> woken[0] = t.futexWake(wakerSees, isPrivate, 1));
    p.run();
    return woken[0];
  }

  /** The word changes before the wake-up: whatever the order, nobody sleeps on. */
  @Test
  void futexWait_againstAWaker_neverLosesTheWakeUp() {
    TreeMap<String, Integer> seen = new TreeMap<>();
    for (int seed = 0; seed < 3_000; seed++) {
      Processes q = new Processes(new RandomWalk(seed));
      String[] result = new String[2];
      q.spawn(
          "waiter",
          q.memory("waiter", Processes.PAGE),
          t -> result[0] = Errno.name(t.futexWait(Processes.PAGE, 0, false, Sched.FOREVER)));
      q.spawn(
          "waker",
          q.memory("waker", Processes.PAGE),
          t -> {
            q.page[0].set32(0, 1);
            result[1] = "" + t.futexWake(Processes.PAGE, false, 1);
          });
      assertEquals(Outcome.End.FINISHED, q.run().end(), "seed " + seed);
      seen.merge(result[0] + "/" + result[1], 1, Integer::sum);
    }
    assertEquals(Set.of("0/1", "EAGAIN/0"), seen.keySet());
  }

  @Test
  void futexWait_whenKilled_leavesNothingBehind() {
    UserMemory memory = p.memory("process", Processes.PAGE);
    FutexTask victim =
        p.spawn("victim", memory, t -> t.futexWait(Processes.PAGE, 0, false, Sched.FOREVER));
    int[] woken = {-1};
    p.spawn(
        "killer",
        memory,
        t -> {
          Machine m = Task.current().machine();
          for (int i = 0; i < m.taskCount(); i++) {
            if (m.task(i).pid() == victim.tid()) {
              m.kill(m.task(i));
            }
          }
          t.futexWait(Processes.PAGE + 4, 0, false, 1_000);
          woken[0] = t.futexWake(Processes.PAGE, false, 1);
        });
    assertEquals(Outcome.End.FINISHED, p.run().end());
    assertEquals(0, woken[0]);
  }

  @Test
  void map_refusesWhatCannotBeMapped() {
    UserMemory memory = p.memory("process", Processes.PAGE);
    Pages two = new Pages("two", 2 * UserMemory.PAGE_SIZE);
    assertThrows(IllegalArgumentException.class, () -> memory.map(Processes.PAGE - 4096, two));
    assertThrows(IllegalArgumentException.class, () -> memory.map(Processes.PAGE, two));
    assertThrows(IllegalArgumentException.class, () -> memory.map(5, two));
    assertThrows(IllegalArgumentException.class, () -> memory.map(KERNEL, two));
    assertThrows(
        IllegalArgumentException.class, () -> memory.map(UserMemory.TASK_SIZE - 4096, two));
    memory.map(Processes.PAGE + 4096, two);
    memory.unmap(Processes.PAGE);
    assertEquals(1, memory.mappingCount());
  }
}
