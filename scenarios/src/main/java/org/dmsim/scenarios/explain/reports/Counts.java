package org.dmsim.scenarios.explain.reports;

import java.util.ArrayList;
import java.util.List;

/**
 * The counts that a report prints; null where the log has none.
 *
 * @param inAtomic 0 or 1
 * @param irqsDisabled 0, 1 or the flag word
 * @param nonBlock depth of non_block_start
 * @param preempt preempt_count, all bits
 * @param preemptExpected what would have been right
 * @param rcu RCU nest depth
 * @param rcuExpected what would have been right
 */
public record Counts(
    Long inAtomic,
    Long irqsDisabled,
    Long nonBlock,
    Long preempt,
    Long preemptExpected,
    Long rcu,
    Long rcuExpected) {

  /** Nothing printed. */
  public static final Counts NONE = new Counts(null, null, null, null, null, null, null);

  /** Kernels before 4.3 marked preemption itself with one of these bits. */
  private static final long PREEMPT_ACTIVE = 0x50000000L;

  /** Whether RCU's depth alone forbids sleeping. */
  public boolean rcuIsTooDeep() {
    return rcu != null && rcu > (rcuExpected == null ? 0 : rcuExpected);
  }

  /** Whether a count was taken off too often. */
  public boolean isUnbalanced() {
    if (preempt == null) {
      return false;
    }
    long high = preempt >> 24 & 0xff;
    boolean below = preemptExpected != null && preempt < preemptExpected && preempt >= 0;
    return below || high >= 0x70 && high <= 0x7f || high >= 0xf0;
  }

  /** The count without the mark of a preempted task. */
  private long bits() {
    return preempt == null ? 0 : preempt & ~PREEMPT_ACTIVE;
  }

  /** In a hard interrupt or an NMI. */
  public boolean hardirq() {
    return !isUnbalanced() && (bits() & 0x0fff0000L) != 0;
  }

  /** While a softirq runs, or with bottom halves off. */
  public boolean softirq() {
    return !isUnbalanced() && (bits() & 0xff00) != 0;
  }

  /** While a softirq runs. */
  public boolean servingSoftirq() {
    return softirq() && (bits() & 0x100) != 0;
  }

  /** How many times preemption was disabled beyond what would have been right. */
  public long preemptDepth() {
    long expected = preemptExpected == null ? 0 : preemptExpected & 0xff;
    return isUnbalanced() ? 0 : Math.max(0, (bits() & 0xff) - expected);
  }

  /** All that were read, in the kernel's words. */
  public String asPrinted() {
    List<String> all = new ArrayList<>();
    add(all, "in_atomic", inAtomic);
    add(all, "irqs_disabled", irqsDisabled);
    add(all, "non_block", nonBlock);
    if (preempt != null) {
      all.add("preempt_count 0x%x (%s)".formatted(preempt, fields()));
    }
    add(all, "RCU nest depth", rcu);
    return String.join(", ", all);
  }

  private static void add(List<String> all, String name, Long count) {
    if (count != null) {
      all.add(name + " " + count);
    }
  }

  /** The fields of include/linux/preempt.h, 6.1: 8 bits preempt, 8 softirq, 4 hardirq, 4 NMI. */
  public String fields() {
    if (isUnbalanced()) {
      return "less than it must be: it was taken off once too often";
    }
    List<String> fields = new ArrayList<>();
    long count = bits();
    if ((count & 0xff) != 0) {
      fields.add("preemption disabled " + (count & 0xff) + " deep");
    }
    if ((count & 0x100) != 0) {
      fields.add("serving a softirq");
    }
    if ((count >> 9 & 0x7f) != 0) {
      fields.add("bottom halves disabled " + (count >> 9 & 0x7f) + " deep");
    }
    if ((count & 0x000f0000L) != 0) {
      fields.add("in a hard interrupt");
    }
    if ((count & 0x00f00000L) != 0) {
      fields.add("in an NMI");
    }
    return fields.isEmpty() ? "nothing disabled" : String.join(", ", fields);
  }
}
