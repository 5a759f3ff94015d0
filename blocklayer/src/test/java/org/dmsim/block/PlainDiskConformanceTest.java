package org.dmsim.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.block.disk.Latency;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plain disks answer as a real kernel's did. */
class PlainDiskConformanceTest {

  static List<RecordedCase> cases() {
    return RecordedCase.read("plain-disks.jsonl");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void answersAsRecorded(RecordedCase recorded) {
    String[] first = recorded.steps().getFirst().command().split(" ");
    PlainCommands commands =
        first[0].equals("timer")
            ? new PlainCommands(Latency.fixed(Long.parseLong(first[2])))
            : new PlainCommands();
    List<List<String>> answers =
        commands.run(recorded.steps().stream().map(RecordedCase.Step::command).toList());

    List<String> expected = new ArrayList<>();
    List<String> actual = new ArrayList<>();
    for (int i = 0; i < recorded.steps().size(); i++) {
      RecordedCase.Step step = recorded.steps().get(i);
      expected.add("> " + step.command());
      expected.addAll(step.out());
      actual.add("> " + step.command());
      actual.addAll(answers.get(i));
    }
    assertEquals(String.join("\n", expected), String.join("\n", actual));
    assertTrue(commands.outcome().isClean(), () -> commands.outcome().reports().toString());
  }
}
