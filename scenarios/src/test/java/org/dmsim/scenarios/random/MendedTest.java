package org.dmsim.scenarios.random;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.dmsim.explore.Bounds;
import org.dmsim.explore.Result;
import org.dmsim.machine.Configuration;
import org.dmsim.scenarios.catalogue.Programs;
import org.dmsim.scenarios.explore.Search;
import org.dmsim.scenarios.run.ScriptProgram;
import org.junit.jupiter.api.Test;

/** Scripts that ended a search BROKEN, each for a reason of its own. */
final class MendedTest {

  /** A task that begins with a sleep set an alarm in no step of its. */
  @Test
  void taskThatBeginsWithASleep_besideADelay_isExhausted() {
    assertEquals(
        Result.End.EXHAUSTED,
        explore(
            """
            kernel 6.6 preempt=full cpus=4
            create d0
            load d0 0 1024 delay 1:0 0 50
            resume d0
            task io:
              read d0 0 4096
            task admin:
              sleep_ms 10
              suspend d0
              resume d0
            """));
  }

  /** The thread of log-writes looked at its list in no step of its. */
  @Test
  void logOfWrites_underTwoTasks_doesTheSameEachTime() {
    assertEquals(
        Result.End.BOUND_REACHED,
        explore(
            """
            kernel 6.0 preempt=full cpus=4
            disk ram0 1M
            disk ram1 1M
            create d0
            load d0 0 64 log-writes 1:0 1:1
            resume d0
            task io:
              write_sync d0 4096 2048 7
            task admin:
              suspend d0 nolockfs
              remove_all
            """));
  }

  /** Who queued a work was to leave its CPU, or not, by what another task's work did. */
  @Test
  void resumeBesideRemove_isExhausted() {
    assertEquals(
        Result.End.EXHAUSTED,
        explore(
            """
            kernel 6.6 preempt=full cpus=4
            create d0
            load d0 0 64 linear 1:0 0
            resume d0
            create d1
            load d1 0 64 linear 1:0 0
            task a:
              resume d1
            task b:
              remove d0
            """));
  }

  /** A reload and a remove before the tasks wait for a worker. */
  @Test
  void setUp_thatWaits_isExplored() {
    assertEquals(
        Result.End.EXHAUSTED,
        explore(
            """
            kernel 6.1.192
            create d0
            load d0 0 64 linear 1:0 0
            resume d0
            load d0 0 64 linear 1:1 0
            suspend d0
            resume d0
            remove d0
            create d0
            task reader:
              info d0
            """));
  }

  /** A run was given up as endless, and the undoing of a stack set out on a step of its own. */
  @Test
  void runsThatAreGivenUp_leaveNoStepBehind() {
    String text =
        """
        kernel 6.6-rc1 preempt=full cpus=4 clock=any
        disk ram0 1M
        disk ram1 1M
        disk ram2 1M
        disk nullb0 1M
        create d0
        load d0 0 64 delay 253:0 0 0
        resume d0
        create d1
        load d1 0 64 log-writes 1:1 253:0
        task io0:
          flush d1 -- may fail
        task io1:
          flush d1 -- may fail
          write d1 3584 8704 7 -- may fail
        task io2:
          sleep_ms 18
        """;
    assertEquals(Result.End.BOUND_REACHED, explore(text, 200));
  }

  /** A worker began, in no step of its, before time passed: it had to before a repetition too. */
  @Test
  void timeThatPassesAfterAWorkerBegan_doesSoAgain() {
    assertEquals(
        Result.End.BOUND_REACHED,
        explore(
            """
            kernel 6.6-rc1 preempt=full cpus=4
            disk ram2 1M
            create d0
            load d0 0 64 integrity 1:2 0 - J 2 internal_hash:crc32c recalculate
            resume d0
            read d0 7168 7680
            task io0:
              read ram2 0 512
            """,
            ScriptProgram.MAX_STEPS,
            12));
  }

  /** Where a load adds the disk, who opens the device before finds none. */
  @Test
  void loadThatAddsTheDisk_besideAnOpen_isTriedInBothOrders() {
    Result r =
        result(
            """
            kernel 5.18 preempt=full cpus=4
            create d0
            task io:
              flush d0 -- may fail
            task admin:
              load d0 0 64 error
            """,
            ScriptProgram.MAX_STEPS,
            200);
    assertEquals(Result.End.EXHAUSTED, r.end());
    assertEquals(7, r.explored());
  }

  /** A command before the tasks dies of a BUG: a finding like any other. */
  @Test
  void oopsBeforeTheTasks_isAFinding() {
    assertEquals(
        Result.End.VIOLATION,
        explore(
            """
            kernel 5.4 preempt=full cpus=4
            disk ram0 1M
            disk ram1 1M
            disk ram2 1M
            disk nullb0 1M
            create d0
            load d0 0 32 linear 1:2 0; 32 32 raid raid6_zr 2 8 nosync 4 - 253:0 - 1:2 - 1:1 - 252:0 -- may fail
            resume d0 -- may fail
            create d1
            load d1 0 64 integrity 252:0 0 - J 2 internal_hash:crc32c recalculate -- may fail
            task io:
              read ram0 0 512
            """));
  }

  /** A chunk that lies behind the end of the origin is copied whole, as sector_t has it. */
  @Test
  void writeToASnapshotOfADeviceWithoutSectors_failsAsARead() {
    assertEquals(
        Result.End.BOUND_REACHED,
        explore(
            """
            kernel 6.1.192
            disk ram0 1M
            disk ram1 1M
            create d0
            load d0 0 64 linear 1:1 0
            create d1
            load d1 0 64 snapshot 252:0 1:0 N 8
            resume d1
            task io:
              write d1 4096 512 7
              expect EIO
            """,
            ScriptProgram.MAX_STEPS,
            20));
  }

  private static Result.End explore(String text) {
    return explore(text, ScriptProgram.MAX_STEPS);
  }

  private static Result.End explore(String text, long maxSteps) {
    return explore(text, maxSteps, 200);
  }

  private static Result.End explore(String text, long maxSteps, long schedules) {
    return result(text, maxSteps, schedules).end();
  }

  private static Result result(String text, long maxSteps, long schedules) {
    Programs.Named program = Programs.script("mended", text);
    Bounds bounds = Bounds.EXHAUSTIVE.withMaxSchedules(schedules);
    return Search.of(program, program.configuration().withMaxSteps(maxSteps), bounds)
        .explorer(program, Configuration.Coroutines.AUTOMATIC)
        .explore();
  }
}
