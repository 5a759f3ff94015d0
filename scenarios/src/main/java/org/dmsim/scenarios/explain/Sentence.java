package org.dmsim.scenarios.explain;

import org.dmsim.scenarios.explain.meaning.Finding;
import org.dmsim.scenarios.explain.meaning.Reason;
import org.dmsim.scenarios.explain.meaning.Understanding;
import org.dmsim.scenarios.explain.reports.Frame;
import org.dmsim.scenarios.explain.reports.HeldLock;
import org.dmsim.scenarios.explain.reports.Report;
import org.dmsim.scenarios.explain.reports.ReportKind;
import org.dmsim.scenarios.explain.reports.Section;

/** The one sentence that says who did what forbidden thing, called by whom, under what. */
final class Sentence {

  private final Finding f;
  private final Report r;

  private Sentence(Finding f) {
    this.f = f;
    this.r = f.report();
  }

  static String of(Finding f) {
    return new Sentence(f).text();
  }

  private String text() {
    if (r.mixed()) {
      return r.kind() == ReportKind.HEADLESS
          ? "a call trace without its headline"
          : someone(f.task()) + ": " + r.kind().words();
    }
    return switch (r.kind()) {
      case SLEEPING -> who() + " may sleep" + inside();
      case SCHEDULING ->
          f.reason() == Reason.UNBALANCED
              ? someone(f.task())
                  + " is switched away with a preempt count that does not fit: "
                  + count()
              : who() + " goes to sleep" + inside();
      case VOLUNTARY_SWITCH -> who() + " goes to sleep" + inside();
      case SUSPICIOUS_RCU -> who() + " " + rcuMistake() + inside();
      case WAIT_CONTEXT -> who() + " takes " + lock(f.wants(), "a lock") + inside();
      case CIRCULAR -> circle();
      case RECURSIVE -> recursive();
      case IRQ_INVERSION -> inversion();
      case LOCK_STATE -> state();
      case UNLOCK_BALANCE ->
          who() + " releases " + lock(f.wants(), "a lock") + ", which it does not hold";
      case LOCK_LEFT -> left();
      case LOCK_FREED ->
          who()
              + " frees memory in which "
              + lock(f.holds(), "a lock")
              + " lies, still held"
              + taken();
      case USE_AFTER_FREE -> access() + afterFree();
      case DOUBLE_FREE ->
          who()
              + (f.freedBy().isEmpty()
                  ? " frees memory that is not allocated; the log does not show who freed it"
                  : " frees memory that " + f.freedBy() + " has freed already");
      case HUNG_TASK -> hung();
      case RCU_STALL -> stall();
      case SRCU_MISUSE -> who() + " uses an SRCU structure against its rules";
      case REFCOUNT -> who() + " meets a reference count that went wrong" + said("refcount_t: ");
      case LIST_CORRUPTION -> who() + " meets a list whose pointers do not agree" + said("list_");
      case HEADLESS -> headless();
      case OTHER -> r.headline();
    };
  }

  private String count() {
    Long count = r.counts().preempt();
    if (count == null) {
      return f.why();
    }
    return r.counts().isUnbalanced()
        ? "0x%x, one was taken off too often".formatted(count)
        : "0x%x, something was never given back".formatted(count);
  }

  /** What the kernel says behind a beginning, where the log has that line. */
  private String said(String beginning) {
    return r.headline().startsWith(beginning)
        ? ": "
            + (beginning.endsWith(" ") ? r.headline().substring(beginning.length()) : r.headline())
        : "";
  }

  /** The offender with his caller, or the task where no function is certain. */
  private String who() {
    if (f.offender().isEmpty()) {
      return someone(f.task());
    }
    return f.offender() + called();
  }

  private String called() {
    String module =
        f.offenderFrame() == null || f.offenderFrame().module().isEmpty()
            ? ""
            : " [" + f.offenderFrame().module() + "]";
    return module
        + (f.caller() == null
                || f.caller().symbol().matches("_*(?:entry_|ret_from_|el0|kthread$|do_syscall).*")
            ? ""
            : ", called by " + f.caller().symbol() + ",");
  }

  private static String someone(String task) {
    return task.isEmpty() ? "a task" : task;
  }

  private String inside() {
    if (f.reason() == null) {
      return r.kind() == ReportKind.SUSPICIOUS_RCU
          ? ""
          : f.stack().isEmpty() && f.task().isEmpty()
              ? " where it is forbidden; the log has no more than this headline"
              : " where it is forbidden; the log does not show why";
    }
    HeldLock lock = f.holds();
    String named =
        lock == null || f.reason() == Reason.RCU && lock.name().equals("rcu_read_lock")
            ? ""
            : " (" + lock.name() + ")";
    String by =
        f.opener().isEmpty()
            ? ""
            : switch (f.reason()) {
              case SPINLOCK, RAW_SPINLOCK, RWLOCK -> " that " + f.opener() + " took";
              case PREEMPT, IRQS -> " by " + f.opener();
              default -> " that " + f.opener() + " opened";
            };
    return " "
        + switch (f.reason()) {
          case RCU -> "inside an RCU read section" + named;
          case SPINLOCK -> "under the spinlock " + name(lock);
          case RAW_SPINLOCK -> "under the raw spinlock " + name(lock);
          case RWLOCK -> "under the rwlock " + name(lock);
          case PREEMPT -> "with preemption disabled";
          case IRQS -> "with interrupts disabled";
          case SOFTIRQ -> inSoftirq() ? "in a softirq" : "with bottom halves disabled";
          case HARDIRQ -> "in a hard interrupt";
          case NON_BLOCK -> "in a section that must not block";
          case UNBALANCED -> "with a preempt count that is wrong";
        }
        + by;
  }

  private boolean inSoftirq() {
    return r.counts().preempt() == null || r.counts().servingSoftirq();
  }

  private static String name(HeldLock lock) {
    return lock == null ? "" : lock.name();
  }

  private static String lock(HeldLock lock, String otherwise) {
    return lock == null ? otherwise : lock.name();
  }

  private String taken() {
    return f.opener().isEmpty() ? "" : ", taken by " + f.opener();
  }

  private String rcuMistake() {
    if (r.says("Illegal context switch") || r.says("Illegal synchronize")) {
      return "may sleep";
    }
    if (r.says("rcu_dereference")) {
      return "reads an RCU pointer"
          + (f.locks() != null && f.locks().isEmpty()
              ? " with no lock held and no read section open"
              : f.locks() == null
                  ? " without what the check asks for"
                  : " outside a read section, with only "
                      + String.join(", ", f.locks().stream().map(HeldLock::name).toList())
                      + " held");
    }
    if (r.says("RCU-list traversed")) {
      return "walks an RCU list outside a read section";
    }
    return "breaks a rule of RCU's";
  }

  private String circle() {
    String other = r.links().isEmpty() || r.links().getFirst().lock() == null ? "" : otherOrder();
    return who()
        + " takes "
        + lock(f.wants(), "a lock")
        + " under "
        + lock(f.holds(), "another")
        + (f.opener().isEmpty() ? "" : " (taken by " + f.opener() + ")")
        + (other.isEmpty()
            ? "; another order was seen before: they can wait for each other for ever"
            : other);
  }

  private String otherOrder() {
    String taker = Takers.of(r.links().getFirst());
    return r.links().size() > 2
        ? "; before, a chain of " + (r.links().size() - 1) + " steps led the other way: a circle"
        : taker.isEmpty()
            ? "; before, it was the other way round: they can wait for each other for ever"
            : "; "
                + taker
                + " takes them the other way round: they can wait for each other for ever";
  }

  private String recursive() {
    String second = who() + " takes " + lock(f.wants(), "a lock");
    if (f.sameInstance() == null) {
      return second + " while the task holds one of the same class" + taken();
    }
    return f.sameInstance()
        ? second
            + ", which the task itself holds already"
            + taken()
            + ": it waits for itself for ever"
        : second
            + " of one object while the task holds that of another"
            + taken()
            + ": no deadlock by itself, but lockdep was not told their order";
  }

  private String inversion() {
    String irq = r.headline().contains("SOFTIRQ") || r.says("SOFTIRQ") ? "softirq" : "interrupt";
    String an = (irq.equals("softirq") ? "a " : "an ") + irq;
    String safe = taker(Section.Part.SAFE_USE);
    String unsafe = taker(Section.Part.UNSAFE_USE);
    if (r.headline().contains("inversion")) {
      String other = f.holds() == null ? "another lock" : f.holds().name();
      return r.says("was taken by another")
          ? who()
              + " takes "
              + lock(f.wants(), "a lock")
              + " with that "
              + irq
              + " on; it was taken"
              + " under "
              + other
              + ", which "
              + an
              + " takes: the two can wait for each other"
          : who()
              + " takes "
              + lock(f.wants(), "a lock")
              + " in "
              + an
              + "; under it "
              + other
              + " was taken, which is taken with that "
              + irq
              + " on: the two can wait for each other";
    }
    return who()
        + " takes "
        + lock(f.wants(), "a lock")
        + (unsafe.isEmpty() ? "" : ", which " + unsafe + " takes with that " + irq + " on,")
        + " under "
        + lock(f.holds(), "another")
        + (safe.isEmpty() ? ", which " + an + " takes" : ", which " + safe + " takes in " + an)
        + ": the "
        + irq
        + " can come in between and wait for ever";
  }

  private String taker(Section.Part part) {
    Section s = r.section(part);
    return s == null ? "" : Understanding.helperless(s);
  }

  private String state() {
    String what = r.states().isEmpty() ? "" : " (" + r.states() + ")";
    String use =
        r.states().contains("-ON-") || r.states().contains("-ON")
            ? " leaves "
                + (r.states().contains("SOFTIRQ")
                    ? "softirqs"
                    : r.states().contains("RECLAIM") || r.states().contains("FS")
                        ? "memory reclaim"
                        : "interrupts")
                + " on while "
                + lock(f.wants(), "a lock")
                + " is taken, which "
                + (r.states().contains("SOFTIRQ")
                    ? "a softirq"
                    : r.states().contains("RECLAIM") ? "reclaim" : "an interrupt")
                + " takes too"
            : " takes "
                + lock(f.wants(), "a lock")
                + " in a context that another use of it forbids";
    return who() + use + what;
  }

  private String left() {
    String what =
        f.locks() != null && f.locks().size() > 1
            ? f.locks().size() + " locks"
            : lock(f.holds(), "a lock");
    String where =
        r.headline().contains("returning to user")
            ? " goes back to user space"
            : r.headline().contains("exit") ? " exits" : " is at a place where it may hold none";
    return someone(f.task())
        + where
        + (f.offender().isEmpty()
            ? ""
            : " (" + f.offender() + called().replaceFirst(",$", "") + ")")
        + " with "
        + what
        + " still held"
        + taken();
  }

  private String access() {
    boolean write = r.details().stream().anyMatch(d -> d.text().startsWith("Write"));
    boolean read = r.details().stream().anyMatch(d -> d.text().startsWith("Read"));
    return who() + (write ? " writes to" : read ? " reads" : " uses") + " memory that was freed";
  }

  private String afterFree() {
    return f.freedBy().isEmpty() ? "; the log does not show by whom" : " by " + f.freedBy();
  }

  private String hung() {
    String where = f.offender().isEmpty() ? "" : " in " + f.offender() + called();
    if (f.waitsFor().isEmpty()) {
      return someone(f.task()) + " has been waiting" + where + "; for what, the log does not show";
    }
    String held = f.heldBy().isEmpty() ? "" : ", held by " + f.heldBy();
    if (f.wants() != null) {
      int comma = f.waitsFor().indexOf(',');
      String base = comma < 0 ? f.waitsFor() : f.waitsFor().substring(0, comma);
      return someone(f.task())
          + " has been waiting"
          + where
          + " for the "
          + base
          + " "
          + f.wants().name()
          + held;
    }
    return someone(f.task()) + " has been waiting" + where + " for " + article(f.waitsFor()) + held;
  }

  private static String article(String what) {
    return what.startsWith("I/O")
            || what.startsWith("RCU callbacks")
            || what.startsWith("throttled")
        ? what
        : what.matches("^(?:RCU|SRCU|rwsem|rt_mutex|event).*") ? "an " + what : "a " + what;
  }

  private String stall() {
    String who = r.stalled().isEmpty() ? "" : String.join(", ", r.stalled());
    String runs =
        f.offender().isEmpty() ? "" : " in " + f.offender() + called().replaceFirst(",$", "");
    String task = f.task().isEmpty() ? "" : someone(f.task());
    if (who.isEmpty() && !task.isEmpty()) {
      return "no RCU grace period ends: RCU's own thread does not get the CPU that "
          + task
          + " keeps"
          + runs;
    }
    return "no RCU grace period ends: "
        + (who.isEmpty()
            ? ""
            : who
                + (r.stalled().size() > 1 ? " do" : " does")
                + " not report"
                + (task.isEmpty() ? "" : "; "))
        + (task.isEmpty()
            ? (who.isEmpty() ? "who does not report is not in the log" : "")
            : task + " runs there" + runs);
  }

  private String headless() {
    Frame first = f.stack().isEmpty() ? null : f.stack().getFirst();
    boolean sleeps =
        f.stack().stream()
            .anyMatch(
                s -> s.symbol().contains("might_resched") || s.symbol().contains("might_sleep"));
    boolean switches = f.stack().stream().anyMatch(s -> s.symbol().contains("schedule_bug"));
    String what =
        sleeps
            ? " may sleep"
                + inside()
                + " (the headline is not in the log; "
                + checker()
                + " in the stack says what it was)"
            : switches
                ? " goes to sleep"
                    + inside()
                    + " (the headline is not in the log; "
                    + checker()
                    + " in the stack says what it was)"
                : " printed a call trace whose headline is not in the log";
    return first == null ? "a call trace without its headline" : who() + what;
  }

  private String checker() {
    return f.stack().stream()
        .map(Frame::symbol)
        .filter(
            s ->
                s.contains("might_resched")
                    || s.contains("might_sleep")
                    || s.contains("schedule_bug"))
        .findFirst()
        .orElse("");
  }
}
