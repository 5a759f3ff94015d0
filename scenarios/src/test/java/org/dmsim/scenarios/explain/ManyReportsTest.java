package org.dmsim.scenarios.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.scenarios.explain.meaning.Finding;
import org.dmsim.scenarios.explain.meaning.Log;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Logs with several reports: mixed, repeated, following from each other, cut. */
final class ManyReportsTest {

  private static final String ONE = "sleeping-under-spinlock";
  private static final String TWO = "recursive-on-the-same-lock";

  private static List<String> called(String name, String caller) {
    return Logs.fault(name).lines().map(l -> l.replaceFirst("\\]", "][" + caller + "]")).toList();
  }

  private static String mixed(List<String> a, List<String> b) {
    List<String> out = new ArrayList<>();
    for (int i = 0; i < Math.max(a.size(), b.size()); i++) {
      if (i < a.size()) {
        out.add(a.get(i));
      }
      if (i < b.size()) {
        out.add(b.get(i));
      }
    }
    return String.join("\n", out);
  }

  private static List<String> meanings(List<Finding> all) {
    return all.stream().map(FormatsTest::meaning).toList();
  }

  @Test
  void twoCallers_lineByLine_areTwoReports() {
    List<String> right =
        meanings(
            List.of(
                Logs.findings(Logs.fault(ONE)).getFirst(),
                Logs.findings(Logs.fault(TWO)).getFirst()));
    assertEquals(
        right, meanings(Logs.findings(mixed(called(ONE, "  T311"), called(TWO, "  T701")))));
  }

  @Test
  void twoReports_lineByLineWithoutCallers_areSaidNotToBeTellable() {
    String log = mixed(Logs.fault(ONE).lines().toList(), Logs.fault(TWO).lines().toList());
    Explanation e = Logs.explain(log);
    String text = Logs.text(e);
    assertTrue(text.contains("no caller ids tell them apart"), text);
    for (Finding f : e.entries().stream().map(Log.Entry::finding).toList()) {
      assertEquals("", f.report().mixed() ? f.offender() + f.opener() : "", text);
    }
  }

  @Test
  void fiveHundredEqualReports_areOneWithACount() {
    count(500);
  }

  @Test
  @Tag("deep")
  void tenThousandEqualReports_areOneWithACount() {
    count(10_000);
  }

  private static void count(int times) {
    Explanation e = Logs.explain(Logs.fault(ONE).repeat(times));
    assertEquals(1, e.entries().size());
    assertEquals(times, e.entries().getFirst().count());
    String text = Logs.text(e);
    assertTrue(text.contains(times + " of the same in all"), text);
    assertTrue(text.lines().count() < 40, text);
  }

  @Test
  void aFewEqualReports_areToldOnceAndListedEach() {
    Explanation e = Logs.explain(Logs.fault(ONE).repeat(3));
    assertEquals(3, e.entries().size());
    assertEquals(Integer.valueOf(0), e.entries().get(2).sameAs());
    assertEquals(1, Logs.text(e).split("may sleep under").length - 1);
  }

  @Test
  void firstUntaintedReport_isTheOneToBeginWith() {
    Explanation e =
        Logs.explain(
            Logs.fault("reference-count").replace("Not tainted", "Tainted: G        W       ")
                + Logs.fault(ONE));
    assertEquals(1, e.main());
    assertTrue(Logs.text(e).startsWith("frob_grow_map"), Logs.text(e));
  }

  @Test
  void whatFollowsFromWhat_isTold() {
    List<Log.Entry> count = Logs.explain(Logs.fault("count-that-is-wrong-afterwards")).entries();
    assertEquals(Integer.valueOf(0), count.get(1).causes());
    List<Log.Entry> freed = Logs.explain(Logs.fault("lock-freed-and-used")).entries();
    assertEquals(Integer.valueOf(0), freed.get(1).causes());
  }

  @Test
  void newestLineFirst_isReadFromTheEnd() {
    List<String> lines = Logs.fault(ONE).lines().toList();
    Explanation e = Logs.explain(String.join("\n", lines.reversed()));
    assertEquals(
        meanings(Logs.findings(Logs.fault(ONE))),
        meanings(e.entries().stream().map(Log.Entry::finding).toList()));
    assertEquals(lines.size(), e.entries().getFirst().finding().report().line());
    assertTrue(Logs.text(e).contains("it was read from its end"));
  }

  @Test
  void panicInsideAReport_isPartOfIt() {
    String log =
        Logs.fault("reference-count")
            .replaceFirst(
                "(?m)^(.*)(RIP: .*)$", "$1Kernel panic - not syncing: panic_on_warn set\n$1$2");
    Finding f = Logs.findings(log).getFirst();
    assertEquals("dm_put_table_device", f.offender());
    assertEquals(0, Logs.explain(log).unreadCount());
  }

  @Test
  void anotherBoot_endsAReport() {
    String log =
        Logs.fault(ONE).lines().limit(10).reduce("", (a, b) -> a + b + "\n")
            + "[    0.000000] Linux version 6.4.3 (frob@box) #7 SMP\n"
            + "[    1.000000] frob_probe+0x1/0x2\n";
    Finding f = Logs.findings(log).getFirst();
    assertEquals(10, f.report().last());
  }

  @Test
  void everyBeginningOfALog_saysNoMoreThanItHolds() {
    for (String log : Logs.all()) {
      for (int end = 0; end < log.length(); end += 397) {
        String part = log.substring(0, end);
        for (Finding f : Logs.findings(part)) {
          assertTrue(f.bug() == null || part.contains("+0x"), part);
          assertTrue(f.offender().isEmpty() || part.contains(f.offender()), part);
        }
      }
    }
  }
}
