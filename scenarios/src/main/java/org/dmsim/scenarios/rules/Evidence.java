package org.dmsim.scenarios.rules;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dmsim.explore.Bounds;
import org.dmsim.explore.Explorer;
import org.dmsim.explore.Result;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.report.Report;
import org.dmsim.scenarios.contexts.Cell;
import org.dmsim.scenarios.contexts.Context;
import org.dmsim.scenarios.contexts.Course;
import org.dmsim.scenarios.contexts.Operation;
import org.dmsim.scenarios.museum.Exhibit;
import org.dmsim.version.KernelVersion;

/** Facts that are found out when they are asked for: by exploring, and by running the cell. */
public final class Evidence implements Facts {

  private final Map<String, Result> results = new HashMap<>();
  private final Map<String, Cell> cells = new HashMap<>();

  @Override
  public Finding explore(Exhibit exhibit, boolean fixed) {
    Result r = result(exhibit, fixed);
    return new Finding(
        r.end().name().replace('_', '-'),
        r.explored(),
        r.finding().map(f -> withoutPosition(headline(f, exhibit))).orElse(""));
  }

  /** What a search of one of the two programs of an exhibit came to; made once. */
  public Result result(Exhibit exhibit, boolean fixed) {
    return results.computeIfAbsent(exhibit.plaque().name() + fixed, key -> search(exhibit, fixed));
  }

  /** Searches every schedule of one of the two programs of an exhibit. */
  public static Result search(Exhibit exhibit, boolean fixed) {
    return explorer(exhibit, fixed).explore();
  }

  /** What searches one of the two programs of an exhibit, on the machine that it needs. */
  public static Explorer explorer(Exhibit exhibit, boolean fixed) {
    return new Explorer(exhibit.program(fixed), exhibit.withEnoughCpus(fixed), Bounds.EXHAUSTIVE)
        .lookingFor(exhibit.symptom());
  }

  /** That of the report that the search was for; of the first one where it was for any. */
  private static String headline(org.dmsim.explore.Finding f, Exhibit exhibit) {
    return f.reports().stream()
        .map(Report::headline)
        .filter(h -> h.contains(exhibit.symptom()))
        .findFirst()
        .orElse(f.headline());
  }

  /** A page must not change because a line of Java moved. */
  private static String withoutPosition(String headline) {
    return headline.replaceAll("\\+[A-Za-z0-9]+\\.java:\\d+", "");
  }

  @Override
  public List<String> reports(String context, String operation, PreemptionModel preemption) {
    return cell(context, operation, preemption).reports().stream().map(Report::headline).toList();
  }

  @Override
  public boolean hangs(String context, String operation, PreemptionModel preemption) {
    return cell(context, operation, preemption).ends() != Cell.Ends.RETURNS;
  }

  private Cell cell(String context, String operation, PreemptionModel preemption) {
    return cells.computeIfAbsent(
        context + ' ' + operation + ' ' + preemption,
        key ->
            Cell.run(
                named(Context.values(), context),
                named(Operation.values(), operation),
                KernelVersion.RECORDED,
                preemption,
                Course.values()[0],
                false));
  }

  private static <E extends Enum<E>> E named(E[] values, String name) {
    for (E e : values) {
      if (e.toString().equals(name)) {
        return e;
      }
    }
    throw new IllegalArgumentException("no " + name + " in the context table");
  }
}
