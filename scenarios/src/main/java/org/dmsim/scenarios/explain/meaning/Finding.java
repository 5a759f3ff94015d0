package org.dmsim.scenarios.explain.meaning;

import java.util.List;
import org.dmsim.scenarios.explain.bugs.KnownBug;
import org.dmsim.scenarios.explain.reports.Frame;
import org.dmsim.scenarios.explain.reports.HeldLock;
import org.dmsim.scenarios.explain.reports.Report;

/**
 * One report, understood. What the log does not show is null, or "" for a name.
 *
 * @param report as it was read
 * @param task "comm/pid" that it is about
 * @param offender the function that did what is forbidden, or that waits
 * @param offenderFrame where it stands in a stack; null where no stack shows it
 * @param caller of the offender
 * @param reason why it was forbidden
 * @param why what in the log shows the reason
 * @param opener who opened the section, or took the lock, at issue
 * @param wants name of the lock that was being taken
 * @param holds name of the lock, or section, that is in the way
 * @param sameInstance whether the two are one lock
 * @param waitsFor of a hung task
 * @param heldBy who holds that, "comm/pid"
 * @param heldByWhy what in the log shows it
 * @param freedBy of freed memory
 * @param allocatedBy of freed memory
 * @param locks that the log lists for the task, the one that it waits for among them; null for no
 *     list
 * @param stack the certain functions, innermost first
 * @param bug known bug that it is, or null
 */
public record Finding(
    Report report,
    String task,
    String offender,
    Frame offenderFrame,
    Frame caller,
    Reason reason,
    String why,
    String opener,
    HeldLock wants,
    HeldLock holds,
    Boolean sameInstance,
    String waitsFor,
    String heldBy,
    String heldByWhy,
    String freedBy,
    String allocatedBy,
    List<HeldLock> locks,
    List<Frame> stack,
    KnownBug bug) {

  /** The same, with what the rest of the log says of who holds what it waits for. */
  public Finding heldBy(String who, String why) {
    return new Finding(
        report,
        task,
        offender,
        offenderFrame,
        caller,
        reason,
        this.why,
        opener,
        wants,
        holds,
        sameInstance,
        waitsFor,
        who,
        why,
        freedBy,
        allocatedBy,
        locks,
        stack,
        bug);
  }

  /** The same, with the locks that the table of all locks lists for it. */
  public Finding listed(List<HeldLock> all) {
    return new Finding(
        report,
        task,
        offender,
        offenderFrame,
        caller,
        reason,
        why,
        opener,
        wants,
        holds,
        sameInstance,
        waitsFor,
        heldBy,
        heldByWhy,
        freedBy,
        allocatedBy,
        all,
        stack,
        bug);
  }

  /** The same, with the lock that the table of all locks shows it to wait for. */
  public Finding wanting(HeldLock lock) {
    return new Finding(
        report,
        task,
        offender,
        offenderFrame,
        caller,
        reason,
        why,
        opener,
        lock,
        holds,
        sameInstance,
        waitsFor,
        heldBy,
        heldByWhy,
        freedBy,
        allocatedBy,
        locks,
        stack,
        bug);
  }

  /** Whether another reports the same: all but who, when, and at which addresses. */
  public String likeness() {
    StringBuilder b = new StringBuilder(report.kind().word());
    b.append(' ').append(reason).append(' ').append(opener).append(' ').append(freedBy);
    b.append(' ').append(wants == null ? "" : wants.name());
    b.append(' ').append(holds == null ? "" : holds.name());
    for (Frame f : stack) {
      b.append(' ').append(f.symbol());
    }
    if (stack.isEmpty()) {
      b.append(' ').append(report.headline().replaceAll("0x[0-9a-f]+|\\d+", "0"));
    }
    return b.toString();
  }
}
