package org.dmsim.scenarios.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dmsim.explore.Finding;
import org.dmsim.explore.Result;
import org.dmsim.faults.MemoryFault;
import org.dmsim.faults.SectionTrial.Section;
import org.dmsim.faults.hunt.MemoryFaults;
import org.dmsim.faults.hunt.MemorySearch;
import org.dmsim.machine.MemoryModel;
import org.dmsim.srcu.SrcuBarrier;
import org.dmsim.srcu.SrcuBarrierFaults;

/** {@code dmsim faults --memory}: barriers left out, and the memory models that show it. */
final class MemoryFaultTable {

  private static final String SRCU = "srcu/";

  private final PrintWriter out;
  private final String part;
  private int passed;
  private int failed;

  /**
   * Not printed yet.
   *
   * @param part only faults whose name begins so
   */
  MemoryFaultTable(PrintWriter out, String part) {
    this.out = out;
    this.part = part;
  }

  private List<MemoryFault> faults() {
    List<MemoryFault> all =
        MemoryFaults.all().stream().filter(f -> f.name().startsWith(part)).toList();
    if (all.isEmpty()) {
      throw new UsageError("no fault '" + part + "' of memory order; write: dmsim faults --memory");
    }
    return all;
  }

  /** Prints it; the status. */
  int print() {
    List<MemoryFault> others = faults().stream().filter(f -> !f.name().startsWith(SRCU)).toList();
    if (SRCU.startsWith(part)) {
      srcu();
    } else {
      others = faults();
    }
    if (!others.isEmpty()) {
      int width = others.stream().mapToInt(f -> f.name().length()).max().orElse(0);
      out.println("strongest model that shows it, and schedule");
      for (MemoryFault f : others) {
        MemorySearch s = look(f);
        out.printf("%s  %s%n", pad(f.name(), width), s.cell());
        out.println("    " + f.what());
        s.foundBy()
            .flatMap(m -> s.results().get(m).finding())
            .map(Finding::headline)
            .ifPresent(h -> out.println("    " + h));
      }
      out.println();
    }
    out.println(passed + " passed, " + failed + " failed");
    return status();
  }

  private int status() {
    return failed == 0 ? Verdict.CLEAN.status() : Verdict.VIOLATION.status();
  }

  private MemorySearch look(MemoryFault f) {
    MemorySearch s = MemorySearch.of(f);
    if (s.isPassed()) {
      passed++;
    } else {
      failed++;
    }
    return s;
  }

  private void srcu() {
    out.println(
        "SRCU without some barriers. Cells: the strongest model that shows it, and the number");
    out.println(
        "of the schedule; or - and how many schedules there are under pso, all of them seen.");
    out.println();
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("left out"));
    for (Section s : Section.values()) {
      head.add(s.what());
    }
    rows.add(head);
    for (List<SrcuBarrier> set : SrcuBarrierFaults.sets()) {
      List<String> row = new ArrayList<>(List.of(SrcuBarrierFaults.name(set)));
      for (Section s : Section.values()) {
        row.add(look(SrcuBarrierFaults.fault(set, s)).cell());
      }
      rows.add(row);
    }
    int[] widths = new int[head.size()];
    rows.forEach(
        r -> {
          for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], r.get(i).length());
          }
        });
    for (List<String> r : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(pad(r.get(i), widths[i])).append("  ");
      }
      out.println(line.toString().stripTrailing());
      out.flush();
    }
    out.println();
    for (SrcuBarrier b : SrcuBarrier.values()) {
      out.println("  " + b + "  " + b.where());
    }
    out.println();
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  /** Prints it as JSON; the status. */
  int json() {
    JsonArray all = new JsonArray();
    for (MemoryFault f : faults()) {
      MemorySearch s = look(f);
      JsonObject o = new JsonObject();
      o.addProperty("fault", f.name());
      o.addProperty("what", f.what());
      o.addProperty("passed", s.isPassed());
      o.addProperty("shown_by", s.foundBy().map(MemoryModel::toString).orElse(""));
      for (Map.Entry<MemoryModel, Result> e : s.results().entrySet()) {
        JsonObject r = new JsonObject();
        r.addProperty("verdict", e.getValue().end().name().replace('_', '-'));
        r.addProperty("explored", e.getValue().explored());
        r.addProperty("redundant", e.getValue().redundant());
        o.add(e.getKey().toString(), r);
      }
      all.add(o);
    }
    out.println(all);
    return status();
  }
}
