package org.dmsim.report;

import java.util.List;
import java.util.Objects;

/**
 * What one check said, once.
 *
 * @param check which check
 * @param headline the line by which people know it, as {@code dmesg} shows it
 * @param lines the whole report, headline included, a line each
 * @param step the scheduling point at which it was made
 * @param counts the counts and locks of the task at that point; what recorded cases are held
 *     against
 */
public record Report(Check check, String headline, List<String> lines, long step, Counts counts) {

  /** Checks that the lines are there. */
  public Report {
    Objects.requireNonNull(check);
    Objects.requireNonNull(headline);
    lines = List.copyOf(lines);
  }

  /**
   * The state of the reporting context, by the names of the kernel's own line.
   *
   * @param inAtomic {@code in_atomic()}, 0 or 1
   * @param irqsDisabled {@code irqs_disabled()}, 0 or 1
   * @param nonBlock {@code non_block} count
   * @param preemptCount {@code preempt_count}, all bit fields
   * @param rcuNestDepth {@code RCU nest depth}; 0 where RCU is not preemptible
   * @param locks names of the locks held, oldest first
   */
  public record Counts(
      int inAtomic,
      int irqsDisabled,
      int nonBlock,
      int preemptCount,
      int rcuNestDepth,
      List<String> locks) {

    /** A report that is about no context. */
    public static final Counts NONE = new Counts(0, 0, 0, 0, 0, List.of());
  }

  /** The report as text, each line ended. */
  public String text() {
    return String.join("\n", lines) + "\n";
  }
}
