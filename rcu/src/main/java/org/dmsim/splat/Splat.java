package org.dmsim.splat;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Task;
import org.dmsim.report.CallTrace;
import org.dmsim.report.Check;
import org.dmsim.report.KernelSymbol;
import org.dmsim.report.Report;

/**
 * One report while it is being written, line for line as {@code dmesg} shows it.
 *
 * <p>In a call trace the Java position stands where the kernel prints an offset. Registers and
 * module lists are left out: the model has none.
 */
public final class Splat {

  private final Task task;
  private final Machine machine;
  private final Check check;
  private final List<String> lines = new ArrayList<>();
  private String headline;

  /** A report by a task about itself. */
  public Splat(Task task, Check check) {
    this.task = task;
    this.machine = task.machine();
    this.check = check;
  }

  /** Adds a line. */
  public Splat line(String line) {
    lines.add(line);
    return this;
  }

  /** Adds lines. */
  public Splat lines(List<String> more) {
    lines.addAll(more);
    return this;
  }

  /** Adds the line by which people know the report. */
  public Splat headline(String line) {
    headline = line;
    return line(line);
  }

  /** Adds version and taint; mirrors {@code print_kernel_ident}, 6.1. */
  public Splat kernelIdent() {
    return line(release() + " " + Taint.of(machine));
  }

  /** The frame lines above and below a banner title: as long as the title. */
  public Splat banner(String title, char rule) {
    return line(String.valueOf(rule).repeat(title.length())).line(title);
  }

  /** Adds the identity of the context and its call trace; mirrors {@code dump_stack}, 6.1. */
  @KernelSymbol("dump_stack_lvl")
  public Splat dumpStack() {
    identity();
    return trace(task == Task.current() ? Task.callTrace() : task.blockedAt());
  }

  /** Adds CPU, task and kernel, and taints; mirrors {@code dump_stack_print_info}, 6.12. */
  public Splat identity() {
    Taint taint = Taint.of(machine);
    line(
        "CPU: "
            + task.cpu().number()
            + (ReportPolicy.UID_OF_TASK.holdsIn(machine) ? " UID: 0" : "")
            + " PID: "
            + task.pid()
            + " Comm: "
            + task.comm()
            + " "
            + taint
            + " "
            + release());
    boolean words = taint.isTainted() && ReportPolicy.TAINTS_IN_WORDS.holdsIn(machine);
    return words ? line(taint.inWords()) : this;
  }

  /** Adds a call trace between the marks of its stack. */
  public Splat trace(CallTrace trace) {
    String mark = task.isHandler() ? "IRQ" : "TASK";
    line("Call Trace:").line(" <" + mark + ">");
    trace.frames().forEach(f -> line(" " + f));
    return line(" </" + mark + ">");
  }

  private String release() {
    return machine.configuration().kernel().release() + " #1";
  }

  /** The report, not made yet. */
  public Report report(Report.Counts counts) {
    return new Report(check, headline, lines, machine.step(), counts);
  }

  /** Makes the report. */
  public void make(Report.Counts counts) {
    machine.report(report(counts));
  }

  /** Makes a report that taints the kernel, as WARN and most checks do. */
  public void makeAndTaint(Report.Counts counts) {
    make(counts);
    Taint.of(machine).warn();
  }
}
