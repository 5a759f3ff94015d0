package org.dmsim.scenarios.explain;

import java.util.List;

/**
 * One report, as far as the log shows it. Texts are "" and lists empty where it does not.
 *
 * @param kind of report
 * @param headline the kernel's own first line
 * @param line of the headline in the file, from 1
 * @param detail the sentence below the headline: which check, which access
 * @param kernel the version that the log states
 * @param task name and pid, "dmctl/55"
 * @param counts those that were printed
 * @param held locks that the task held
 * @param wanted lock that it was taking or releasing; null where the log names none
 * @param chain locks that were taken in another order before: each by whom, while he held the next
 * @param lockList what stands in the log: "listed", "none", "off", or ""
 * @param preemptionOffAt who disabled preemption
 * @param trace the stack of the complaint, innermost first
 * @param allocated stack of the allocation
 * @param freed stack of the free
 * @param freer task that freed
 * @param unread what could not be read, as sentences
 */
record LogReport(
    Kind kind,
    String headline,
    int line,
    String detail,
    String kernel,
    String task,
    Counts counts,
    List<HeldLock> held,
    HeldLock wanted,
    List<HeldLock> chain,
    String lockList,
    String preemptionOffAt,
    List<Frame> trace,
    List<Frame> allocated,
    List<Frame> freed,
    String freer,
    List<String> unread) {

  /** Whether the complaint is about sleeping; other RCU mistakes are not. */
  boolean isAboutSleeping() {
    return kind.isAboutSleeping()
        && (kind != Kind.SUSPICIOUS_RCU || detail.contains("context switch"));
  }

  /** The frames that are certain, without those that only make the report. */
  List<String> path() {
    return path(trace);
  }

  static List<String> path(List<Frame> frames) {
    return frames.stream()
        .filter(Frame::sure)
        .map(Frame::symbol)
        .dropWhile(LogReport::isReporter)
        .toList();
  }

  private static boolean isReporter(String symbol) {
    return symbol.matches(
        "_*(dump_stack|show_stack|might_(sleep|resched|fault)|lockdep_rcu_suspicious"
            + "|schedule_bug|schedule|schedule_preempt_disabled|schedule_timeout|io_schedule"
            + "|io_schedule_timeout|rcu_note_context_switch|print_report|print_\\w+_bug"
            + "|print_address_description|kasan_\\w+|asan_\\w+|check_\\w+|warn\\w*|lock_acquire"
            + "|lock_release|validate_chain)(_lvl)?");
  }
}
