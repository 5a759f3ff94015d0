package org.dmsim.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.dmsim.context.Preempt;
import org.dmsim.context.Sleep;
import org.dmsim.lockdep.HeldLocks;
import org.dmsim.lockdep.Lockdep;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Outcome;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.machine.Task;
import org.dmsim.report.Check;
import org.dmsim.report.KernelSymbol;
import org.dmsim.report.Report;
import org.dmsim.strategy.RoundRobin;
import org.dmsim.version.KernelVersion;
import org.junit.jupiter.api.Test;

/**
 * The reports of an allocation inside an RCU reader, as Linux 6.1.192 made them when a REQ_NOWAIT
 * bio was given to a dm device: on CONFIG_PREEMPT, on CONFIG_PREEMPT_NONE, and with KASAN after the
 * table was freed under the sleeper.
 */
class NowaitBugTest {

  @Test
  void mempoolAlloc_inPreemptibleRcuReader() {
    List<Report> reports = run(PreemptionModel.FULL).reports();
    assertEquals(1, reports.size());
    assertEquals(
        """
        BUG: sleeping function called from invalid context at include/linux/sched/mm.h:274
        in_atomic(): 0, irqs_disabled(): 0, non_block: 0, pid: 55, name: dmctl
        preempt_count: 0, expected: 0
        RCU nest depth: 1, expected: 0
        1 lock held by dmctl/55:
         #0: ADDRESS (rcu_read_lock){....}-{1:2}, at: dm_get_live_table_fast+POSITION
        CPU: 0 PID: 55 Comm: dmctl Not tainted 6.1.192 #1
        Call Trace:
         <TASK>
         dump_stack_lvl+POSITION
         __might_resched+POSITION
         mempool_alloc+POSITION
         bio_alloc_bioset+POSITION
         dm_submit_bio+POSITION
         </TASK>
        """,
        normal(reports.get(0)));
    assertEquals(
        new Report.Counts(0, 0, 0, 0, 1, List.of("rcu_read_lock")), reports.get(0).counts());
  }

  @Test
  void mempoolAlloc_inNonPreemptibleRcuReader() {
    List<Report> reports = run(PreemptionModel.NONE).reports();
    assertEquals(
        List.of(Check.SUSPICIOUS_RCU, Check.SLEEPING_FUNCTION),
        reports.stream().map(Report::check).collect(Collectors.toList()));
    assertEquals(
        """
        =============================
        WARNING: suspicious RCU usage
        6.1.192 #1 Not tainted
        -----------------------------
        include/linux/rcupdate.h:417 Illegal context switch in RCU read-side critical section!

        other info that might help us debug this:


        rcu_scheduler_active = 2, debug_locks = 1
        1 lock held by dmctl/55:
         #0: ADDRESS (rcu_read_lock){....}-{1:2}, at: dm_get_live_table_fast+POSITION

        stack backtrace:
        CPU: 0 PID: 55 Comm: dmctl Not tainted 6.1.192 #1
        Call Trace:
         <TASK>
         dump_stack_lvl+POSITION
         lockdep_rcu_suspicious+POSITION
         __might_resched+POSITION
         mempool_alloc+POSITION
         bio_alloc_bioset+POSITION
         dm_submit_bio+POSITION
         </TASK>
        """,
        normal(reports.get(0)));
    assertTrue(
        normal(reports.get(1))
            .startsWith(
                """
                BUG: sleeping function called from invalid context at include/linux/sched/mm.h:274
                in_atomic(): 1, irqs_disabled(): 0, non_block: 0, pid: 55, name: dmctl
                preempt_count: 1, expected: 0
                1 lock held by dmctl/55:
                """));
  }

  @Test
  void mempoolAlloc_whenPoolIsFreedUnderTheSleeper() {
    Machine m = machine(PreemptionModel.NONE);
    Table[] table = new Table[1];
    List<Mempool<Object>> pool = new ArrayList<>();
    m.boot(
        () -> {
          table[0] = new Table();
          pool.add(new Mempool<>("io_pool", table[0], 1, Object::new, o -> {}));
        });
    Task plain =
        m.spawn(
            "uaf",
            () -> {
              Object reserved = allocBio(pool.get(0));
              Sleep.timeoutUninterruptible(1_000_000_000L);
              pool.get(0).free(reserved);
              freeTable(table[0]);
            });
    Task nowait = m.spawn("uaf", () -> allocBio(pool.get(0)));
    for (Task t : List.of(plain, nowait)) {
      t.pinTo(m.cpu(0));
      Memory.of(m).failFor(t, true);
    }
    Outcome o = m.run();
    Report r = o.reports().get(0);
    assertEquals(Check.USE_AFTER_FREE, r.check());
    assertTrue(
        normal(r)
            .matches(
                """
                =+
                BUG: KASAN: use-after-free in mempool_alloc\\+POSITION
                Read of size 8 at addr ADDRESS by task uaf/56

                CPU: \\d PID: 56 Comm: uaf Not tainted 6.1.192 #1
                Call Trace:
                 <TASK>
                 dump_stack_lvl\\+POSITION
                 print_report\\+POSITION
                 kasan_report\\+POSITION
                 mempool_alloc\\+POSITION
                 bio_alloc_bioset\\+POSITION
                 </TASK>

                Allocated by task 0:
                [^F]*
                Freed by task 55:
                 kasan_save_stack\\+POSITION
                 kasan_set_track\\+POSITION
                 __kasan_slab_free\\+POSITION
                 __kmem_cache_free\\+POSITION
                 dm_swap_table\\+POSITION

                The buggy address belongs to the object at ADDRESS
                 which belongs to the cache kmalloc-2k, table
                =+
                Disabling lock debugging due to kernel taint
                """),
        () -> normal(r));
  }

  private static Outcome run(PreemptionModel model) {
    Machine m = machine(model);
    m.spawn("dmctl", NowaitBugTest::submitBio);
    return m.run();
  }

  private static Machine machine(PreemptionModel model) {
    return new Machine(
        Configuration.standard().withKernel(KernelVersion.RECORDED).withPreemption(model),
        new RoundRobin());
  }

  @KernelSymbol("dm_submit_bio")
  private static void submitBio() {
    getLiveTableFast();
    allocBio(new Mempool<>("bio_pool", null, 1, Object::new, o -> {}));
    HeldLocks.release(Lockdep.of(Task.current().machine()).rcu);
  }

  /** The kernel function that takes the lock which reports name; RCU's reader by hand. */
  @KernelSymbol("dm_get_live_table_fast")
  private static void getLiveTableFast() {
    Task t = Task.current();
    Lockdep lockdep = Lockdep.of(t.machine());
    if (lockdep.hasPreemptibleRcu()) {
      t.rcuReadLockNesting++;
    } else {
      Preempt.disable();
    }
    HeldLocks.acquireReader(lockdep.rcu);
  }

  @KernelSymbol("bio_alloc_bioset")
  private static Object allocBio(Mempool<Object> pool) {
    return pool.alloc(Gfp.NOIO);
  }

  @KernelSymbol("dm_swap_table")
  private static void freeTable(Table table) {
    table.free();
  }

  private static String normal(Report r) {
    return r.text()
        .replaceAll("\\+\\w+\\.java:\\d+", "+POSITION")
        .replaceAll("\\bffff[0-9a-f]{12}\\b", "ADDRESS");
  }

  private static final class Table extends SlabObject {
    Table() {
      super("kmalloc-2k", "table");
    }
  }
}
