package org.dmsim.scenarios.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.scenarios.run.Listener;
import org.dmsim.scenarios.run.Overrides;
import org.dmsim.scenarios.run.ScriptRun;
import org.dmsim.scenarios.script.ScriptParser;
import org.dmsim.scenarios.script.Step;
import org.junit.jupiter.api.Test;

/** The README's target of one's own: one class, one line in META-INF/services. */
class WrapTargetTest {

  private static final String SCRIPT =
      """
      kernel 6.1.192
      disk ram0 64M
      create d0
      load d0 0 1024 wrap 1:0 64
      resume d0
      write d0 32768 4096 7
      read d0 0 4096
      read d0 65536 4096
      read ram0 0 4096
      read d0 28672 8192
      """;

  @Test
  void aTargetOfOnesOwn_isLoadedAndMapsItsBios() {
    List<String> answers = new ArrayList<>();
    Listener listener =
        new Listener() {
          @Override
          public void answers(String task, Step step, List<String> lines) {
            answers.add(lines.getFirst());
          }
        };
    assertTrue(
        new ScriptRun(ScriptParser.parse("wrap", SCRIPT), Overrides.NONE, listener)
            .run()
            .isClean());
    assertEquals("4096", answers.get(3));
    String seven = answers.get(4);
    assertEquals(
        List.of(seven, seven, seven), answers.subList(4, 7), "one place, three ways to it");
    assertTrue(answers.get(7).startsWith("8192 "), "cut at the seam: " + answers.get(7));
  }
}
