package org.dmsim.scenarios.explain;

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
record Counts(
    Integer inAtomic,
    Integer irqsDisabled,
    Integer nonBlock,
    Long preempt,
    Long preemptExpected,
    Integer rcu,
    Integer rcuExpected) {

  static final Counts NONE = new Counts(null, null, null, null, null, null, null);

  boolean rcuIsTooDeep() {
    return rcu != null && rcu > (rcuExpected == null ? 0 : rcuExpected);
  }

  boolean preemptIsTooDeep() {
    return preempt != null && preempt > (preemptExpected == null ? 0 : preemptExpected);
  }

  /** Whether the log has every count but RCU's, and each is as it should be. */
  boolean restIsZero() {
    return is(inAtomic, 0)
        && is(irqsDisabled, 0)
        && is(nonBlock, 0)
        && preempt != null
        && !preemptIsTooDeep();
  }

  private static boolean is(Integer count, int wanted) {
    return count != null && count == wanted;
  }

  /** All that were read, in the kernel's words. */
  String asPrinted() {
    List<String> all = new ArrayList<>();
    add(all, "in_atomic", inAtomic);
    add(all, "irqs_disabled", irqsDisabled);
    add(all, "non_block", nonBlock);
    if (preempt != null) {
      all.add("preempt_count 0x%x (%s)".formatted(preempt, bits(preempt)));
    }
    add(all, "RCU nest depth", rcu);
    return String.join(", ", all);
  }

  private static void add(List<String> all, String name, Integer count) {
    if (count != null) {
      all.add(name + " " + count);
    }
  }

  /** The bit fields of include/linux/preempt.h, 6.1: 8 preempt, 8 softirq, 4 hardirq, 4 NMI. */
  static String bits(long count) {
    List<String> fields = new ArrayList<>();
    long softirq = count >> 8 & 0xff;
    if ((count & 0xff) != 0) {
      fields.add("preemption disabled " + (count & 0xff) + " deep");
    }
    if ((softirq & 1) != 0) {
      fields.add("serving a softirq");
    }
    if (softirq >> 1 != 0) {
      fields.add("bottom halves disabled " + (softirq >> 1) + " deep");
    }
    if ((count >> 16 & 0xf) != 0) {
      fields.add("in a hard interrupt");
    }
    if ((count >> 20 & 0xf) != 0) {
      fields.add("in an NMI");
    }
    return fields.isEmpty() ? "nothing disabled" : String.join(", ", fields);
  }
}
