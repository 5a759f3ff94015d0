package org.dmsim.litmus;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.litmus.event.Event;
import org.dmsim.litmus.event.Ways;
import org.dmsim.litmus.lang.Condition;
import org.dmsim.litmus.lang.LitmusError;
import org.dmsim.litmus.lang.LitmusTest;
import org.dmsim.litmus.lkmm.Candidate;
import org.dmsim.litmus.lkmm.ModelVersion;
import org.dmsim.litmus.lkmm.Reasons;
import org.dmsim.litmus.lkmm.Skeleton;
import org.dmsim.litmus.lkmm.Step;

/**
 * Why an end is reached, or not: the execution that reaches it, or the circle that forbids the
 * first candidate that would.
 */
public final class Explanation {
  private final LitmusTest test;
  private Skeleton skeleton;
  private Candidate candidate;
  private List<Step> steps = List.of();
  private boolean allowed;

  private Explanation(LitmusTest test) {
    this.test = test;
  }

  /**
   * Explains the condition of a test.
   *
   * @throws LitmusError if the test does what is not judged
   */
  public static Explanation of(LitmusTest test, ModelVersion version) throws LitmusError {
    Explanation explanation = new Explanation(test);
    Condition wanted = new Condition.And(List.of(test.filter(), test.condition()));
    new Search(
            test,
            Ways.of(test),
            version,
            wanted,
            (ways, end, judgement) -> {
              explanation.reached(judgement.candidate());
              return false;
            })
        .onForbidden(explanation::refused)
        .run();
    return explanation;
  }

  private void reached(Candidate found) {
    candidate = found;
    skeleton = found.skeleton();
    allowed = true;
    steps = List.of();
  }

  private void refused(Candidate forbidden) {
    if (!steps.isEmpty()) {
      return;
    }
    candidate = forbidden;
    skeleton = forbidden.skeleton();
    steps = Reasons.of(forbidden);
  }

  /**
   * The circle that forbids the end; no steps if it is reached, or if there is no circle to tell.
   */
  public List<Step> steps() {
    return steps;
  }

  /** Lines that tell it. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (allowed) {
      lines.add("This execution reaches it:");
      columns(lines);
    } else if (candidate == null) {
      lines.add(
          "No candidate reaches it: a value that would have to be read, or left, is written by"
              + " nobody, or was overwritten by the reader itself.");
    } else if (steps.isEmpty()) {
      lines.add(
          "A plain access would see a value that is overwritten before it, or not yet written.");
    } else {
      lines.add("It would need a circle, in which each comes before the next:");
      int width = 0;
      for (Step step : steps) {
        width = Math.max(width, place(step.from()).length());
      }
      for (Step step : steps) {
        lines.add(
            "  %-"
                .concat(width + "s  before  %-" + width + "s  %s")
                .formatted(place(step.from()), place(step.to()), step.why()));
      }
    }
    return lines;
  }

  private String place(int event) {
    return "P"
        + skeleton.thread(event)
        + ":"
        + skeleton.event(event).line()
        + " "
        + shown(skeleton.event(event));
  }

  private String shown(Event event) {
    return Reasons.shown(event, test.locations(), test.shown(event.value()));
  }

  /** Each thread's events below each other; behind a read, who wrote what it gets. */
  private void columns(List<String> lines) {
    List<List<String>> columns = new ArrayList<>();
    int rows = 0;
    for (int thread = 0; thread < test.threads().size(); thread++) {
      columns.add(new ArrayList<>(List.of("P" + thread)));
    }
    for (int i = 0; i < skeleton.size(); i++) {
      Event event = skeleton.event(i);
      String from = event.reads() && !event.mark().ofLock() ? "  (" + source(i) + ")" : "";
      List<String> column = columns.get(skeleton.thread(i));
      column.add(event.line() + ": " + shown(event) + from);
      rows = Math.max(rows, column.size());
    }
    for (int row = 0; row < Math.max(1, rows); row++) {
      StringBuilder line = new StringBuilder("  ");
      for (List<String> column : columns) {
        int width = column.stream().mapToInt(String::length).max().orElse(0);
        String cell = row < column.size() ? column.get(row) : "";
        line.append(cell).append(" ".repeat(width - cell.length())).append("  |  ");
      }
      lines.add(line.substring(0, line.length() - 5).stripTrailing());
    }
  }

  private String source(int read) {
    int write = candidate.source(read);
    return write < 0
        ? "as at the start"
        : "from P" + skeleton.thread(write) + ":" + skeleton.event(write).line();
  }
}
