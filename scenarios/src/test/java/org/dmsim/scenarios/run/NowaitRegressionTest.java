package org.dmsim.scenarios.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.dmsim.lockdep.HeldLocks;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Observer;
import org.dmsim.machine.Task;
import org.dmsim.report.Report;
import org.dmsim.scenarios.script.ScriptParser;
import org.dmsim.scenarios.script.Step;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a NOWAIT bio meets in dm_submit_bio, on every kernel: the answer, who complains, and what
 * the task held when it slept.
 *
 * <p>Facts: the lookup is SRCU's but for 5.19 to 6.6-rc1, where 563a225c9fd2 has RCU's for NOWAIT
 * bios, until a9ce385344f9 in 6.6-rc2 and its backport before 6.1.192; {@code +bug} puts it back.
 * dm_io and clone are allocated with GFP_NOIO, from 6.7 on with GFP_NOWAIT for NOWAIT bios
 * (6f25dd1c57b8). Before 5.10 no mapped device takes NOWAIT (6abc49468eea). A suspended device
 * answers -EAGAIN to a NOWAIT bio and keeps every other one until resume.
 */
final class NowaitRegressionTest {

  /**
   * A row says what comes of every combination that its first six columns allow; {@code *} allows
   * all. Every combination is in one row. Slept: SRCU or RCU is the read section in which it slept,
   * bio that it slept outside any, until its bio was done.
   */
  private static final String TABLE =
      """
      kernels              | preempt        | call       | flag   | pool  | device    | returns | reports                     | slept
      *                    | *              | read write | plain  | full  | active    | 4096    | -                           | no
      *                    | *              | read write | plain  | empty | active    | 4096    | -                           | SRCU bio
      *                    | *              | read write | plain  | *     | suspended | 4096    | -                           | bio
      5.4                  | *              | read write | NOWAIT | *     | *         | EOPNOTSUPP | -                        | no
      NEWER                | *              | read write | NOWAIT | *     | suspended | EAGAIN  | -                           | no
      5.10 5.15 5.18 6.1.192 6.6 6.7 6.12 | * | read write | NOWAIT | full  | active    | 4096    | -                           | no
      5.10 5.15 5.18 6.1.192 6.6 | *        | read write | NOWAIT | empty | active    | 4096    | -                           | SRCU bio
      6.7 6.12             | *              | read write | NOWAIT | empty | active    | EAGAIN  | -                           | no
      6.12+bug             | full rt        | read write | NOWAIT | full  | active    | 4096    | submit                      | no
      6.12+bug             | full rt        | read write | NOWAIT | empty | active    | EAGAIN  | -                           | no
      6.12+bug             | voluntary none | read write | NOWAIT | full  | active    | 4096    | rcu submit                  | no
      6.12+bug             | voluntary none | read write | NOWAIT | empty | active    | EAGAIN  | -                           | no
      5.19 6.1 6.6-rc1     | full           | read write | NOWAIT | full  | active    | 4096    | alloc submit                | no
      5.19 6.1 6.6-rc1     | voluntary none | read write | NOWAIT | full  | active    | 4096    | rcu alloc rcu submit        | no
      5.19 6.1 6.6-rc1     | full           | read write | NOWAIT | empty | active    | 4096    | alloc voluntary submit      | RCU bio
      5.19 6.1 6.6-rc1     | voluntary none | read write | NOWAIT | empty | active    | 4096    | rcu alloc atomic rcu rcu completion atomic | RCU bio
      """;

  private static final List<String> KERNELS =
      List.of(
          "5.4",
          "5.10",
          "5.15",
          "5.18",
          "5.19",
          "6.1",
          "6.1.192",
          "6.6-rc1",
          "6.6",
          "6.7",
          "6.12",
          "6.12+bug");

  /** One combination. */
  private record Case(
      String kernel, String preempt, String call, String flag, String pool, String device) {

    List<String> fields() {
      return List.of(kernel, preempt, call, flag, pool, device);
    }

    /** The combination as a script: what it is, told by what one would type. */
    String script() {
      String step = "  " + call + (flag.equals("NOWAIT") ? "_nowait" : "") + " d0 0 4096\n";
      String head =
          "kernel "
              + kernel.replace("+bug", " with=rcu-for-nowait")
              + " preempt="
              + preempt
              + "\n"
              + "param dm_mod.reserved_bio_based_ios=1\n"
              + "disk ram0 64M nowait\n"
              + "disk nullb0 64M latency=1s nowait\n"
              + "write nullb0 0 4096\n"
              + "create d0\n";
      if (device.equals("suspended")) {
        return head
            + "load d0 0 1024 linear 1:0 0\nresume d0\nsuspend d0\n"
            + "task dm-nowait:\n"
            + (pool.equals("empty") ? "  memory short\n" : "")
            + step
            + "task admin:\n  sleep_ms 100\n  resume d0\n";
      }
      if (pool.equals("full")) {
        return head + "load d0 0 1024 linear 1:0 0\nresume d0\ntask dm-nowait:\n" + step;
      }
      return head
          + "load d0 0 1024 linear 253:0 0\nresume d0\n"
          + "task holder:\n  memory short\n  read d0 0 4096\n"
          + "task dm-nowait:\n  sleep_ms 100\n  memory short\n"
          + step;
    }

    @Override
    public String toString() {
      return String.join(" ", fields());
    }
  }

  private static List<Case> combinations() {
    List<Case> all = new ArrayList<>();
    for (String kernel : KERNELS) {
      List<String> models = List.of("full", "voluntary", "none", "rt");
      for (String preempt : kernel.startsWith("6.12") ? models : models.subList(0, 3)) {
        for (String call : List.of("read", "write")) {
          for (String flag : List.of("NOWAIT", "plain")) {
            for (String pool : List.of("full", "empty")) {
              for (String device : List.of("active", "suspended")) {
                all.add(new Case(kernel, preempt, call, flag, pool, device));
              }
            }
          }
        }
      }
    }
    return all;
  }

  private static List<List<String>> rows() {
    return TABLE
        .lines()
        .skip(1)
        .map(l -> l.replace("NEWER", String.join(" ", KERNELS.subList(1, KERNELS.size()))))
        .map(l -> Arrays.stream(l.split("\\|")).map(String::strip).toList())
        .toList();
  }

  private static boolean allows(List<String> row, Case c) {
    for (int i = 0; i < c.fields().size(); i++) {
      if (!row.get(i).equals("*") && !List.of(row.get(i).split(" +")).contains(c.fields().get(i))) {
        return false;
      }
    }
    return true;
  }

  static Stream<Case> everyCombination() {
    return combinations().stream();
  }

  @ParameterizedTest
  @MethodSource("everyCombination")
  void answerReportsAndSleep_areThoseOfTheTable(Case c) {
    List<List<String>> rows = rows().stream().filter(r -> allows(r, c)).toList();
    assertEquals(1, rows.size(), "rows for " + c);
    List<String> row = rows.getFirst();
    assertEquals(
        "returns " + row.get(6) + ", reports [" + row.get(7) + "], slept: " + row.get(8),
        outcome(c));
  }

  private static String outcome(Case c) {
    Watcher watcher = new Watcher();
    RunResult run =
        new ScriptRun(ScriptParser.parse(c.toString(), c.script()), Overrides.NONE, watcher)
            .recorded()
            .observing(watcher)
            .run();
    List<String> reports = run.reports().stream().map(NowaitRegressionTest::name).toList();
    return "returns "
        + watcher.returned
        + ", reports ["
        + (reports.isEmpty() ? "-" : String.join(" ", reports))
        + "], slept: "
        + (watcher.slept.isEmpty() ? "no" : String.join(" ", watcher.slept));
  }

  private static String name(Report r) {
    String headline = r.headline();
    if (headline.startsWith("BUG: sleeping function") && headline.contains("sched/mm.h")) {
      return "alloc";
    }
    if (headline.startsWith("BUG: sleeping function") && headline.contains("blk-core.c")) {
      return "submit";
    }
    if (headline.startsWith("BUG: sleeping function") && headline.contains("completion.c")) {
      return "completion";
    }
    if (headline.contains("Illegal context switch in RCU read-side critical section!")) {
      return "rcu";
    }
    if (headline.startsWith("BUG: scheduling while atomic")) {
      return "atomic";
    }
    return headline.startsWith("Voluntary context switch within RCU") ? "voluntary" : headline;
  }

  /** Watches the task dm-nowait. */
  private static final class Watcher implements Observer, Listener {
    final List<String> slept = new ArrayList<>();
    String returned = "";

    @Override
    public void blocked(Task task, Blocker blocker) {
      if (task.name().equals("dm-nowait") && !task.inUserMode()) {
        List<String> held = HeldLocks.of(task).names();
        slept.add(
            held.contains("rcu_read_lock")
                ? "RCU"
                : held.contains("&md->io_barrier") ? "SRCU" : "bio");
      }
    }

    @Override
    public void answers(String task, Step step, List<String> lines) {
      if (task.equals("dm-nowait") && step.verb().isIo()) {
        returned = lines.getFirst().replaceAll("^-1 | fnv1a=.*", "");
      }
    }
  }
}
