package org.dmsim.scenarios.explain.meaning;

/** Why sleeping, or a lock, was forbidden. */
public enum Reason {
  RCU("rcu-read-section", "an RCU read section"),
  SPINLOCK("spinlock", "a spinlock"),
  RAW_SPINLOCK("raw-spinlock", "a raw spinlock"),
  RWLOCK("rwlock", "a read/write spinlock"),
  PREEMPT("preempt-disabled", "disabled preemption"),
  IRQS("irqs-disabled", "disabled interrupts"),
  SOFTIRQ("softirq", "a softirq, or disabled bottom halves"),
  HARDIRQ("hardirq", "a hard interrupt"),
  NON_BLOCK("non-block", "a section that must not block"),
  UNBALANCED("unbalanced-count", "a preempt count that is wrong");

  private final String word;
  private final String words;

  Reason(String word, String words) {
    this.word = word;
    this.words = words;
  }

  /** The name in JSON. */
  public String word() {
    return word;
  }

  /** A noun phrase. */
  public String words() {
    return words;
  }
}
