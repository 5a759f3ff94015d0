package org.dmsim.scenarios.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import org.dmsim.report.Report;
import org.dmsim.scenarios.run.Listener;
import org.dmsim.scenarios.run.RunResult;
import org.dmsim.scenarios.script.Script;
import org.dmsim.scenarios.script.Step;

/** Gathers a run as one JSON object, for a program to read. */
final class RunJson implements Listener {

  private final JsonArray steps = new JsonArray();
  private final JsonArray trace = new JsonArray();

  @Override
  public void answers(String task, Step step, List<String> lines) {
    JsonObject o = new JsonObject();
    o.addProperty("task", task);
    o.addProperty("line", step.place().line());
    o.addProperty("do", step.text());
    o.add("out", strings(lines));
    steps.add(o);
  }

  @Override
  public void others(String name, List<String> lines) {
    JsonObject o = new JsonObject();
    o.addProperty("task", name);
    o.add("out", strings(lines));
    steps.add(o);
  }

  @Override
  public void traces(String line) {
    trace.add(line);
  }

  /** The whole run. */
  JsonObject finish(Script script, RunResult result, Verdict verdict) {
    JsonObject o = new JsonObject();
    o.addProperty("verdict", verdict.word());
    o.addProperty("scenario", script.name());
    o.addProperty("kernel", result.configuration().kernel().toString());
    o.addProperty("preempt", result.configuration().preemption().toString());
    o.addProperty("cpus", result.configuration().cpus());
    o.addProperty("schedule", result.schedule().toString());
    o.addProperty("scheduling_points", result.outcome().steps());
    o.addProperty("virtual_ns", result.outcome().now());
    o.addProperty("end", result.outcome().end().name());
    JsonArray reports = new JsonArray();
    result.reports().forEach(r -> reports.add(report(r)));
    o.add("reports", reports);
    o.add("unexpected", strings(result.unexpected()));
    o.add("steps", steps);
    if (!trace.isEmpty()) {
      o.add("trace", trace);
    }
    return o;
  }

  static JsonObject report(Report r) {
    JsonObject o = new JsonObject();
    o.addProperty("check", r.check().name());
    o.addProperty("headline", r.headline());
    o.addProperty("step", r.step());
    o.addProperty("in_atomic", r.counts().inAtomic());
    o.addProperty("irqs_disabled", r.counts().irqsDisabled());
    o.addProperty("non_block", r.counts().nonBlock());
    o.addProperty("preempt_count", r.counts().preemptCount());
    o.addProperty("rcu_nest_depth", r.counts().rcuNestDepth());
    o.add("locks", strings(r.counts().locks()));
    o.add("lines", strings(r.lines()));
    return o;
  }

  static JsonArray strings(List<String> texts) {
    JsonArray a = new JsonArray();
    texts.forEach(a::add);
    return a;
  }
}
