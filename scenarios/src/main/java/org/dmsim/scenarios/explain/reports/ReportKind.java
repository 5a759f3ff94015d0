package org.dmsim.scenarios.explain.reports;

/** The kinds of reports that are read. */
public enum ReportKind {
  SLEEPING("sleeping-in-atomic", "a function that may sleep, called where sleeping is forbidden"),
  SCHEDULING("scheduling-while-atomic", "a task switch where it is forbidden"),
  VOLUNTARY_SWITCH(
      "voluntary-switch-in-rcu", "a task that goes to sleep inside an RCU read section"),
  SUSPICIOUS_RCU("suspicious-rcu", "an RCU rule broken"),
  WAIT_CONTEXT("invalid-wait-context", "a lock taken under one that it may not nest in"),
  CIRCULAR("circular-locking", "locks taken in orders that form a circle"),
  RECURSIVE("recursive-locking", "a lock taken by a task that holds one of the same class"),
  IRQ_INVERSION("irq-inversion", "an interrupt that can turn a lock order into a deadlock"),
  LOCK_STATE("inconsistent-lock-state", "a lock taken by an interrupt and with interrupts on"),
  UNLOCK_BALANCE("bad-unlock-balance", "a lock released that is not held"),
  LOCK_LEFT("lock-held-at-return", "a lock still held where none may be"),
  LOCK_FREED("lock-held-freed", "memory freed with a held lock in it"),
  USE_AFTER_FREE("kasan-use-after-free", "memory used after it was freed"),
  DOUBLE_FREE("kasan-double-free", "memory freed that is not allocated"),
  HUNG_TASK("hung-task", "a task that waits for minutes"),
  RCU_STALL("rcu-stall", "an RCU grace period that does not end"),
  SRCU_MISUSE("srcu-misuse", "an SRCU structure used against its rules"),
  REFCOUNT("refcount", "a reference count that went wrong"),
  LIST_CORRUPTION("list-corruption", "a linked list whose pointers do not agree"),
  HEADLESS("trace-without-headline", "a call trace whose headline is not in the log"),
  /** Printed by a kernel, and not read here. */
  OTHER("other", "");

  private final String word;
  private final String words;

  ReportKind(String word, String words) {
    this.word = word;
    this.words = words;
  }

  /** The name in JSON. */
  public String word() {
    return word;
  }

  /** What is reported, as a noun phrase; "" for {@link #OTHER}. */
  public String words() {
    return words;
  }

  /** Whether lockdep prints it, with its list of locks before the call trace. */
  public boolean isLockdep() {
    return switch (this) {
      case SUSPICIOUS_RCU,
          WAIT_CONTEXT,
          CIRCULAR,
          RECURSIVE,
          IRQ_INVERSION,
          LOCK_STATE,
          UNLOCK_BALANCE,
          LOCK_LEFT,
          LOCK_FREED ->
          true;
      default -> false;
    };
  }

  /** Whether it is KASAN's. */
  public boolean isKasan() {
    return this == USE_AFTER_FREE || this == DOUBLE_FREE;
  }

  /** Whether it says that somebody slept where sleeping is forbidden. */
  public boolean isAboutSleeping() {
    return this == SLEEPING || this == SCHEDULING || this == VOLUNTARY_SWITCH;
  }
}
