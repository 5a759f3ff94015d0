package org.dmsim.scenarios.contexts;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.report.Check;
import org.dmsim.report.Report;
import org.dmsim.version.KernelVersion;

/**
 * Holds the model against a recorded case. It passes if one of the courses that the same operation
 * may take gives the recorded answer.
 */
public final class ContextCases {

  /**
   * Kinds of report that the recordings list. Linux 6.1.192 says more in some cells (a switch
   * between non_block_start and non_block_end, a BUG before a panic, an inconsistent lock state):
   * of such reports nothing is asked.
   */
  private static final Set<Check> LISTED =
      Set.of(Check.SLEEPING_FUNCTION, Check.SUSPICIOUS_RCU, Check.VOLUNTARY_SWITCH_IN_RCU);

  private static final Set<String> LISTED_TOO =
      Set.of("BUG: Invalid wait context", "BUG: scheduling while atomic");

  private ContextCases() {}

  /** Whether a case has this form. */
  public static boolean knows(JsonObject recorded) {
    return recorded.has("context") && recorded.has("operation") && recorded.has("preempt");
  }

  /** What is different, in lines for people; empty if nothing is. */
  public static List<String> check(JsonObject recorded) {
    Optional<Context> context = find(Context.values(), recorded.get("context").getAsString());
    Optional<Operation> operation =
        find(Operation.values(), recorded.get("operation").getAsString());
    if (context.isEmpty() || operation.isEmpty()) {
      return List.of("not modelled: " + (context.isEmpty() ? "the context" : "the operation"));
    }
    KernelVersion kernel = kernel(recorded);
    PreemptionModel preemption = PreemptionModel.parse(recorded.get("preempt").getAsString());
    List<String> differences = List.of();
    for (Course course : Course.values()) {
      Cell cell = Cell.run(context.get(), operation.get(), kernel, preemption, course, false);
      List<String> now = compare(recorded, cell);
      if (now.isEmpty()) {
        return now;
      }
      differences = course == Course.values()[0] ? now : differences;
    }
    return differences;
  }

  /** The kernel that was asked; recordings of the first one do not name it. */
  public static KernelVersion kernel(JsonObject recorded) {
    return recorded.has("kernel")
        ? KernelVersion.parse(recorded.get("kernel").getAsString())
        : KernelVersion.RECORDED;
  }

  private static <E extends Enum<E>> Optional<E> find(E[] values, String name) {
    for (E e : values) {
      if (e.toString().equals(name)) {
        return Optional.of(e);
      }
    }
    return Optional.empty();
  }

  private static List<String> compare(JsonObject recorded, Cell cell) {
    List<String> lines = new ArrayList<>();
    List<String> expected = strings(recorded.getAsJsonArray("reports"));
    List<Report> listed = listed(cell.reports(), expected);
    List<String> got = listed.stream().map(ContextCases::headline).distinct().toList();
    if (!expected.equals(got)) {
      lines.add("- reports " + expected);
      lines.add("+ reports " + got);
    }
    String ends = cell.ends().name().toLowerCase(Locale.ROOT);
    same(lines, "ends", recorded.get("ends").getAsString(), ends);
    if (lines.isEmpty() && !got.isEmpty()) {
      counts(lines, recorded, listed.getFirst().counts());
      locks(lines, recorded, listed);
    }
    return lines;
  }

  private static void counts(List<String> lines, JsonObject recorded, Report.Counts got) {
    count(lines, recorded, "in_atomic", got.inAtomic());
    count(lines, recorded, "irqs_disabled", got.irqsDisabled());
    if (recorded.has("preempt_count")) {
      String hex = Integer.toHexString(got.preemptCount());
      same(lines, "preempt_count", recorded.get("preempt_count").getAsString(), hex);
    }
    count(lines, recorded, "rcu_nest_depth", got.rcuNestDepth());
  }

  /**
   * The recordings name the locks that were listed before a report of another kind came: an
   * operation that complains, takes a lock of its own and complains again has that one among them.
   */
  private static void locks(List<String> lines, JsonObject recorded, List<Report> listed) {
    List<String> expected = strings(recorded.getAsJsonArray("locks"));
    String first = headline(listed.getFirst());
    Set<String> got = new LinkedHashSet<>();
    for (Report r : listed) {
      if (!headline(r).equals(first)) {
        break;
      }
      got.addAll(r.counts().locks());
    }
    if (!got.containsAll(expected)) {
      lines.add("- locks " + expected);
      lines.add("+ locks " + got);
    }
  }

  private static void count(List<String> lines, JsonObject recorded, String name, int got) {
    if (recorded.has(name)) {
      same(lines, name, recorded.get(name).getAsString(), Integer.toString(got));
    }
  }

  private static void same(List<String> lines, String name, String expected, String got) {
    if (!expected.equals(got)) {
      lines.add("- " + name + " " + expected);
      lines.add("+ " + name + " " + got);
    }
  }

  private static List<String> strings(JsonArray array) {
    List<String> strings = new ArrayList<>();
    for (JsonElement e : array) {
      strings.add(e.getAsString());
    }
    return strings;
  }

  /** The reports of which the recordings tell. */
  private static List<Report> listed(List<Report> reports, List<String> expected) {
    return reports.stream()
        .filter(
            r ->
                LISTED.contains(r.check())
                    || LISTED_TOO.contains(headline(r))
                    || expected.contains(headline(r)))
        .toList();
  }

  /** A headline as the recordings write it: without place, task and numbers. */
  static String headline(Report r) {
    String h = r.headline();
    return switch (r.check()) {
      case SLEEPING_FUNCTION -> h.substring(0, h.indexOf(" at "));
      case SCHEDULING_WHILE_ATOMIC -> h.substring(0, h.indexOf(':', h.indexOf(':') + 1));
      case SUSPICIOUS_RCU -> h.substring(h.indexOf(' ') + 1);
      default -> h.startsWith("[ ") ? h.substring(2, h.length() - 2) : h;
    };
  }
}
