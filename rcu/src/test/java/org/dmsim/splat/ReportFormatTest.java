package org.dmsim.splat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.dmsim.locking.Mutex;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.rcu.Rcu;
import org.dmsim.report.Report;
import org.dmsim.strategy.RoundRobin;
import org.dmsim.version.KernelVersion;
import org.junit.jupiter.api.Test;

/** One mistake, twice, as each kernel words it; the wording was seen in logs of these kernels. */
class ReportFormatTest {

  private static List<Report> reports(String kernel, PreemptionModel model) {
    Machine m =
        new Machine(
            Configuration.standard().on(KernelVersion.parse(kernel), model), new RoundRobin());
    m.spawnKthread(
        "probe",
        () -> {
          Mutex mutex = new Mutex("lock");
          Rcu.readLock();
          mutex.lock();
          mutex.unlock();
          mutex.lock();
          mutex.unlock();
          Rcu.readUnlock();
        });
    return m.run().reports().stream()
        .filter(r -> r.headline().startsWith("BUG: sleeping"))
        .toList();
  }

  private static List<String> head(String kernel) {
    return reports(kernel, PreemptionModel.FULL).getFirst().lines().stream().limit(6).toList();
  }

  private static String line(Report r, String start) {
    return r.lines().stream().filter(l -> l.startsWith(start)).findFirst().orElse("");
  }

  @Test
  void theCountsHaveLines_from516On() {
    List<String> old = head("5.15");
    assertEquals(
        "in_atomic(): 0, irqs_disabled(): 0, non_block: 0, pid: 55, name: probe", old.get(1));
    assertEquals("1 lock held by probe/55:", old.get(2));
    List<String> now = head("5.16");
    assertEquals("preempt_count: 0, expected: 0", now.get(2));
    assertEquals("RCU nest depth: 1, expected: 0", now.get(3));
  }

  @Test
  void theCheckIsCalled_asTheKernelCallsIt() {
    assertTrue(
        reports("5.15", PreemptionModel.FULL).getFirst().text().contains(" ___might_sleep+"));
    assertTrue(
        reports("5.16", PreemptionModel.FULL).getFirst().text().contains(" __might_resched+"));
  }

  @Test
  void locksHaveWaitTypes_from57On() {
    assertTrue(
        line(reports("5.6", PreemptionModel.FULL).getFirst(), " #0").contains("{....}, at: "));
    assertTrue(
        line(reports("5.7", PreemptionModel.FULL).getFirst(), " #0")
            .contains("{....}-{1:2}, at: "));
  }

  @Test
  void taint_hasAPlaceForEachLetter_andWordsFrom611On() {
    assertTainted("5.19", "CPU: 0 PID: 55 Comm: probe Tainted: G        W         5.19.0 #1");
    assertTainted("6.1.192", "CPU: 0 PID: 55 Comm: probe Tainted: G        W          6.1.192 #1");
    assertTainted(
        "6.12.117", "CPU: 0 UID: 0 PID: 55 Comm: probe Tainted: G        W          6.12.117 #1");
    Report words = reports("6.12.117", PreemptionModel.FULL).getLast();
    assertEquals("Tainted: [W]=WARN", line(words, "Tainted: "));
    assertEquals("", line(reports("6.10", PreemptionModel.FULL).getLast(), "Tainted: "));
    assertEquals("", line(reports("6.12.117", PreemptionModel.FULL).getFirst(), "Tainted: "));
  }

  private static void assertTainted(String kernel, String expected) {
    assertEquals(expected, line(reports(kernel, PreemptionModel.FULL).getLast(), "CPU: "));
  }

  @Test
  void theHeadline_namesTheLine_whereItIsKnown() {
    String start = "BUG: sleeping function called from invalid context at ";
    assertEquals(
        start + "kernel/locking/mutex.c:580",
        reports("6.1.192", PreemptionModel.FULL).getFirst().headline());
    assertEquals(
        start + "kernel/locking/mutex.c:586",
        reports("6.12.117", PreemptionModel.FULL).getFirst().headline());
    assertEquals(
        start + "kernel/locking/rtmutex_api.c:518",
        reports("6.12.117", PreemptionModel.RT).getFirst().headline());
    assertFalse(
        reports("6.8", PreemptionModel.FULL).getFirst().headline().contains("mutex.c:"),
        "a line that nobody looked up");
  }
}
