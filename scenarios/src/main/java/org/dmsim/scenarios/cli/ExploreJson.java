package org.dmsim.scenarios.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import org.dmsim.explore.Bounds;
import org.dmsim.explore.Finding;
import org.dmsim.explore.Result;
import org.dmsim.scenarios.explore.Search;

/** A search as one JSON object, for a program to read; its head is that of {@code run --json}. */
final class ExploreJson {

  private ExploreJson() {}

  static JsonObject head(Verdict verdict, Search search) {
    JsonObject o = new JsonObject();
    o.addProperty("verdict", verdict.word());
    o.addProperty("scenario", search.name());
    o.addProperty("kernel", search.kernel().toString());
    o.addProperty("preempt", search.preemption().toString());
    o.addProperty("cpus", search.cpus());
    if (search.memory().isWeak()) {
      o.addProperty("memory", search.memory().toString());
    }
    o.addProperty("strategy", search.strategy());
    if (search.bounds().preemptions() != Bounds.UNBOUNDED) {
      o.addProperty("preemptions", search.bounds().preemptions());
    }
    if (search.bounds().selection() != Bounds.Selection.EXHAUSTIVE) {
      o.addProperty("seed", search.bounds().seed());
    }
    return o;
  }

  static void add(JsonObject o, Result r) {
    o.addProperty("explored", r.explored());
    o.addProperty("redundant", r.redundant());
    o.addProperty("depth", r.depth());
    o.addProperty("reduced", r.reduced());
    if (!r.bound().isEmpty()) {
      o.addProperty("bound", r.bound());
    }
    r.divergence().ifPresent(d -> o.addProperty("divergence", d.toString()));
  }

  static void add(JsonObject o, Finding f) {
    JsonObject finding = new JsonObject();
    if (f.number() > 0) {
      finding.addProperty("number", f.number());
    }
    finding.addProperty("schedule", f.schedule().toString());
    finding.addProperty("scheduling_points", f.outcome().steps());
    finding.addProperty("virtual_ns", f.outcome().now());
    finding.addProperty("end", f.outcome().end().name());
    JsonArray reports = new JsonArray();
    f.reports().forEach(r -> reports.add(RunJson.report(r)));
    finding.add("reports", reports);
    finding.add("columns", RunJson.strings(f.columns()));
    o.add("finding", finding);
  }
}
