package org.dmsim.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.memory.SharedInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every schedule but the first is counted at an object, and at that of the race it is for. */
class MeetingsTest {

  private static final Configuration MACHINE =
      Configuration.standard().withPositions(false).withChecks(false).withCpus(8);

  @ParameterizedTest
  @CsvSource({"WRITERS,4", "READERS,5", "INCREMENTS,3", "LASTZERO,5", "SB,2"})
  void everySchedule_isForAMeeting(ClassicPrograms program, int size) {
    Explorer e = new Explorer(program.ofSize(size), MACHINE, Bounds.EXHAUSTIVE).countingMeetings();
    Result r = e.explore();
    assertEquals(r.explored() - 1, e.meetings().stream().mapToLong(Meeting::alone).sum());
    assertEquals(r, new Explorer(program.ofSize(size), MACHINE, Bounds.EXHAUSTIVE).explore());
  }

  @Test
  void twoObjects_areToldApart() {
    Explorer e = new Explorer(MeetingsTest::load, MACHINE, Bounds.EXHAUSTIVE).countingMeetings();
    assertEquals(4, e.explore().explored());
    assertEquals(
        List.of(
            new Meeting("y", List.of(new Meeting.Way("a adds, b reads", 2)), 2, 2),
            new Meeting("x", List.of(new Meeting.Way("a changes, b changes", 1)), 1, 1)),
        e.meetings());
  }

  private static void load(Machine m) {
    SharedInt[] v = new SharedInt[2];
    m.boot(
        () -> {
          v[0] = new SharedInt("x", 0);
          v[1] = new SharedInt("y", 0);
        });
    m.spawnKthread(
        "a",
        () -> {
          v[0].writeOnce(1);
          v[1].add(1);
        });
    m.spawnKthread(
        "b",
        () -> {
          v[0].writeOnce(2);
          v[1].readOnce();
        });
  }
}
