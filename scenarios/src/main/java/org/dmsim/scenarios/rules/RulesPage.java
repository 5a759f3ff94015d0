package org.dmsim.scenarios.rules;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.dm.device.DmPolicy;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.scenarios.museum.Exhibit;
import org.dmsim.scenarios.museum.Museum;
import org.dmsim.scenarios.museum.Plaque;
import org.dmsim.scenarios.museum.Rule;
import org.dmsim.version.Change;

/** {@code dm-core/TABLE-LOOKUP.md}: the rules of table lookup, with their evidence. */
public final class RulesPage {

  /** What a person asks before he writes code inside a bracket, by the context table's names. */
  private static final List<String> OPERATIONS =
      List.of(
          "kmalloc_GFP_NOIO",
          "kmalloc_GFP_NOWAIT",
          "mempool_alloc_GFP_NOIO",
          "bio_alloc_clone_GFP_NOIO",
          "bio_alloc_clone_GFP_NOWAIT",
          "spin_lock",
          "mutex_lock",
          "down_read",
          "wait_for_completion",
          "msleep",
          "cond_resched",
          "call_rcu",
          "synchronize_rcu",
          "synchronize_srcu_same",
          "synchronize_srcu_other",
          "srcu_dereference_same",
          "rcu_dereference");

  private final Facts facts;
  private final StringBuilder page = new StringBuilder();

  private RulesPage(Facts facts) {
    this.facts = facts;
  }

  /** The whole page, made anew. */
  public static String markdown(Facts facts) {
    RulesPage p = new RulesPage(facts);
    p.head();
    p.paths();
    p.inside();
    p.rules();
    p.history();
    return p.page.toString();
  }

  private void head() {
    line("# Looking up a device's table");
    line("");
    line("<!-- Written by: dmsim rules --markdown. Changes made here are lost. -->");
    line("");
    line(
        "Whoever submits a bio to a device-mapper device, or asks the device something, needs its");
    line(
        "table, and the table may be swapped at any moment. This page says how to get hold of"
            + " one,");
    line(
        "what that pins, what may be done meanwhile, and what happened to kernels that did"
            + " otherwise.");
    line("");
    line(
        "Every verdict here is computed: `dmsim rules --markdown` writes this page, and the build");
    line("compares it. The facts are Linux 6.1's unless another version is named.");
    line("");
  }

  // ---- the ways to a table ---------------------------------------------------------------------

  private void paths() {
    line("## The ways to a table");
    line("");
    for (LookupPath p : LookupPath.values()) {
      line("### `" + p.call() + "`");
      line("");
      line("| | |");
      line("|---|---|");
      line("| kernels | " + p.kernels() + " |");
      line("| who may | " + p.callers() + " |");
      line("| pins | " + p.pins() + " |");
      line("| close with | " + p.close() + " |");
      line("| `dm_sync_table` | " + p.waitedFor() + " |");
      line("| otherwise | " + otherwise(p) + " |");
      line("");
    }
  }

  private String otherwise(LookupPath p) {
    StringBuilder s = new StringBuilder();
    for (String name : p.exhibits()) {
      Exhibit e = Museum.find(name).orElseThrow();
      Facts.Finding f = facts.explore(e, false);
      s.append(s.isEmpty() ? "" : "<br>")
          .append("[`")
          .append(name)
          .append("`](#")
          .append(name)
          .append("): ")
          .append(f.headline().isEmpty() ? e.plaque().symptom() : f.headline());
    }
    return s.toString();
  }

  // ---- what may be done inside -----------------------------------------------------------------

  private void inside() {
    line("## What may be done inside");
    line("");
    line("From the checker itself, one cell a run; *full* and *none* are the preemption models.");
    line("`ok`: every check keeps quiet. `sleeps`: sleeping function called from invalid context.");
    line(
        "`rcu`: suspicious RCU usage. `sched`: scheduling while atomic, or a voluntary switch in"
            + " a");
    line("reader. `lock`: lockdep. `hangs`: never comes back.");
    line("");
    line("| operation | SRCU, full | SRCU, none | RCU, full | RCU, none | suspend_lock, full |");
    line("|---|---|---|---|---|---|");
    for (String op : OPERATIONS) {
      line(
          "| `"
              + op
              + "` | "
              + cell("srcu_read_lock", op, PreemptionModel.FULL)
              + " | "
              + cell("srcu_read_lock", op, PreemptionModel.NONE)
              + " | "
              + cell("rcu_read_lock", op, PreemptionModel.FULL)
              + " | "
              + cell("rcu_read_lock", op, PreemptionModel.NONE)
              + " | "
              + cell("mutex_lock", op, PreemptionModel.FULL)
              + " |");
    }
    line("");
  }

  private String cell(String context, String operation, PreemptionModel preemption) {
    List<String> marks =
        new ArrayList<>(
            facts.reports(context, operation, preemption).stream()
                .map(RulesPage::mark)
                .distinct()
                .toList());
    if (facts.hangs(context, operation, preemption)) {
      marks.add("hangs");
    }
    return marks.isEmpty() ? "ok" : "**" + String.join(", ", marks) + "**";
  }

  private static String mark(String headline) {
    if (headline.startsWith("BUG: sleeping function")) {
      return "sleeps";
    }
    if (headline.startsWith("BUG: scheduling while atomic")
        || headline.contains("context switch within RCU")) {
      return "sched";
    }
    return headline.contains("RCU") || headline.contains("rcu_dereference") ? "rcu" : "lock";
  }

  // ---- the rules -------------------------------------------------------------------------------

  private void rules() {
    line("## The rules");
    line("");
    for (Rule rule : Rule.values()) {
      line("### " + (rule.ordinal() + 1) + ". " + rule.sentence());
      line("");
      for (Exhibit e : Museum.exhibits()) {
        if (e.plaque().rule() == rule) {
          exhibit(e);
        }
      }
    }
  }

  private void exhibit(Exhibit e) {
    Plaque p = e.plaque();
    Facts.Finding broken = facts.explore(e, false);
    Facts.Finding fixed = facts.explore(e, true);
    line("<a id=\"" + p.name() + "\"></a>`" + p.name() + "` shows " + p.shows() + ".");
    String by = p.commit() + " (\"" + p.subject() + "\"); ";
    line(
        p.mended()
            ? "Mended by " + by + kernels(e) + "."
            : "Brought by " + by + kernels(e) + ", and not mended in any of them.");
    line("");
    line("    $ dmsim explore " + p.name());
    if (!broken.headline().isEmpty()) {
      line("    " + broken.headline());
    }
    line("    " + broken.word() + " in schedule " + broken.schedules() + on(e, false));
    line("    $ dmsim explore " + p.name() + " --fixed");
    line("    " + fixed.word() + ", " + fixed.schedules() + " schedules" + on(e, true));
    line("");
  }

  private static String kernels(Exhibit e) {
    return e.plaque().affected().isEmpty()
        ? "a lesson, not a kernel's code"
        : "kernels " + e.plaque().affected();
  }

  private static String on(Exhibit e, boolean fixed) {
    return e.plaque().affected().isEmpty() ? "" : ", on " + e.configuration(fixed).policies();
  }

  // ---- history ---------------------------------------------------------------------------------

  private void history() {
    line("## How it came to be so");
    line("");
    line("| from | commit | what changed |");
    line("|---|---|---|");
    line("| before 3.11 | | a reference count on the table, taken under a rwlock |");
    row(
        since(DmPolicy.SRCU_FOR_IO),
        "SRCU for I/O, and a fast form, RCU, for callers that never block");
    row(
        since(DmPolicy.RCU_FOR_NOWAIT),
        "the bug: RCU for a bio that says REQ_NOWAIT, SRCU for the rest");
    row(since(DmPolicy.NOWAIT_PER_TARGET), "each target is asked again, inside the bracket");
    row(since(DmPolicy.FLAGS_COPIED), "the close uses a copy of the flags, not the bio");
    row(
        DmPolicy.RCU_FOR_NOWAIT.fact().until(),
        "the fix: SRCU for every bio; the helpers of the detour are gone");
    row(
        since(DmPolicy.NOWAIT_ALLOCATIONS),
        "NOWAIT reaches the allocations: no memory at hand is -EAGAIN, not a sleep");
    line("");
    line(
        "REQ_NOWAIT has always meant: do not wait for other I/O. It has never meant: may not"
            + " sleep.");
  }

  private static Change since(DmPolicy policy) {
    return policy.fact().since();
  }

  private void row(Change c, String what) {
    StringBuilder backports = new StringBuilder();
    c.backports().forEach(v -> backports.append(", in ").append(v));
    line(
        "| "
            + c.since()
            + backports
            + " | "
            + c.commit()
            + " \""
            + c.subject()
            + "\" | "
            + what
            + " |");
  }

  private void line(String text) {
    page.append(text).append('\n');
  }
}
