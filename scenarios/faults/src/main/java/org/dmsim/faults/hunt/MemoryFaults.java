package org.dmsim.faults.hunt;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.dmsim.cell.Fence;
import org.dmsim.faults.MemoryFault;
import org.dmsim.faults.SectionTrial.Section;
import org.dmsim.locking.Completion;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Machine;
import org.dmsim.machine.MemoryModel;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Task;
import org.dmsim.memory.SharedInt;
import org.dmsim.memory.SharedRef;
import org.dmsim.rcu.RcuBarrierFaults;
import org.dmsim.rcu.RcuPointer;
import org.dmsim.report.Check;
import org.dmsim.report.KernelSymbol;
import org.dmsim.report.Report;
import org.dmsim.srcu.SrcuBarrier;
import org.dmsim.srcu.SrcuBarrierFaults;
import org.dmsim.workqueue.Work;
import org.dmsim.workqueue.Workqueue;

/** Barriers left out on purpose, and accesses without the order that they need. */
public final class MemoryFaults {

  private MemoryFaults() {}

  /** Every one; where nothing is left out, what must not show anything under any model. */
  public static List<MemoryFault> all() {
    List<MemoryFault> all = new ArrayList<>();
    for (List<SrcuBarrier> set : SrcuBarrierFaults.sets()) {
      for (Section s : Section.values()) {
        all.add(SrcuBarrierFaults.fault(set, s));
      }
    }
    all.addAll(others());
    return all;
  }

  /** Those of SRCU left out. */
  public static List<MemoryFault> others() {
    List<MemoryFault> all = new ArrayList<>(RcuBarrierFaults.all());
    all.addAll(handOvers());
    return all;
  }

  /** How one task hands something to another. */
  static List<MemoryFault> handOvers() {
    List<MemoryFault> all = new ArrayList<>();
    add(
        all,
        "rcu-pointer/plain-assign",
        "a pointer is published by a plain store, not by rcu_assign_pointer",
        MemoryModel.PSO,
        m -> publish(m, "p", "p->data", false),
        m -> publish(m, "p", "p->data", true));
    add(
        all,
        "dm-table/plain-publication",
        "__bind sets md->mempools and publishes md->map by a plain store",
        MemoryModel.PSO,
        m -> publish(m, "md->map", "md->mempools", false),
        m -> publish(m, "md->map", "md->mempools", true));
    add(
        all,
        "workqueue/plain-pending",
        "a work's pending bit is set by a plain store",
        MemoryModel.PSO,
        m -> poll(m, "work pending", "process_one_work"),
        MemoryFaults::queueWork);
    add(
        all,
        "completion/plain-done",
        "complete() is a plain store",
        MemoryModel.PSO,
        m -> poll(m, "done", "wait_for_completion"),
        MemoryFaults::complete);
    add(
        all,
        "bio/remaining-without-order",
        "bi_remaining is counted down without order, so that a part's bi_status is late",
        MemoryModel.PSO,
        m -> countDown(m, "bi_status", "__bi_remaining", false),
        m -> countDown(m, "bi_status", "__bi_remaining", true));
    add(
        all,
        "kref/put-without-order",
        "the last reference is given back without order, so that an earlier user's store is late",
        MemoryModel.PSO,
        m -> countDown(m, "object->state", "object->refcount", false),
        m -> countDown(m, "object->state", "object->refcount", true));
    add(
        all,
        "futex/no-barrier-before-waiters",
        "futex_wake looks for waiters before the word's new value is seen",
        MemoryModel.TSO,
        m -> futex(m, false),
        m -> futex(m, true));
    return all;
  }

  private static void add(
      List<MemoryFault> all,
      String name,
      String what,
      MemoryModel shownBy,
      Consumer<Machine> faulty,
      Consumer<Machine> sound) {
    all.add(new MemoryFault(name, what, shownBy, PreemptionModel.FULL, faulty));
    String part = name.substring(0, name.indexOf('/'));
    all.add(
        new MemoryFault(
            part + "/nothing",
            "the same with its order",
            MemoryModel.SC,
            PreemptionModel.FULL,
            sound));
  }

  private static void wrong(String headline) {
    Machine m = Task.current().machine();
    m.report(
        new Report(Check.ASSERTION, headline, List.of(headline), m.step(), Report.Counts.NONE));
  }

  // ---- a pointer is published ------------------------------------------------------------------

  private static void publish(Machine m, String pointer, String data, boolean ordered) {
    Publication[] made = new Publication[1];
    m.boot(() -> made[0] = new Publication(pointer, data, ordered));
    m.spawnKthread("updater", made[0]::publish);
    m.spawnKthread("reader", made[0]::read);
  }

  private static final class Publication {
    private final SharedInt data;
    private final SharedRef<Object> plain;
    private final RcuPointer<Object> pointer;

    Publication(String name, String content, boolean ordered) {
      data = new SharedInt(content, 0);
      plain = ordered ? null : new SharedRef<>(name, null);
      pointer = ordered ? new RcuPointer<>(name) : null;
    }

    @KernelSymbol("publish")
    void publish() {
      data.writeOnce(1);
      if (plain != null) {
        plain.writeOnce("an object");
      } else {
        pointer.assign("an object");
      }
    }

    @KernelSymbol("look_up")
    void read() {
      Object found = plain != null ? plain.readOnce() : pointer.dereferenceRaw();
      if (found != null && data.readOnce() == 0) {
        wrong("whoever found the pointer did not find what it points to");
      }
    }
  }

  // ---- something is handed over ----------------------------------------------------------------

  private static void poll(Machine m, String flag, String waiter) {
    SharedInt[] x = new SharedInt[2];
    m.boot(
        () -> {
          x[0] = new SharedInt("data", 0);
          x[1] = new SharedInt(flag, 0);
        });
    m.spawnKthread(
        "giver",
        () -> {
          x[0].writeOnce(1);
          x[1].writeOnce(1);
        });
    m.spawnKthread(
        waiter.substring(0, Math.min(15, waiter.length())),
        () -> {
          Sched.spin(x[1], Access.READ, new IsSet(x[1]));
          takes(x[0]);
        });
  }

  private record IsSet(SharedInt flag) implements Blocker {
    @Override
    public boolean ready() {
      return flag.peek() != 0;
    }

    @Override
    public String waitsFor() {
      return flag.label();
    }
  }

  private static void takes(SharedInt data) {
    if (data.readOnce() == 0) {
      wrong("whoever was given something did not find it");
    }
  }

  private static void queueWork(Machine m) {
    SharedInt[] data = new SharedInt[1];
    Work[] work = new Work[1];
    m.boot(
        () -> {
          data[0] = new SharedInt("data", 0);
          work[0] = new Work("work", () -> takes(data[0]));
        });
    m.spawnKthread(
        "giver",
        () -> {
          data[0].writeOnce(1);
          Workqueue.systemUnbound().queue(work[0]);
        });
  }

  private static void complete(Machine m) {
    SharedInt[] data = new SharedInt[1];
    Completion[] done = new Completion[1];
    m.boot(
        () -> {
          data[0] = new SharedInt("data", 0);
          done[0] = new Completion("done");
        });
    m.spawnKthread(
        "giver",
        () -> {
          data[0].writeOnce(1);
          done[0].complete();
        });
    m.spawnKthread(
        "waiter",
        () -> {
          done[0].waitFor();
          takes(data[0]);
        });
  }

  // ---- the last one looks ----------------------------------------------------------------------

  private static void countDown(Machine m, String status, String count, boolean ordered) {
    SharedInt[] x = new SharedInt[3];
    m.boot(
        () -> {
          x[0] = new SharedInt(status + " of part 0", 0);
          x[1] = new SharedInt(status + " of part 1", 0);
          x[2] = new SharedInt(count, 2);
        });
    for (int i = 0; i < 2; i++) {
      SharedInt own = x[i];
      SharedInt other = x[1 - i];
      m.spawnKthread(
          "part" + i,
          () -> {
            own.writeOnce(1);
            int left = ordered ? x[2].addReturn(-1) : x[2].addReturnRelaxed(-1);
            if (left == 0 && other.readOnce() == 0) {
              wrong("the last one did not find what the one before had stored");
            }
          });
    }
  }

  // ---- one looks for waiters, one at the word --------------------------------------------------

  private static void futex(Machine m, boolean barrier) {
    SharedInt[] x = new SharedInt[2];
    boolean[] lost = new boolean[2];
    m.boot(
        () -> {
          x[0] = new SharedInt("futex word", 0);
          x[1] = new SharedInt("futex_queues[].waiters", 0);
        });
    m.spawnKthread(
        "waker",
        () -> {
          x[0].writeOnce(1);
          if (barrier) {
            Fence.mb();
          }
          lost[0] = x[1].readOnce() == 0;
        });
    m.spawnKthread(
        "waiter",
        () -> {
          x[1].add(1);
          lost[1] = x[0].readOnce() == 0;
        });
    m.atEnd(
        () -> {
          if (lost[0] && lost[1]) {
            wrong("the waiter sleeps, and nobody wakes it");
          }
        });
  }
}
