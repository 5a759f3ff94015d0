package org.dmsim.splat;

import org.dmsim.machine.Machine;
import org.dmsim.version.Change;
import org.dmsim.version.Fact;
import org.dmsim.version.Part;
import org.dmsim.version.Policy;

/** What differs between kernels in how a report is written. */
public enum ReportPolicy implements Policy {
  /** Before, the sum of both counts was held against what was expected, and not printed. */
  COUNTS_OF_SLEEPER(
      "a sleeping function's report has lines for preempt_count and RCU nest depth, and what the"
          + " caller expects of them",
      Change.of(
          "50e081b96e35", "sched: Make RCU nest depth distinct in __might_resched()", "5.16-rc1")),
  /** What a call trace names. */
  MIGHT_RESCHED_BY_NAME(
      "the check for sleeping functions is __might_resched, and no longer ___might_sleep",
      Change.of("874f670e6088", "sched: Clean up the might_sleep() underscore zoo", "5.16-rc1")),
  /** One letter more that can be blank. */
  TAINT_OF_TESTS(
      "a tainted kernel's letters have one more place, for tests that ran in it",
      Change.of("2852ca7fba9f", "panic: Taint kernel if tests are run", "6.0-rc1")),
  /** Every process of the model is root's. */
  UID_OF_TASK(
      "the line with CPU and PID has the task's user as well",
      Change.of(
          "d2917ff19962",
          "lib/dump_stack: report process UID in dump_stack_print_info()",
          "6.11-rc1")),
  /** {@code Tainted: [W]=WARN}. */
  TAINTS_IN_WORDS(
      "a line of its own says in words what a tainted kernel's letters mean",
      Change.of(
          "2f183c68345a",
          "kernel/panic: add verbose logging of kernel taints in backtraces",
          "6.11-rc1"));

  private final Fact fact;

  ReportPolicy(String sentence, Change since) {
    fact = new Fact(Part.CHECKS, sentence, since);
  }

  @Override
  public Fact fact() {
    return fact;
  }

  /** Whether it holds in a machine. */
  public boolean holdsIn(Machine machine) {
    return machine.configuration().policies().has(this);
  }
}
