package org.dmsim.faults.hunt;

import java.util.List;
import java.util.function.Consumer;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Task;
import org.dmsim.memory.SharedRef;
import org.dmsim.rcu.Rcu;
import org.dmsim.report.Check;
import org.dmsim.report.KernelSymbol;
import org.dmsim.report.Report;

/** Readers and updaters of one table, with the machine's RCU between them. */
final class RcuTrial {

  private final SharedRef<Table> live = new SharedRef<>("live", new Table(0));

  @KernelSymbol("reader")
  private void read() {
    Rcu.readLock();
    Table t = live.readOnce();
    Rcu.readLock();
    t.touch();
    Rcu.readUnlock();
    t.touch();
    Rcu.readUnlock();
  }

  @KernelSymbol("updater")
  private void update(boolean callback) {
    Table old = live.exchange(new Table(1));
    if (!callback) {
      Rcu.synchronize();
      old.free();
      return;
    }
    SharedRef<Runnable> code = new SharedRef<>("callback's code", old::free);
    Rcu.call(() -> code.readOnce().run());
    Rcu.barrier();
    code.writeOnce(RcuTrial::reportLateCallback);
    if (!old.isFreed()) {
      old.touch();
      old.free(); // whoever still has the callback frees it a second time
    }
  }

  private static void reportLateCallback() {
    String headline = "a callback ran after rcu_barrier returned";
    Machine m = Task.current().machine();
    m.report(
        new Report(Check.ASSERTION, headline, List.of(headline), m.step(), Report.Counts.NONE));
  }

  /** Who is there in a program. */
  record Cast(int readers, boolean callback) {}

  static void load(Machine m, Consumer<Machine> setUp, Cast cast) {
    RcuTrial[] trial = new RcuTrial[1];
    m.boot(
        () -> {
          setUp.accept(m);
          trial[0] = new RcuTrial();
        });
    for (int r = 0; r < cast.readers; r++) {
      m.spawnKthread("reader", trial[0]::read);
    }
    m.spawnKthread("updater", () -> trial[0].update(cast.callback));
  }
}
