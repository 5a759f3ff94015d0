package org.dmsim.scenarios.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.dmsim.scenarios.explain.meaning.Finding;
import org.dmsim.scenarios.explain.meaning.Reason;
import org.junit.jupiter.api.Test;

/** Who holds what, and what is not said where the log leaves a doubt. */
final class HoldersTest {

  private static final String CIRCLE = Logs.fault("hung-in-a-circle");

  private static List<String> holders(String log) {
    return Logs.findings(log).stream().map(Finding::heldBy).toList();
  }

  @Test
  void addresses_tellLocksOfOneClassApart() {
    assertEquals(List.of("frobd/1002", "frobctl/1001"), holders(CIRCLE));
    String others =
        CIRCLE.replaceFirst(
            "(?s)#0: ffff888105a0c158 (.*at: frob_work)", "#0: ffff888105a0c999 $1");
    assertEquals(List.of("", "frobctl/1001"), holders(others));
  }

  @Test
  void withoutAddresses_onlyALockThatThereIsOnceHasAHolder() {
    String hidden = CIRCLE.replaceAll("#(\\d): ffff888105a0c\\w+ ", "#$1: ");
    assertEquals(List.of("", ""), holders(hidden));
    assertEquals(
        List.of("frobd/1002", "frobctl/1001"),
        holders(
            hidden.replace("&frob->ctl_mutex", "ctl_mutex").replace("&frob->map_sem", "map_sem")));
  }

  @Test
  void twoTasksThatMayHoldIt_areNotGuessedAbout() {
    String three =
        CIRCLE.replace(
            "[   71.000373] =====",
            "[   71.000370] 2 locks held by frobx/1003:\n"
                + "[   71.000371]  #0: ffff888105a0c158 (&frob->ctl_mutex){+.+.}-{3:3}, at:"
                + " other+0x1/0x2\n"
                + "[   71.000372]  #1: ffff888105a0c0a8 (&frob->map_sem){++++}-{3:3}, at:"
                + " more+0x1/0x2\n"
                + "[   71.000373] =====");
    assertTrue(three.contains("frobx/1003"), "the log has changed");
    assertEquals("", holders(three).getFirst());
  }

  @Test
  void whoWaitsForWhom_isDrawn() {
    String text = Logs.text(Logs.explain(CIRCLE)).replaceAll("\\s+", " ");
    assertTrue(
        text.contains("frobd/1002 → &frob->map_sem → frobctl/1001: the circle is closed"), text);
  }

  /** A kernel before 5.17 prints no depth of RCU: then the list of locks has to say it. */
  @Test
  void sectionsThatMayBeSleptIn_areNoReason() {
    String log =
        Logs.fault("sleeping-with-interrupts-off")
            .replace("((wq_completion)frob_wq)", "(rcu_read_lock_trace)")
            .replace("irqs_disabled(): 128", "irqs_disabled(): 0")
            .replaceAll("(?m)^.*(?:RCU nest depth|preempt_count):.*\n", "");
    Finding f = Logs.findings(log).getFirst();
    assertEquals(null, f.reason());
    assertEquals("", f.opener());
    Finding plain = Logs.findings(log.replace("rcu_read_lock_trace", "rcu_read_lock")).getFirst();
    assertEquals(Reason.RCU, plain.reason());
  }
}
