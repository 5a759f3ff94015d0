package org.dmsim.scenarios.cli;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.explore.Finding;
import org.dmsim.faults.MemoryFault;
import org.dmsim.faults.SectionTrial.Section;
import org.dmsim.faults.hunt.MemoryFaults;
import org.dmsim.faults.hunt.MemorySearch;
import org.dmsim.machine.MemoryModel;
import org.dmsim.srcu.SrcuBarrier;
import org.dmsim.srcu.SrcuBarrierFaults;

/** A page, written by runs: what each barrier is for, and the schedule that shows it. */
final class BarrierPage {

  private final List<String> lines = new ArrayList<>();

  private BarrierPage() {}

  static List<String> lines() {
    BarrierPage p = new BarrierPage();
    p.write();
    return p.lines;
  }

  private void write() {
    add(
        "# Every barrier of SRCU, and what breaks without it",
        "",
        "Written by `dmsim faults --memory --markdown`: every word in the tables and columns comes",
        "from a search, and the build compares this page with what it says today.",
        "",
        "A section of SRCU makes two accesses, and an updater two, with a grace period between its",
        "own. The one thing that a grace period promises is that no section lies around the whole"
            + " of",
        "it: that not one access of the section comes before what the updater did first, and the",
        "other one behind what the updater did last. Each counter is a step of its own, and so is"
            + " the",
        "way of each store to memory ([what the models say](#the-models)).",
        "",
        "| barrier | where it stands |",
        "|---|---|");
    for (SrcuBarrier b : SrcuBarrier.values()) {
      add("| " + b + " | " + b.where() + " |");
    }
    add(
        "",
        "## Which memory shows what",
        "",
        "A cell is the strongest model under which a search finds the section around the grace",
        "period, and the number of the schedule that shows it; or a dash, and how many schedules",
        "there are under pso, all of them seen. Under sc nothing is found anywhere.",
        "",
        "The updater writes x before the grace period, and reads or writes y behind it; in the"
            + " last",
        "column it reads both.",
        "");
    StringBuilder head = new StringBuilder("| left out |");
    StringBuilder rule = new StringBuilder("|---|");
    for (Section s : Section.values()) {
      head.append(" section ").append(s.what()).append(" |");
      rule.append("---|");
    }
    add(head.toString(), rule.toString());
    for (List<SrcuBarrier> set : SrcuBarrierFaults.sets()) {
      StringBuilder row = new StringBuilder("| " + SrcuBarrierFaults.name(set) + " |");
      for (Section s : Section.values()) {
        row.append(' ')
            .append(MemorySearch.of(SrcuBarrierFaults.fault(set, s)).cell())
            .append(" |");
      }
      add(row.toString());
    }
    add(
        "",
        "B is for every reader; C is for those that write. The barriers of a grace period stand in",
        "for each other: one alone can go, and most pairs. Store buffers delay no load, so a"
            + " missing",
        "C behind a section's last read, and A with F, show nothing here; under the kernel's own",
        "model, in which loads are late too, herd7 shows both.");
    add("");
    shown(
        "Without B",
        "The reader's count is still in its store buffer when it reads x. The grace period finds"
            + " no",
        "reader, and ends; the section goes on and reads what came after it.",
        SrcuBarrierFaults.fault(List.of(SrcuBarrier.B), Section.READS_READS),
        MemoryModel.TSO);
    shown(
        "Without C",
        "The reader is counted out in memory before its store to y is there.",
        SrcuBarrierFaults.fault(List.of(SrcuBarrier.C), Section.READS_WRITES),
        MemoryModel.PSO);
    shown(
        "Without S, A, E and D",
        "The updater's store to x, made before the grace period, is still in its buffer when the",
        "grace period has looked at all counters.",
        SrcuBarrierFaults.fault(
            List.of(SrcuBarrier.S, SrcuBarrier.A, SrcuBarrier.E, SrcuBarrier.D),
            Section.READS_READS),
        MemoryModel.TSO);
    add(
        "## Others",
        "",
        "| fault | what is wrong | shown by | what is seen |",
        "|---|---|---|---|");
    for (MemoryFault f : MemoryFaults.others()) {
      MemorySearch s = MemorySearch.of(f);
      String seen =
          s.foundBy()
              .flatMap(m -> s.results().get(m).finding())
              .map(Finding::headline)
              .orElse("nothing");
      add("| `" + f.name() + "` | " + f.what() + " | " + s.cell() + " | " + seen + " |");
    }
    add("", "## The models", "");
    for (MemoryModel m : MemoryModel.values()) {
      add("- " + m + ": " + m.what() + ".");
    }
    add("", "`dmsim help memory` says what these leave out.");
  }

  private void shown(String title, String first, String second, MemoryFault f, MemoryModel m) {
    add("## " + title, "", first, second, "");
    columns(f, m);
  }

  private void shown(String title, String only, MemoryFault f, MemoryModel m) {
    add("## " + title, "", only, "");
    columns(f, m);
  }

  private void columns(MemoryFault f, MemoryModel m) {
    add("```");
    MemorySearch.search(f, m)
        .finding()
        .ifPresentOrElse(found -> lines.addAll(found.columns()), () -> add("nothing was found"));
    add("```", "");
  }

  private void add(String... more) {
    lines.addAll(List.of(more));
  }
}
