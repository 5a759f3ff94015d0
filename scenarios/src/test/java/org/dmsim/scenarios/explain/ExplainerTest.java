package org.dmsim.scenarios.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dmsim.scenarios.explain.Statement.Basis;
import org.dmsim.scenarios.museum.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs of real kernels, whole and mangled. */
final class ExplainerTest {

  private static final String FULL = "nowait-bug-linux-6.1.192-preempt-full";
  private static final String NONE = "nowait-bug-linux-6.1.192-preempt-none";
  private static final String KASAN = "nowait-uaf-linux-6.1.192-preempt-none-kasan";
  private static final String SEED = "seed-linux-6.6-rc1";
  private static final String SCHEDULE = "rcu-schedule-linux-6.1.192-preempt-full";
  private static final String MSLEEP = "rcu-msleep-linux-6.1.192-preempt-full";
  private static final String TWO = "circle-of-two-linux-6.1.192-preempt-full";
  private static final String THREE = "circle-of-three-linux-6.1.192-preempt-full";
  private static final List<String> ALL =
      List.of(FULL, NONE, KASAN, SEED, SCHEDULE, MSLEEP, TWO, THREE);

  private static String log(String name) throws IOException {
    try (InputStream in = ExplainerTest.class.getResourceAsStream("/explain/" + name + ".log")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Explanation first(String log) {
    return Explainer.explain(log).getFirst();
  }

  private static List<String> texts(Explanation e, String about, Basis basis) {
    return e.statements().stream()
        .filter(s -> s.about().equals(about) && s.basis() == basis)
        .map(Statement::text)
        .toList();
  }

  private static String head(String log, int lines) {
    return log.lines().limit(lines).collect(Collectors.joining("\n"));
  }

  private static String each(String log, UnaryOperator<String> mangle) {
    return log.lines().map(mangle).collect(Collectors.joining("\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {FULL, NONE, SEED})
  void sleepingUnderTheNowaitLookup_namesSectionCloneRuleAndFix(String name) throws IOException {
    Explanation e = first(log(name));
    assertTrue(
        e.statements().stream()
            .anyMatch(
                s -> s.about().equals("reason") && s.text().startsWith("an RCU read section")));
    assertEquals(
        List.of("dm_submit_bio → bio_alloc_clone → bio_alloc_bioset → mempool_alloc"),
        texts(e, "sleeping call", Basis.LOG));
    assertTrue(texts(e, "sleeping call", Basis.GENERAL_RULE).getFirst().contains("GFP_NOIO"));
    assertEquals(Rule.NO_BLOCKING_ALLOCATION_UNDER_RCU, e.rules().getFirst());
    assertEquals("nowait", e.alike().getFirst());
    assertEquals("a9ce385344f9", e.commit());
    assertEquals(List.of(), texts(e, "unread", Basis.NOT_READ));
  }

  @Test
  void seed_saysWhatRestsOnTheLogAndWhatDoesNot() throws IOException {
    Explanation e = first(log(SEED));
    assertEquals(
        List.of("an RCU read section: RCU nest depth is 1, and every other count is 0"),
        texts(e, "reason", Basis.LOG));
    assertEquals(List.of(), texts(e, "opened by", Basis.LOG));
    assertTrue(
        texts(e, "opened by", Basis.NOT_READ).getFirst().startsWith("lockdep is turned off"));
    assertTrue(texts(e, "opened by", Basis.GENERAL_RULE).getFirst().contains("5.19 to 6.6-rc1"));
    assertEquals("dm-nowait/5580", e.task());
    assertEquals("6.6.0-rc1-g39956d2dcd81", e.kernel());
  }

  @Test
  void heldLock_namesWhoOpenedTheSection() throws IOException {
    assertEquals(
        List.of("dm_get_live_table_fast (RCU read section rcu_read_lock)"),
        texts(first(log(FULL)), "opened by", Basis.LOG));
  }

  @Test
  void everyReportOfALog_isExplained() throws IOException {
    assertEquals(
        List.of(1, 40), Explainer.explain(log(FULL)).stream().map(Explanation::line).toList());
    assertEquals(
        List.of(2, 45, 84, 125),
        Explainer.explain(log(NONE)).stream().map(Explanation::line).toList());
  }

  @Test
  void useAfterFree_namesTheSwapThatFreed() throws IOException {
    Explanation e = first(log(KASAN));
    assertTrue(texts(e, "freed", Basis.LOG).getFirst().contains("dev_suspend → dm_swap_table"));
    assertEquals("nowait-uaf", e.alike().getFirst());
    assertEquals(Rule.WAIT_BEFORE_YOU_FREE, e.rules().getFirst());
    assertFalse(texts(e, "likeness", Basis.GENERAL_RULE).isEmpty());
  }

  @ParameterizedTest
  @CsvSource({SCHEDULE + ", do_op", MSLEEP + ", do_op → msleep"})
  void voluntarySwitch_inAReadSection_namesWhoSlept(String name, String end) throws IOException {
    List<Explanation> all = Explainer.explain(log(name));
    assertEquals(1, all.size());
    Explanation e = all.getFirst();
    assertEquals(3, e.line());
    assertEquals("Voluntary context switch within RCU read-side critical section!", e.headline());
    assertTrue(e.task().matches("probe/\\d+"), e.task());
    assertEquals("6.1.192", e.kernel());
    assertEquals(
        List.of("an RCU read section: the kernel says so itself"), texts(e, "reason", Basis.LOG));
    assertEquals(List.of("ret_from_fork → kthread → runner → " + end), texts(e, "path", Basis.LOG));
    assertEquals(
        List.of(end.substring(end.lastIndexOf(' ') + 1)), texts(e, "sleeping call", Basis.LOG));
    assertEquals(
        List.of("the log has no list of held locks"), texts(e, "opened by", Basis.NOT_READ));
    assertEquals(List.of(Rule.NO_BLOCKING_ALLOCATION_UNDER_RCU), e.rules());
    assertEquals(List.of(), e.alike());
    assertEquals("", e.commit());
    assertEquals(List.of(), texts(e, "unread", Basis.NOT_READ));
  }

  @ParameterizedTest
  @CsvSource({
    TWO + ", do_op takes op_mutex under ctx_mutex",
    THREE + ", do_op takes op_mutex under op_rwsem; do_op takes op_rwsem under ctx_mutex"
  })
  void circularLocking_namesTheLocksAndTheOtherOrder(String name, String elsewhere)
      throws IOException {
    List<Explanation> all = Explainer.explain(log(name));
    assertEquals(1, all.size());
    Explanation e = all.getFirst();
    assertEquals("WARNING: possible circular locking dependency detected", e.headline());
    assertTrue(e.task().matches("probe/\\d+"), e.task());
    assertEquals(List.of("do_op (lock op_mutex)"), texts(e, "holds", Basis.LOG));
    assertEquals(List.of("ctx_mutex in do_op"), texts(e, "wants", Basis.LOG));
    assertEquals(List.of(elsewhere.split("; ")), texts(e, "elsewhere", Basis.LOG));
    assertEquals(
        List.of("ret_from_fork → kthread → runner → do_op → __mutex_lock"),
        texts(e, "path", Basis.LOG));
    assertEquals(List.of(Rule.HOLD_NOTHING_THAT_THE_WAKER_NEEDS), e.rules());
    assertEquals(List.of(), e.alike());
    assertEquals(List.of(), texts(e, "unread", Basis.NOT_READ));
  }

  /** The lines about suspend_lock and io_barrier are those of a log with other names. */
  @Test
  void circularLocking_ofSuspendLockAndTheReaders_isLikeItsExhibit() throws IOException {
    Explanation e =
        first(
            log(TWO)
                .replace("op_mutex", "&md->io_barrier")
                .replace("ctx_mutex", "&md->suspend_lock"));
    assertEquals(List.of("destroy-against-swap"), e.alike());
    assertEquals(List.of(Rule.A_GRACE_PERIOD_IS_A_LOCK), e.rules());
  }

  static Stream<UnaryOperator<String>> prefixes() {
    return Stream.of(
        l -> "[   12.345678] " + l,
        l -> "<3>[   12.345678] " + l,
        l -> "[   12.345678][   T55] " + l,
        l -> "[Mon Nov 23 02:00:00 2026] " + l,
        l -> "Nov 23 02:00:00 host kernel: " + l,
        l -> "Nov 23 02:00:00 host kernel: [   12.345678] " + l,
        l -> "2026-11-23T02:00:00.123456+01:00 host kernel: " + l,
        l -> l + "\r");
  }

  @ParameterizedTest
  @MethodSource("prefixes")
  void prefixes_changeNothing(UnaryOperator<String> prefix) throws IOException {
    for (String name : ALL) {
      assertEquals(Explainer.explain(log(name)), Explainer.explain(each(log(name), prefix)));
    }
  }

  @Test
  void foreignLines_areLeftOutAndCounted() throws IOException {
    List<String> lines = new ArrayList<>(log(SEED).lines().toList());
    lines.add(20, "Nov 23 02:00:00 host sshd[12]: BUG: KASAN: use-after-free in nothing");
    lines.add(14, "usb 1-1: new high-speed USB device number 2 using xhci_hcd");
    Explanation e = first(String.join("\n", lines));
    assertEquals(texts(first(log(SEED)), "path", Basis.LOG), texts(e, "path", Basis.LOG));
    assertEquals(
        List.of("lines that are not this report's were left out: 15, 22"),
        texts(e, "unread", Basis.NOT_READ));
  }

  @Test
  void twoCallersInterleaved_areTwoReports() throws IOException {
    List<String> one = each(log(SEED), l -> "[   1.0][  T55] " + l).lines().toList();
    List<String> two = each(log(KASAN), l -> "[   1.0][  T81] " + l).lines().toList();
    List<String> both = new ArrayList<>();
    for (int i = 0; i < two.size(); i++) {
      if (i < one.size()) {
        both.add(one.get(i));
      }
      both.add(two.get(i));
    }
    List<Explanation> found = Explainer.explain(String.join("\n", both));
    assertEquals(2, found.size());
    assertEquals(
        texts(first(log(SEED)), "path", Basis.LOG), texts(found.get(0), "path", Basis.LOG));
    assertEquals(
        texts(first(log(KASAN)), "freed", Basis.LOG), texts(found.get(1), "freed", Basis.LOG));
  }

  @Test
  void cutInsideTheTrace_isSaidAndNothingIsConcluded() throws IOException {
    Explanation e = first(head(log(FULL), 12) + "\n bio_alloc_bios");
    assertEquals(
        List.of(
            "the log ends inside the call trace; who called the last frame shown is not known",
            "line 13 is cut: \"bio_alloc_bios\""),
        texts(e, "unread", Basis.NOT_READ));
    assertEquals(List.of(Rule.NO_BLOCKING_ALLOCATION_UNDER_RCU), e.rules());
    assertEquals(List.of(), e.alike());
    assertEquals("", e.commit());
  }

  @Test
  void everyPrefixOfALog_isExplainedWithoutMoreThanItHolds() throws IOException {
    for (String name : ALL) {
      String log = log(name);
      for (int end = 0; end < log.length(); end += 37) {
        String part = log.substring(0, end);
        for (Explanation e : Explainer.explain(part)) {
          boolean named = part.contains("dm_submit_bio+0x");
          assertTrue(named || e.commit().isEmpty(), "a fix is named from:\n" + part);
        }
      }
    }
  }

  @Test
  void headlineAlone_saysThatNothingElseIsThere() throws IOException {
    Explanation e = first(head(log(FULL), 1));
    assertEquals(List.of(), e.rules());
    assertEquals(
        List.of(
            "the log ends before any call trace",
            "the line with in_atomic() is missing",
            "the line with preempt_count is missing"),
        texts(e, "unread", Basis.NOT_READ));
    assertEquals(
        List.of("the log does not show why sleeping was forbidden"),
        texts(e, "reason", Basis.NOT_READ));
  }

  @Test
  void preemptCount_isReadByItsFields() {
    assertEquals("nothing disabled", Counts.bits(0));
    assertEquals("preemption disabled 2 deep", Counts.bits(2));
    assertEquals("serving a softirq", Counts.bits(0x100));
    assertEquals("preemption disabled 1 deep, bottom halves disabled 1 deep", Counts.bits(0x201));
    assertEquals("in a hard interrupt", Counts.bits(0x10000));
    assertEquals("in an NMI", Counts.bits(0x100000));
  }

  @Test
  void schedulingWhileAtomic_underASpinlock_isNoRuleOfTableLookup() {
    Explanation e =
        first(
            """
            BUG: scheduling while atomic: kworker/0:1/17/0x00000002
            1 lock held by kworker/0:1/17:
             #0: ffff888001234567 (&foo->lock){+.+.}-{2:2}, at: foo_work+0x10/0x40
            Preemption disabled at:
            [<ffffffff81234567>] foo_work+0x10/0x40
            Call Trace:
             <TASK>
             dump_stack_lvl+0x4c/0x5f
             __schedule_bug.cold+0x4c/0x5f
             __schedule+0xa/0x20
             schedule+0xa/0x20
             msleep+0xa/0x20
             foo_work+0x20/0x40
             </TASK>
            """);
    assertEquals("kworker/0:1/17", e.task());
    assertEquals(List.of("msleep"), texts(e, "sleeping call", Basis.LOG));
    assertEquals(List.of(), e.rules());
    assertEquals(
        List.of("foo_work (lock &foo->lock)", "foo_work (disabled preemption)"),
        texts(e, "opened by", Basis.LOG));
  }

  @Test
  void recursiveLocking_ofTheHashLock_isLikeItsExhibit() {
    Explanation e =
        first(
            """
            WARNING: possible recursive locking detected
            dmsetup/99 is trying to acquire lock:
            ffffffff81cbed60 (_hash_lock){++++}-{3:3}, at: dm_get_inactive_table+0x1/0x20

            but task is already holding lock:
            ffffffff81cbed60 (_hash_lock){++++}-{3:3}, at: table_clear+0x1/0x20
            """);
    assertEquals(List.of("hash-lock-twice"), e.alike());
    assertEquals(List.of("_hash_lock in dm_get_inactive_table"), texts(e, "wants", Basis.LOG));
    assertEquals(List.of("the log ends before any call trace"), texts(e, "unread", Basis.NOT_READ));
  }

  @Test
  void logWithoutAReport_hasNoExplanation() {
    assertEquals(List.of(), Explainer.explain("[    0.000000] Linux version 6.1.192\n"));
  }
}
