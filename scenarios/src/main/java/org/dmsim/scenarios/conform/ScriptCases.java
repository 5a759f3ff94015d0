package org.dmsim.scenarios.conform;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dmsim.dm.targets.NotModelledException;
import org.dmsim.dm.targets.TargetTypes;
import org.dmsim.machine.Configuration;
import org.dmsim.report.Check;
import org.dmsim.report.DmsimFault;
import org.dmsim.report.Report;
import org.dmsim.scenarios.contexts.ContextCases;
import org.dmsim.scenarios.run.Listener;
import org.dmsim.scenarios.run.Overrides;
import org.dmsim.scenarios.run.RunResult;
import org.dmsim.scenarios.run.ScriptRun;
import org.dmsim.scenarios.script.Header;
import org.dmsim.scenarios.script.Phase;
import org.dmsim.scenarios.script.Script;
import org.dmsim.scenarios.script.ScriptError;
import org.dmsim.scenarios.script.Step;
import org.dmsim.scenarios.script.StepParser;
import org.dmsim.scenarios.script.Verb;
import org.dmsim.version.KernelVersion;

/**
 * Cases of steps with their answers, recorded with CONFIG_PREEMPT and two CPUs on the kernel that a
 * case names; on 6.1.192 where it names none.
 */
final class ScriptCases implements CaseKind {

  /**
   * What frees a {@code dm_dev} that a target still points to, on every kernel: a table that opens
   * a device for reading, and later for writing. A snapshot's origin is such a device.
   */
  private static final String FREED_BY = "upgrade_mode";

  private Header machine(JsonObject recorded) {
    return new Header(
        kernel(recorded),
        Map.of(),
        null,
        2,
        null,
        Configuration.ClockMode.WHEN_IDLE,
        true,
        List.of(),
        Map.of());
  }

  @Override
  public boolean knows(JsonObject recorded) {
    return recorded.has("steps");
  }

  @Override
  public KernelVersion kernel(JsonObject recorded) {
    return ContextCases.kernel(recorded);
  }

  @Override
  public CaseResult check(JsonObject recorded, Path images) {
    String id = CaseFile.id(recorded);
    List<Step> steps = new ArrayList<>();
    List<List<String>> expected = new ArrayList<>();
    for (JsonElement e : recorded.getAsJsonArray("steps")) {
      JsonObject o = e.getAsJsonObject();
      try {
        steps.add(StepParser.recorded(id, steps.size() + 1, o.get("do").getAsString()));
      } catch (ScriptError error) {
        return CaseResult.failed(id, List.of(error.getMessage()));
      }
      List<String> out = new ArrayList<>();
      o.getAsJsonArray("out").forEach(l -> out.add(l.getAsString().strip()));
      expected.add(out);
    }
    Set<String> missing = missingTargets(steps, expected);
    if (!missing.isEmpty()) {
      return CaseResult.notModelled(id, "no target type " + String.join(", ", missing));
    }
    return compare(id, machine(recorded), images, steps, expected);
  }

  private static CaseResult compare(
      String id, Header machine, Path images, List<Step> steps, List<List<String>> expected) {
    Script script =
        new Script(
            id,
            List.of(),
            machine,
            List.of(),
            List.of(new Phase.Sequence(steps)),
            List.of(),
            List.of());
    Answers got = new Answers();
    List<String> different = new ArrayList<>();
    try {
      RunResult run = new ScriptRun(script, Overrides.NONE, got).recorded(images).run();
      if (!run.isClean() && run.reports().isEmpty()) {
        different.add("the run ended " + run.outcome().end());
      }
      got.unexplained.forEach(r -> different.add("report: " + r.headline()));
    } catch (DmsimFault | ScriptError e) {
      for (Throwable t = e; t != null; t = t.getCause()) {
        if (t instanceof NotModelledException) {
          return CaseResult.notModelled(id, t.getMessage());
        }
      }
      different.add("broken: " + rootCause(e));
    }
    for (int i = 0; i < steps.size(); i++) {
      List<String> lines = i < got.lines.size() ? got.lines.get(i) : List.of();
      if (!lines.equals(expected.get(i))) {
        different.addAll(Difference.of(i + 1, steps.get(i).text(), expected.get(i), lines));
      }
    }
    return different.isEmpty() ? CaseResult.passed(id) : CaseResult.failed(id, different);
  }

  private static String rootCause(Throwable e) {
    Throwable t = e;
    while (t.getCause() != null) {
      t = t.getCause();
    }
    StackTraceElement[] at = t.getStackTrace();
    return t + (at.length == 0 ? "" : " at " + at[0]);
  }

  /** Target types that the kernel had and the model has not. */
  private static Set<String> missingTargets(List<Step> steps, List<List<String>> expected) {
    Set<String> missing = new LinkedHashSet<>();
    for (int i = 0; i < steps.size(); i++) {
      Step s = steps.get(i);
      if (s.verb() != Verb.LOAD && s.verb() != Verb.LOAD_RO) {
        continue;
      }
      for (String target : s.arg(1).split(";")) {
        String[] words = target.strip().split(" +");
        if (words.length >= 3
            && !TargetTypes.registered().isModelled(words[2])
            && knewType(words[2], expected.get(i))) {
          missing.add(words[2]);
        }
      }
    }
    return missing;
  }

  /** Whether the recorded answer to a load shows that the kernel had a target type. */
  private static boolean knewType(String type, List<String> answer) {
    return answer.getFirst().startsWith("ok")
        || answer.stream()
            .anyMatch(l -> l.contains(": " + type + ": ") && !l.contains("unknown target type"));
  }

  /**
   * Whether a report is of a use after free that Linux is known to make. The kernels that were
   * asked had no KASAN, and so did not speak of it; any other is an error of the model.
   */
  static boolean isOfLinux(Report report) {
    return report.check() == Check.USE_AFTER_FREE
        && report.lines().stream().anyMatch(l -> l.strip().startsWith(FREED_BY + "+"));
  }

  /** What the model answers, and the reports that no answer of the kernel explains. */
  private static final class Answers implements Listener {
    final List<List<String>> lines = new ArrayList<>();
    final List<Report> unexplained = new ArrayList<>();

    @Override
    public void reports(Report report) {
      if (!isOfLinux(report)) {
        unexplained.add(report);
      }
    }

    @Override
    public void answers(String task, Step step, List<String> answer) {
      List<String> kept = new ArrayList<>();
      for (String line : answer) {
        // Of an answer of several lines the recording kept the first.
        boolean further = step.verb() == Verb.MESSAGE && !kept.isEmpty() && !isNote(line);
        if (!further) {
          kept.add(line.strip());
        }
      }
      lines.add(kept);
    }

    private static boolean isNote(String line) {
      return line.startsWith("log: ") || line.startsWith("ev: ");
    }
  }
}
