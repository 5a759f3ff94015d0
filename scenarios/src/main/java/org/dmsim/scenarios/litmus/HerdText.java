package org.dmsim.scenarios.litmus;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.litmus.Verdict;
import org.dmsim.litmus.lang.LitmusTest;
import org.dmsim.litmus.lkmm.Flag;

/** A verdict in the lines that herd7 prints, without its time and hash. */
public final class HerdText {
  private HerdText() {}

  /** The lines of a verdict; those that count need a verdict with counts. */
  public static List<String> lines(Verdict verdict) {
    LitmusTest test = verdict.test();
    List<String> lines = new ArrayList<>();
    lines.add(
        "Test "
            + test.name()
            + switch (test.quantifier()) {
              case EXISTS -> " Allowed";
              case NOT_EXISTS -> " Forbidden";
              case FORALL -> " Required";
            });
    Verdict.Counts counts = verdict.counts();
    if (counts != null) {
      lines.add("States " + counts.states().size());
      lines.addAll(counts.states());
    }
    lines.add(holds(verdict) ? "Ok" : "No");
    if (counts != null) {
      lines.add("Witnesses");
      lines.add("Positive: " + counts.positive() + " Negative: " + counts.negative());
    }
    for (Flag flag : verdict.flags()) {
      lines.add("Flag " + flag.text());
    }
    lines.add("Condition " + test.quantifier().text() + " (" + unwrapped(test) + ")");
    lines.add(
        "Observation "
            + test.name()
            + " "
            + verdict.observation().text()
            + (counts == null ? "" : " " + counts.positive() + " " + counts.negative()));
    if (verdict.cut()) {
      lines.add("Loops were followed for some rounds only: more may be possible.");
    }
    if (verdict.wild() != null) {
      lines.add(
          "P"
              + verdict.wild().thread()
              + " may follow "
              + test.shown(verdict.wild().value())
              + ", which is no address (line "
              + verdict.wild().line()
              + "): executions that crash there are not judged.");
    }
    return lines;
  }

  private static boolean holds(Verdict verdict) {
    return switch (verdict.test().quantifier()) {
      case EXISTS -> verdict.observation() != Verdict.Observation.NEVER;
      case NOT_EXISTS -> verdict.observation() == Verdict.Observation.NEVER;
      case FORALL -> verdict.observation() == Verdict.Observation.ALWAYS;
    };
  }

  /** The condition without brackets that go round all of it. */
  private static String unwrapped(LitmusTest test) {
    String text = test.conditionText();
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      depth += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
      if (depth == 0 && i < text.length() - 1) {
        return text;
      }
    }
    return text.startsWith("(") ? text.substring(1, text.length() - 1) : text;
  }
}
