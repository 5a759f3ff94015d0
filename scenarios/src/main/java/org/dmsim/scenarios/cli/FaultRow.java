package org.dmsim.scenarios.cli;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.dmsim.explore.Finding;
import org.dmsim.explore.Result;
import org.dmsim.faults.PlantedFault;
import org.dmsim.faults.hunt.FaultHunt;
import org.dmsim.faults.hunt.FaultSearch;
import org.dmsim.faults.hunt.LincheckHunt.Way;

/**
 * One planted fault and what became of it; times in milliseconds.
 *
 * @param lincheck null if Lincheck was not asked, or the fault does not live on real threads
 */
record FaultRow(
    PlantedFault fault,
    Result explored,
    long exploredMs,
    Result twin,
    FaultHunt.Result random,
    long randomMs,
    FaultHunt.Result randomTwin,
    LincheckFaults.Found lincheck) {

  /** Looks for a fault; with Lincheck unless that is null. */
  static FaultRow of(PlantedFault f, LincheckFaults lincheck) {
    long begun = System.nanoTime();
    Result explored = FaultSearch.faulty(f);
    long searched = System.nanoTime();
    FaultHunt.Result random = FaultHunt.faulty(f);
    long hunted = System.nanoTime();
    return new FaultRow(
        f,
        explored,
        (searched - begun) / 1_000_000,
        FaultSearch.sound(f),
        random,
        (hunted - searched) / 1_000_000,
        FaultHunt.sound(f),
        lincheck == null ? null : lincheck.of(f));
  }

  private boolean isExplored() {
    return explored.end() == Result.End.VIOLATION;
  }

  private boolean isTwinSound() {
    boolean nothing = twin.end() == Result.End.EXHAUSTED || twin.end() == Result.End.BOUND_REACHED;
    return nothing && !randomTwin.isFound();
  }

  /** Whether whoever looked found it, and nobody found anything in its twin. */
  boolean isPassed() {
    return isExplored() && isTwinSound() && (lincheck == null || lincheck.isPassed());
  }

  String byExplorer() {
    return isExplored() ? explored.explored() + "" : verdict(explored);
  }

  String atRandom() {
    return random.isFound() ? random.runs() + "" : "not in " + random.runs();
  }

  String byLincheck() {
    if (lincheck == null) {
      return "";
    }
    return switch (lincheck.way()) {
      case NOT -> "not in " + lincheck.invocations();
      case UNKNOWN -> "no verdict";
      case RESULTS, HUNG -> lincheck.invocations() + "";
    };
  }

  /** The line by which the fault shows, and what is wrong with the twin if anything is. */
  String by() {
    String found = explored.finding().map(Finding::headline).orElse(random.what());
    String twins = twin.finding().map(Finding::headline).orElse(randomTwin.what());
    if (twins.isEmpty() && lincheck != null && lincheck.twin() != Way.NOT) {
      twins = "Lincheck: " + lincheck.twin();
    }
    return twins.isEmpty() ? found : found + "; ITS TWIN FAILS: " + twins;
  }

  String twinVerdict() {
    return verdict(twin);
  }

  private static String verdict(Result r) {
    String word = r.end().name().replace('_', '-') + " " + r.explored();
    return r.bound().isEmpty() ? word : word + " (" + r.bound() + ")";
  }

  /** A row of a table for a document. */
  String asMarkdown(boolean withLincheck) {
    List<String> cells = new ArrayList<>();
    cells.add("`" + fault.name() + "`");
    cells.add(fault.what());
    cells.add(byExplorer());
    cells.add(exploredMs + " ms");
    cells.add(twinVerdict());
    cells.add(atRandom());
    cells.add(randomMs + " ms");
    if (withLincheck) {
      cells.add(lincheck == null ? "n/a" : byLincheck());
      cells.add(lincheck == null ? "" : lincheck.ms() + " ms");
    }
    cells.add(by());
    return "| " + String.join(" | ", cells) + " |";
  }

  JsonObject asJson() {
    JsonObject o = new JsonObject();
    o.addProperty("fault", fault.name());
    o.addProperty("what", fault.what());
    o.addProperty("passed", isPassed());
    o.addProperty("found_by_explorer", isExplored());
    o.addProperty("explored", explored.explored());
    o.addProperty("found_at_random", random.isFound());
    o.addProperty("random", random.runs());
    o.addProperty("by", by());
    o.addProperty("twin", twin.end().name().replace('_', '-'));
    o.addProperty("twin_bound", twin.bound());
    o.addProperty("twin_explored", twin.explored());
    o.addProperty("twin_random", randomTwin.runs());
    o.addProperty("twin_is_sound", isTwinSound());
    if (lincheck != null) {
      o.addProperty("lincheck", lincheck.way().name());
      o.addProperty("lincheck_invocations", lincheck.invocations());
      o.addProperty("lincheck_ms", lincheck.ms());
      o.addProperty("lincheck_by", lincheck.what());
      o.addProperty("lincheck_twin", lincheck.twin().name());
    }
    return o;
  }
}
