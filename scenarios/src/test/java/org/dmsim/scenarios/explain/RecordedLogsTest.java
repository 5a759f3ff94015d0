package org.dmsim.scenarios.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.dmsim.scenarios.explain.meaning.Finding;
import org.dmsim.scenarios.explain.meaning.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs that real kernels printed, and the bugs that are recognised in them. */
final class RecordedLogsTest {

  private static final String FULL = "nowait-bug-linux-6.1.192-preempt-full";
  private static final String NONE = "nowait-bug-linux-6.1.192-preempt-none";
  private static final String KASAN = "nowait-uaf-linux-6.1.192-preempt-none-kasan";
  private static final String SEED = "seed-linux-6.6-rc1";

  private static Finding first(String log) {
    return Logs.findings(log).getFirst();
  }

  @ParameterizedTest
  @ValueSource(strings = {FULL, NONE, SEED})
  void sleepingUnderTheNowaitLookup_isThatBug(String name) {
    for (Finding f : Logs.findings(Logs.recorded(name))) {
      assertEquals(Reason.RCU, f.reason(), name + " line " + f.report().line());
      assertTrue(List.of("dm_submit_bio", "submit_bio_noacct").contains(f.offender()));
      assertEquals("a9ce385344f9", f.bug().commit());
      assertEquals("nowait", f.bug().scenarios().getFirst());
    }
  }

  @Test
  void everyReportOfALog_isFound() {
    assertEquals(
        List.of(1, 40),
        Logs.findings(Logs.recorded(FULL)).stream().map(f -> f.report().line()).toList());
    assertEquals(
        List.of(2, 45, 84, 125),
        Logs.findings(Logs.recorded(NONE)).stream().map(f -> f.report().line()).toList());
  }

  @Test
  void seed_saysThatNoListOfLocksShowsWhoOpened() {
    Explanation e = Logs.explain(Logs.recorded(SEED));
    String text = Logs.text(e);
    assertTrue(text.contains("lockdep is turned off"), text);
    assertEquals("", e.entries().getFirst().finding().opener());
    String note = e.entries().getFirst().finding().bug().note();
    assertTrue(note.contains("is not ruled out"), note);
  }

  @ParameterizedTest
  @CsvSource({
    "6.6.0-rc1-g39956d2dcd81, a9ce385344f9",
    "6.5.4, a9ce385344f9",
    "6.1.54, a9ce385344f9",
    "6.5.5, ''",
    "6.1.90, ''",
    "6.6.0-rc2, ''",
    "6.7.1, ''",
    "5.18.19, ''",
    "5.15.0-91-generic, ''"
  })
  void withoutAListOfLocks_theKernelsNumberDecides(String kernel, String fix) {
    Finding f = first(Logs.recorded(SEED).replace("6.6.0-rc1-g39956d2dcd81", kernel));
    assertEquals(fix, f.bug() == null ? "" : f.bug().commit());
  }

  @Test
  void sectionOfACaller_isNotThatBug() {
    Finding f =
        first(
            Logs.recorded(FULL)
                .replaceFirst("at: dm_get_live_table_fast", "at: some_fs_submit")
                .replace("6.1.192", "6.5.1"));
    assertEquals("some_fs_submit", f.opener());
    assertNull(f.bug());
  }

  @Test
  void useAfterFree_namesTheSwapThatFreed() {
    Finding f = first(Logs.recorded(KASAN));
    assertEquals("dm_swap_table", f.freedBy());
    assertEquals("dm_table_complete", f.allocatedBy());
    assertEquals("nowait-uaf", f.bug().scenarios().getFirst());
    assertEquals("", f.bug().commit(), "6.1.192 has the fix by its number: no promise");
    assertEquals(
        "a9ce385344f9", first(Logs.recorded(KASAN).replace("6.1.192", "6.1.20")).bug().commit());
  }

  @ParameterizedTest
  @CsvSource({
    "rcu-schedule-linux-6.1.192-preempt-full, schedule",
    "rcu-msleep-linux-6.1.192-preempt-full, msleep"
  })
  void voluntarySwitch_namesWhoSlept(String name, String inner) {
    Finding f = first(Logs.recorded(name));
    assertEquals("do_op", f.offender());
    assertEquals("runner", f.caller().symbol());
    assertEquals(3, f.report().line());
    assertTrue(f.stack().stream().anyMatch(s -> s.symbol().equals(inner)));
    assertNull(f.bug());
  }

  @ParameterizedTest
  @CsvSource({
    "circle-of-two-linux-6.1.192-preempt-full, 2",
    "circle-of-three-linux-6.1.192-preempt-full, 3"
  })
  void circle_namesTheLocksAndTheChain(String name, int links) {
    Finding f = first(Logs.recorded(name));
    assertEquals("ctx_mutex", f.wants().name());
    assertEquals("op_mutex", f.holds().name());
    assertEquals(links, f.report().links().size());
  }

  @Test
  void suspendLockAgainstTheReaders_isLikeItsExhibit() {
    Finding f =
        first(
            Logs.recorded("circle-of-two-linux-6.1.192-preempt-full")
                .replace("op_mutex", "&md->io_barrier")
                .replace("ctx_mutex", "&md->suspend_lock"));
    assertEquals(List.of("destroy-against-swap"), f.bug().scenarios());
    assertEquals("", f.bug().commit());
  }

  @Test
  void otherPeoplesNames_areNotDevicemappers() {
    Finding f =
        first(
            Logs.fault("put-twice")
                .replace("&md->io_barrier", "rcu_read_lock")
                .replace("dm_put_live_table", "dm_suspend")
                .replace("dm_blk_report_zones+0x94/0x110", "amdgpu_suspend+0x94/0x110 [amdgpu]"));
    assertEquals(List.of(), Rules.scenarios(f));
    assertEquals(List.of(), Rules.of(f));
    assertNull(f.bug());
  }
}
