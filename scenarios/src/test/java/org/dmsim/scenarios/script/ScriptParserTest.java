package org.dmsim.scenarios.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.version.KernelVersion;
import org.junit.jupiter.api.Test;

final class ScriptParserTest {

  private static Script parse(String text) {
    return ScriptParser.parse("x.dm", text);
  }

  @Test
  void header_saysWhichMachine() {
    Configuration c = parse("kernel 6.6-rc1 preempt=none cpus=4\nlist\n").header().configuration();
    assertEquals(KernelVersion.parse("6.6-rc1"), c.kernel());
    assertEquals(PreemptionModel.NONE, c.preemption());
    assertEquals(4, c.cpus());
  }

  @Test
  void header_whenAbsent_isTheNewestKernelWithFullPreemptionAndTwoCpus() {
    Configuration c = parse("list").header().configuration();
    assertEquals(KernelVersion.newest(), c.kernel());
    assertEquals(PreemptionModel.FULL, c.preemption());
    assertEquals(2, c.cpus());
  }

  @Test
  void phases_followTheText() {
    Script s =
        parse(
            """
            create d0   # a comment
            task a:
              list

              targets
            task b:
            	list
            remove d0
            """);
    assertEquals(3, s.phases().size());
    Phase.Sequence first = assertInstanceOf(Phase.Sequence.class, s.phases().get(0));
    assertEquals("create d0", first.steps().getFirst().text());
    Phase.Together both = assertInstanceOf(Phase.Together.class, s.phases().get(1));
    assertEquals(List.of("a", "b"), both.tasks().stream().map(Phase.TaskBlock::name).toList());
    assertEquals(2, both.tasks().getFirst().steps().size());
    assertInstanceOf(Phase.Sequence.class, s.phases().get(2));
  }

  @Test
  void load_keepsTheTableAsItStands() {
    Script s = parse("create d0\nload d0 0 8 linear  1:0   0; 8 8 zero # two\n");
    Step load = ((Phase.Sequence) s.phases().getFirst()).steps().get(1);
    assertEquals("0 8 linear  1:0   0; 8 8 zero", load.arg(1));
  }

  @Test
  void numbers_mayHaveUnits() {
    Step write =
        ((Phase.Sequence) parse("write ram0 4K 64K 0xff").phases().getFirst()).steps().getFirst();
    assertEquals(4096, write.number(1));
    assertEquals(65536, write.number(2));
    assertEquals(255, write.number(3));
  }

  @Test
  void disk_hasOptionsWithUnits() {
    DiskSpec d = parse("disk nullb1 1G latency=2.5s discard\nlist").disks().getFirst();
    assertEquals("nullb1", d.name());
    assertEquals(1L << 30, d.bytes());
    assertEquals(2_500_000_000L, d.option("latency", 0));
    assertTrue(d.has("discard"));
  }

  @Test
  void flags_standInAnyOrder() {
    Step s =
        ((Phase.Sequence) parse("create d0\nsuspend d0 nolockfs noflush").phases().getFirst())
            .steps()
            .get(1);
    assertTrue(s.has("noflush"));
    assertTrue(s.has("nolockfs"));
  }

  @Test
  void expect_behindACommandIsAboutItsAnswer() {
    Step s =
        ((Phase.Sequence) parse("resume d9\nexpect ENXIO").phases().getFirst()).steps().getFirst();
    assertTrue(s.isAsExpected("ENXIO"));
    assertTrue(s.isAsExpected("-1 ENXIO"));
    assertTrue(!s.isAsExpected("ok flags= open=0"));
  }

  @Test
  void expect_ofTheRunMayNameAKernel() {
    Expectation e =
        parse("list\nexpect \"BUG: x\" on 6.6-rc1 preempt=none").expectations().getFirst();
    assertEquals(Expectation.What.REPORT, e.what());
    assertEquals("BUG: x", e.text());
    assertEquals(KernelVersion.parse("6.6-rc1"), e.kernel());
    assertEquals(PreemptionModel.NONE, e.preemption());
  }

  @Test
  void about_isTheCommentAtTheHead() {
    Script s = parse("# Shows it.\n# More.\n\n# not this\nfixed 6.6\nlist\n");
    assertEquals(List.of("Shows it.", "More."), s.about());
    assertEquals(List.of("6.6"), s.labels("fixed"));
  }

  @Test
  void recorded_takesACommandAsItStands() {
    Step s = StepParser.recorded("c", 1, "message d0 0 mark #1  x");
    assertEquals("mark #1 x", s.arg(2));
    assertEquals("", StepParser.recorded("c", 1, "load d0").arg(1));
  }

  @Test
  void machineOfDisksAlone_isOne_butNoScript() {
    String disks = "disk ram0 64M\n";
    assertEquals(1, ScriptParser.parseMachine("m.dm", disks).disks().size());
    assertThrows(ScriptError.class, () -> ScriptParser.parse("m.dm", disks));
  }
}
