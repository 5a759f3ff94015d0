package org.dmsim.scenarios.explain.reports;

import java.util.List;

/**
 * One stack of a report.
 *
 * @param part of the report that it is
 * @param title as printed: {@code "-> #1 (&lock){+.+.}:", "Freed by task 5:"}
 * @param task whose stack it is, "comm/pid", or ""
 * @param line of the title
 * @param frames innermost first
 * @param complete whether its bottom is there: a system call's entry, a thread's beginning
 */
public record Section(
    Part part, String title, String task, int line, List<Frame> frames, boolean complete) {

  /** What a stack is there for. */
  public enum Part {
    /** The stack of the complaint. */
    MAIN,
    /** Lockdep: who took a lock of the chain before. */
    LINK,
    /** Lockdep: where the other use of the lock was seen. */
    FIRST_USE,
    /** Lockdep: where an interrupt took the one lock. */
    SAFE_USE,
    /** Lockdep: where the other was taken with that interrupt on. */
    UNSAFE_USE,
    ALLOCATED,
    FREED,
    /** Who asked for the work, or the RCU callback, that may have freed it. */
    LAST_WORK,
    /** A task or CPU that a stall or a hang is about, or that is shown beside it. */
    DUMP,
    /** RCU's own thread. */
    GRACE_PERIOD_THREAD,
    /** Where that thread last ran. */
    LAST_RAN,
    ELSE
  }
}
