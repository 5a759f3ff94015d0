package org.dmsim.strategy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.dmsim.machine.Access;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Strategy;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  private static final class Cell extends Shared {
    int value;

    Cell() {
      super("cell");
    }
  }

  /** Three tasks that add to one cell in two steps, and draw a number each. */
  private static String play(Strategy strategy, int rounds) {
    Machine m = new Machine(Configuration.standard(), strategy);
    Cell[] cell = new Cell[1];
    m.boot(() -> cell[0] = new Cell());
    StringBuilder story = new StringBuilder();
    for (int i = 0; i < 3; i++) {
      int n = i;
      m.spawn(
          "adder",
          () -> {
            for (int k = 0; k < rounds; k++) {
              Sched.point(cell[0], Access.READ);
              int seen = cell[0].value;
              Sched.point(cell[0], Access.WRITE);
              cell[0].value = seen + 1 + m.chooseInt(3);
              story.append(n).append(':').append(cell[0].value).append(' ');
            }
          });
    }
    return story.append(m.run()).toString();
  }

  @Test
  void replay_ofWhatWasRecorded_isTheSameRun() {
    for (long seed = 0; seed < 50; seed++) {
      Recorder recorder = new Recorder(new RandomWalk(seed));
      String first = play(recorder, 4);
      Schedule read = Schedule.parse(recorder.schedule().toString());
      assertEquals(recorder.schedule(), read);
      Replay replay = new Replay(read);
      assertEquals(first, play(replay, 4));
      replay.verify();
    }
  }

  @Test
  void schedule_ofTheDefaultRun_hasNoDeviations() {
    Recorder recorder = new Recorder(new RoundRobin());
    play(recorder, 2);
    assertEquals(List.of(), recorder.schedule().deviations());
  }

  @Test
  void replay_onAShorterProgram_saysWhereItDiverged() {
    Recorder recorder = new Recorder(new RandomWalk(3));
    play(recorder, 4);
    Replay replay = new Replay(recorder.schedule());
    // The shorter program ends before all switches were made, or cannot make one of them.
    Throwable thrown =
        assertThrows(
            Throwable.class,
            () -> {
              play(replay, 1);
              replay.verify();
            });
    while (thrown.getCause() != null) {
      thrown = thrown.getCause();
    }
    assertTrue(
        thrown.getMessage().matches("the replay diverged at step \\d+: expected .*, got .*"),
        thrown.getMessage());
  }

  @Test
  void replay_withAnotherDigest_saysSo() {
    Recorder recorder = new Recorder(new RoundRobin());
    play(recorder, 2);
    Replay replay = new Replay(new Schedule(List.of(), recorder.schedule().digest() + 1));
    play(replay, 2);
    assertThrows(Replay.Diverged.class, replay::verify);
  }

  @Test
  void parse_ofWhatIsNoSchedule_saysWhatToDo() {
    assertEquals(
        "'v0:1.2:3' is not a schedule; paste the v1:… that dmsim printed", message("v0:1.2:3"));
    assertEquals(
        "'v1:12:3' is damaged: it reads STEP.TASK or STEP=VALUE between commas, then a digest",
        message("v1:12:3"));
  }

  private static String message(String text) {
    return assertThrows(IllegalArgumentException.class, () -> Schedule.parse(text)).getMessage();
  }
}
