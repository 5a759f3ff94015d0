package org.dmsim.scenarios.explain.reports;

import java.util.List;
import java.util.Map;

/**
 * One report, as far as the log shows it. Texts are "" and lists empty where it does not.
 *
 * @param kind of report
 * @param headline the kernel's own first line
 * @param line of the headline in the file, from 1
 * @param last line of the report
 * @param details other sentences of the kernel's, in their order
 * @param kernel release
 * @param tainted whether the kernel says so; null where it does not say
 * @param task "comm/pid"
 * @param work the work item, where the task is a worker
 * @param counts those that were printed
 * @param held locks of the task; null where the log has no list, empty where it says none
 * @param lockdepOff whether lockdep says that it is turned off
 * @param wanted the lock that it was taking or releasing, or whose state it changes; null for none
 * @param holding the lock that lockdep names beside it; null for none
 * @param links the chain of a circle: each lock with who took it while he held the next
 * @param states of an inconsistent lock: "{X} -> {Y}"
 * @param preemptionOffAt who disabled preemption
 * @param irqsOffAt who disabled interrupts last
 * @param place where a KASAN headline, or a warning, says that it is
 * @param sections its stacks
 * @param owner the task that the kernel itself calls the likely owner of what a hung task waits for
 * @param stalled CPUs and tasks that a stall names
 * @param strange line ranges inside it that are not understood, or not its own
 * @param where lines of the counts, by their names
 * @param openEnd whether it ends inside a stack
 * @param cutBy line of the report that begins inside this one; 0 for none
 * @param mixed whether lines of another report are among its own, and nothing tells them apart
 */
public record Report(
    ReportKind kind,
    String headline,
    int line,
    int last,
    List<Detail> details,
    String kernel,
    Boolean tainted,
    String task,
    String work,
    Counts counts,
    List<HeldLock> held,
    boolean lockdepOff,
    HeldLock wanted,
    HeldLock holding,
    List<Link> links,
    String states,
    String preemptionOffAt,
    String irqsOffAt,
    String place,
    List<Section> sections,
    String owner,
    List<String> stalled,
    List<Integer> strange,
    Map<String, Integer> where,
    boolean openEnd,
    int cutBy,
    boolean mixed) {

  /** A sentence of the kernel's, with its line. */
  public record Detail(String text, int line) {}

  /** One step of a lock chain: a lock, and the stack of him who took it. */
  public record Link(HeldLock lock, Section stack) {}

  /** The first stack of a part, or null. */
  public Section section(Section.Part part) {
    for (Section s : sections) {
      if (s.part() == part) {
        return s;
      }
    }
    return null;
  }

  /** Whether the complaint's own words contain a text. */
  public boolean says(String text) {
    return headline.contains(text) || details.stream().anyMatch(d -> d.text().contains(text));
  }
}
