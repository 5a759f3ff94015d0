package org.dmsim.scenarios.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.dmsim.report.Report;
import org.dmsim.scenarios.script.ScriptParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What dm's own code does with PREEMPT_RT. */
class RealtimeDmTest {

  private static final String SNAPSHOT =
      """
      disk ram0 64M
      disk ram1 64M
      create origin
      load origin 0 1024 snapshot-origin 1:0
      create snap
      load snap 0 1024 snapshot 1:0 1:1 N 8
      resume snap
      resume origin
      write origin 0 4096 0x11
      read snap 0 4096
      """;

  private static List<Report> reports(String kernel, String commands) {
    return new ScriptRun(
            ScriptParser.parse("rt", "kernel " + kernel + "\n" + commands),
            Overrides.NONE,
            Listener.NONE)
        .run()
        .reports();
  }

  /** 8581b19eb2c5: the slots of the exception tables were guarded by bit spinlocks. */
  @Test
  void snapshot_takesSpinlocksUnderABitSpinlock_untilItsFix() {
    List<Report> reports = reports("6.12 preempt=rt", SNAPSHOT);
    assertTrue(
        reports
            .getFirst()
            .headline()
            .startsWith(
                "BUG: sleeping function called from invalid context at"
                    + " kernel/locking/spinlock_rt.c"),
        reports.toString());
    assertEquals(1, reports.getFirst().counts().inAtomic());
    assertEquals(List.of(), reports("6.12.117 preempt=rt", SNAPSHOT));
    assertEquals(List.of(), reports("6.12 preempt=full", SNAPSHOT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "load d0 0 1024 linear 1:0 0",
        "load d0 0 1024 striped 2 8 1:0 0 1:1 0",
        "load d0 0 1024 mirror core 2 8 nosync 2 1:0 0 1:1 0",
        "load d0 0 1024 delay 1:0 0 20",
        "load d0 0 1024 flakey 1:0 0 60 0",
        "load d0 0 1024 linear 253:0 0"
      })
  void otherTargets_keepTheRules(String load) {
    String commands =
        "disk ram0 64M\ndisk ram1 64M\ndisk nullb0 64M latency=1ms\ncreate d0\n"
            + load
            + "\n"
            + "resume d0\n"
            + "write d0 0 4096 0x22\n"
            + "read d0 0 4096\n"
            + "suspend d0\n"
            + "resume d0\n"
            + "remove d0\n";
    assertEquals(List.of(), reports("6.12.117 preempt=rt", commands));
  }
}
