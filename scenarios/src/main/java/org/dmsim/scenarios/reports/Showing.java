package org.dmsim.scenarios.reports;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.dmsim.explore.Bounds;
import org.dmsim.explore.Explorer;
import org.dmsim.explore.Result;
import org.dmsim.machine.Configuration;
import org.dmsim.report.Report;
import org.dmsim.scenarios.run.Listener;
import org.dmsim.scenarios.run.Overrides;
import org.dmsim.scenarios.run.RunResult;
import org.dmsim.scenarios.run.ScriptProgram;
import org.dmsim.scenarios.run.ScriptRun;
import org.dmsim.scenarios.script.FixedTwin;
import org.dmsim.scenarios.script.Phase;
import org.dmsim.scenarios.script.Script;
import org.dmsim.scenarios.script.Step;
import org.dmsim.version.KernelVersion;

/**
 * What a report's script shows on one kernel. What people saw is behind {@code symptom}: a part of
 * the headline of a report, of an answer or of the kernel's log. One run is made; where that shows
 * nothing and tasks run beside each other, some schedules of random priorities are tried, always
 * the same ones.
 *
 * @param kernel the kernel, in words
 * @param symptom the line that shows what people saw; empty if none does
 * @param others headlines of what was found in its place
 * @param schedules that were tried; 1 for a run
 */
public record Showing(String kernel, String symptom, List<String> others, long schedules) {

  /** Enough for every script here, and a livelock is one by then. */
  private static final Overrides BOUNDED =
      new Overrides(null, null, 0, null, Configuration.Coroutines.AUTOMATIC, 30_000);

  /** Schedules beyond which a search gives up. */
  private static final long MOST = 100;

  /** Copies the list. */
  public Showing {
    others = List.copyOf(others);
  }

  /** What the script shows on its own kernel, which had the bug. */
  public static Showing broken(Script script) {
    return of(script);
  }

  /** What it shows on another kernel that had the bug. */
  public static Showing on(Script script, KernelVersion kernel) {
    return of(script.on(script.header().on(kernel, script.header().otherwise())));
  }

  /** What it shows where the fix is in. */
  public static Showing fixed(Script script) {
    return of(FixedTwin.of(script));
  }

  /** Whether nothing at all was found. */
  public boolean isNothing() {
    return symptom.isEmpty() && others.isEmpty();
  }

  private static Showing of(Script script) {
    String wanted = script.labels("symptom").getFirst();
    Lines lines = new Lines();
    RunResult run = new ScriptRun(script, BOUNDED, lines).run();
    List<String> headlines = headlines(run.reports());
    Optional<String> seen =
        Stream.of(headlines, lines(run.reports()), lines.all)
            .flatMap(List::stream)
            .filter(l -> l.contains(wanted))
            .findFirst();
    String kernel = run.configuration().policies().toString();
    boolean races = script.phases().stream().anyMatch(Phase.Together.class::isInstance);
    if (seen.isPresent() || !headlines.isEmpty() || !races) {
      List<String> others = seen.isPresent() ? List.of() : headlines;
      return new Showing(kernel, seen.orElse(""), others, 1);
    }
    return explored(script, wanted, kernel);
  }

  private static Showing explored(Script script, String wanted, String kernel) {
    ScriptProgram program = new ScriptProgram(script);
    Configuration c = script.header().configuration().withMaxSteps(ScriptProgram.MAX_STEPS);
    c = c.withCpus(Explorer.cpusFor(program, c));
    Bounds some = Bounds.EXHAUSTIVE.withMaxSchedules(MOST).withSelection(Bounds.Selection.PCT);
    Result r = new Explorer(program, c, some).lookingFor(wanted).explore();
    List<String> headlines = r.finding().map(f -> headlines(f.reports())).orElse(new ArrayList<>());
    String seen = headlines.stream().filter(l -> l.contains(wanted)).findFirst().orElse("");
    return new Showing(kernel, seen, seen.isEmpty() ? headlines : List.of(), r.explored());
  }

  private static List<String> lines(List<Report> reports) {
    return reports.stream().flatMap(r -> r.lines().stream()).toList();
  }

  private static List<String> headlines(List<Report> reports) {
    return new ArrayList<>(
        reports.stream().map(r -> r.headline().replaceAll("\\+\\w+\\.java:\\d+", "")).toList());
  }

  /** Every line that the script's user sees. */
  private static final class Lines implements Listener {
    final List<String> all = new ArrayList<>();

    @Override
    public void answers(String task, Step step, List<String> lines) {
      lines.forEach(l -> all.add(step.text() + ": " + l));
    }

    @Override
    public void others(String name, List<String> lines) {
      all.addAll(lines);
    }
  }
}
