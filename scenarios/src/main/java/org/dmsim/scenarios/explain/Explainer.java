package org.dmsim.scenarios.explain;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.scenarios.explain.Statement.Basis;
import org.dmsim.scenarios.museum.Plaque;

/** Explains the reports of a kernel log. */
public final class Explainer {

  private final LogReport r;
  private final List<Statement> all = new ArrayList<>();

  private Explainer(LogReport report) {
    this.r = report;
  }

  /** Every known report of a log, explained, in the log's order; empty where there is none. */
  public static List<Explanation> explain(String log) {
    return ReportParser.reports(LogReader.read(log)).stream()
        .map(r -> new Explainer(r).explanation())
        .toList();
  }

  private Explanation explanation() {
    log("objection", r.kind().words() + (r.detail().isEmpty() ? "" : "; it says: " + r.detail()));
    String counts = r.counts().asPrinted();
    if (!counts.isEmpty()) {
      log("counts", counts);
    }
    boolean rcu = reason();
    opened();
    path();
    free();
    Likeness like = Likeness.of(r, rcu);
    if (!like.why().isEmpty()) {
      add("likeness", like.why(), like.basis());
    }
    if (like.rules().isEmpty()) {
      rule("rule", "none of the rules of table lookup is about what this log shows");
    }
    r.unread().forEach(u -> add("unread", u, Basis.NOT_READ));
    Plaque fix = like.fix();
    return new Explanation(
        r.line(),
        r.headline(),
        r.kernel(),
        r.task(),
        List.copyOf(all),
        like.rules(),
        like.alike(),
        fix == null ? "" : fix.commit(),
        fix == null ? "" : fix.subject());
  }

  /** Why sleeping was forbidden; true where it was an RCU read section. */
  private boolean reason() {
    if (!r.isAboutSleeping()) {
      return false;
    }
    Counts c = r.counts();
    boolean listed = r.held().stream().anyMatch(HeldLock::isRcu);
    boolean said =
        r.kind() == Kind.VOLUNTARY_SWITCH
            || r.detail().matches(".*in RCU(-bh|-sched)? read-side.*");
    boolean rcu = c.rcuIsTooDeep() || said;
    if (c.rcuIsTooDeep()) {
      log(
          "reason",
          "an RCU read section: RCU nest depth is %d%s"
              .formatted(c.rcu(), c.restIsZero() ? ", and every other count is 0" : ""));
    } else if (said) {
      log("reason", "an RCU read section: the kernel says so itself");
    }
    if (c.irqsDisabled() != null && c.irqsDisabled() != 0) {
      log("reason", "interrupts are disabled");
    }
    if (c.nonBlock() != null && c.nonBlock() != 0) {
      log("reason", "a section that must not block is open (non_block_start)");
    }
    if (c.preemptIsTooDeep()) {
      rcu |= preempt(listed);
    }
    if (!rcu && all.stream().noneMatch(s -> s.about().equals("reason"))) {
      add("reason", "the log does not show why sleeping was forbidden", Basis.NOT_READ);
    }
    return rcu;
  }

  /** What the preempt count says; true where RCU alone accounts for it. */
  private boolean preempt(boolean rcuListed) {
    long count = r.counts().preempt();
    log("reason", "preempt_count: " + Counts.bits(count));
    if (r.kind() == Kind.SCHEDULING_WHILE_ATOMIC) {
      rule("reason", "schedule() itself accounts for 1 of the preemption depth");
    }
    boolean spinning = r.held().stream().anyMatch(HeldLock::isSpinning);
    long expected = r.counts().preemptExpected() == null ? 0 : r.counts().preemptExpected();
    boolean accounted =
        count - expected == r.held().stream().filter(HeldLock::isRcu).count()
            && r.held().stream().noneMatch(HeldLock::mayBeSpinning);
    if (rcuListed && accounted && r.counts().rcu() == null) {
      rule(
          "reason",
          "an RCU read section: the log lists rcu_read_lock and no spinlock, and on a kernel"
              + " without preemptible RCU rcu_read_lock() disables preemption");
      return true;
    }
    if (spinning) {
      rule("reason", "a spinlock is held, and a spinlock disables preemption");
    }
    return false;
  }

  private void opened() {
    for (HeldLock l : r.held()) {
      String what = l.isRcu() ? "RCU read section" : "lock";
      log(
          r.isAboutSleeping() ? "opened by" : "holds",
          "%s (%s %s)".formatted(l.at(), what, l.name()));
    }
    if (r.wanted() != null) {
      log(
          r.kind() == Kind.BAD_UNLOCK ? "closes" : "wants",
          r.wanted().name() + (r.wanted().at().isEmpty() ? "" : " in " + r.wanted().at()));
    }
    for (int i = 0; i < r.chain().size() - 1; i++) {
      HeldLock l = r.chain().get(i);
      String who = l.at().isEmpty() ? "somebody" : l.at();
      log("elsewhere", who + " takes " + l.name() + " under " + r.chain().get(i + 1).name());
    }
    if (!r.preemptionOffAt().isEmpty()) {
      log("opened by", r.preemptionOffAt() + " (disabled preemption)");
    }
    if (!r.held().isEmpty() || !r.isAboutSleeping()) {
      return;
    }
    String how =
        switch (r.lockList()) {
          case "none" -> "the log says that no lock is held";
          case "off" -> "lockdep is turned off, so the log does not say who took what";
          case "listed" -> "the list of held locks cannot be read";
          default -> "the log has no list of held locks";
        };
    add("opened by", how, Basis.NOT_READ);
    boolean submits = r.path().contains("dm_submit_bio") && r.counts().rcuIsTooDeep();
    if (submits && Likeness.isInRange(r.kernel())) {
      rule(
          "opened by",
          "dm_submit_bio's lookup, as kernels 5.19 to 6.6-rc1 make it for NOWAIT bios");
    }
  }

  private void path() {
    List<String> path = r.path();
    if (path.isEmpty()) {
      if (!r.trace().isEmpty()) {
        add("path", "no frame of the call trace is certain", Basis.NOT_READ);
      }
      return;
    }
    if (r.isAboutSleeping()) {
      int dm = path.indexOf("dm_submit_bio");
      boolean clone = dm > 0 && path.get(dm - 1).equals("bio_alloc_clone");
      String callers =
          dm > 0 ? String.join(" → ", path.subList(0, dm + 1).reversed()) : path.get(0);
      log("sleeping call", callers);
      if (clone) {
        rule(
            "sleeping call",
            "dm_submit_bio allocates the clone with GFP_NOIO whatever the bio asks for, and"
                + " GFP_NOIO may sleep; the log does not print the mask");
      } else if (path.getFirst().equals("submit_bio_noacct")) {
        rule("sleeping call", "submit_bio_noacct() may sleep, and says so with might_sleep()");
      }
    } else {
      log("complaint in", path.getFirst());
    }
    log("path", String.join(" → ", path.reversed()));
  }

  private void free() {
    List<String> freed = LogReport.path(r.freed());
    if (!freed.isEmpty()) {
      log("freed", "by task %s: %s".formatted(r.freer(), outward(freed)));
    }
    List<String> allocated = LogReport.path(r.allocated());
    if (!allocated.isEmpty()) {
      log("allocated", outward(allocated));
    }
  }

  private static String outward(List<String> frames) {
    return String.join(" → ", frames.reversed());
  }

  private void log(String about, String text) {
    add(about, text, Basis.LOG);
  }

  private void rule(String about, String text) {
    add(about, text, Basis.GENERAL_RULE);
  }

  private void add(String about, String text, Basis basis) {
    all.add(new Statement(about, text, basis));
  }
}
