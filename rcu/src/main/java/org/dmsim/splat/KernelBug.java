package org.dmsim.splat;

import org.dmsim.machine.Oops;
import org.dmsim.machine.Task;
import org.dmsim.report.Check;
import org.dmsim.report.Report;

/** {@code BUG_ON}: a claim of kernel code that did not hold; the task ends. */
public final class KernelBug {

  /** What the kernel says last where an interrupt, or bottom halves off, leave nothing to kill. */
  public static final String FATAL_IN_INTERRUPT =
      "Kernel panic - not syncing: Fatal exception in interrupt";

  private KernelBug() {}

  /**
   * Ends the task if the claim does not hold.
   *
   * @param broken the condition that should be false
   * @param place file and line, as the headline names it: {@code drivers/md/dm.c:2919}
   */
  public static void on(boolean broken, String place) {
    if (broken) {
      at(place);
    }
  }

  /**
   * Reports that a null pointer was followed, and ends the task.
   *
   * @throws Oops always, in a machine; on a real thread an AssertionError
   */
  public static void nullPointer() {
    Task t = Task.current();
    if (t == null) {
      throw new AssertionError("NULL pointer dereference");
    }
    end(
        t,
        new Splat(t, Check.BUG)
            .headline("BUG: kernel NULL pointer dereference, address: 0000000000000000"));
  }

  /**
   * Reports that an entry was taken off a list for a second time, whose pointers are poison since
   * the first, and ends the task.
   *
   * @throws Oops always, in a machine; on a real thread an AssertionError
   */
  public static void poisonedList() {
    String headline =
        "general protection fault, probably for non-canonical address 0xdead000000000122: 0000";
    Task t = Task.current();
    if (t == null) {
      throw new AssertionError(headline);
    }
    end(t, new Splat(t, Check.BUG).headline(headline));
  }

  /**
   * Reports that the kernel ends on purpose: a panic, a restart. The task does not go on.
   *
   * @param last the last words
   * @throws Oops always, in a machine; on a real thread an AssertionError
   */
  public static void last(String last) {
    Task t = Task.current();
    if (t == null) {
      throw new AssertionError(last);
    }
    end(t, new Splat(t, Check.BUG).headline(last));
  }

  /**
   * Reports {@code kernel BUG at PLACE!} and ends the task, as an invalid opcode does.
   *
   * @throws Oops always, in a machine; on a real thread an AssertionError
   */
  public static void at(String place) {
    Task t = Task.current();
    if (t == null) {
      throw new AssertionError("kernel BUG at " + place);
    }
    end(
        t,
        new Splat(t, Check.BUG)
            .line("------------[ cut here ]------------")
            .headline("kernel BUG at " + place + "!"));
  }

  private static void end(Task t, Splat splat) {
    splat.identity().trace(Task.callTrace()).make(Report.Counts.NONE);
    if (t.inInterrupt()) {
      t.machine().printk(FATAL_IN_INTERRUPT);
    }
    throw new Oops();
  }
}
