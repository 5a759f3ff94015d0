package org.dmsim.rcu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dmsim.machine.Task;
import org.dmsim.report.CallTrace;
import org.dmsim.report.Check;
import org.dmsim.report.Report;

/**
 * Which read sections of one domain are open, for reports and for the check that each is closed
 * once, on its own index. No algorithm looks at it.
 */
public final class OpenSections {

  private static final List<String> OWN =
      List.of("org.dmsim.rcu", "org.dmsim.srcu", "org.dmsim.lockdep");

  private final String name;
  private final String open;
  private final String close;
  private Task[] tasks = new Task[4];
  private int[] indices = new int[4];
  private boolean[] anyContext = new boolean[4];
  private CallTrace[] places = {};
  private int count;

  /**
   * None open.
   *
   * @param name of the domain, as a report calls it
   * @param open the kernel function that opens a section
   * @param close the one that closes it
   */
  public OpenSections(String name, String open, String close) {
    this.name = name;
    this.open = open;
    this.close = close;
  }

  /** A section opens; {@code anyContext} if another context than {@code t} may close it. */
  public void opened(Task t, int index, boolean any) {
    if (count == tasks.length) {
      tasks = Arrays.copyOf(tasks, count * 2);
      indices = Arrays.copyOf(indices, count * 2);
      anyContext = Arrays.copyOf(anyContext, count * 2);
    }
    tasks[count] = t;
    indices[count] = index;
    anyContext[count] = any;
    count++;
    if (t.machine().isAttended()) {
      attendOpening(t, index);
    }
  }

  private void attendOpening(Task t, int index) {
    if (t.machine().configuration().positions()) {
      if (places.length < tasks.length) {
        places = Arrays.copyOf(places, tasks.length);
      }
      places[count - 1] = Task.callTrace();
    }
    if (t.machine().events().areHeard(SectionOpened.class)) {
      t.machine().events().tell(new SectionOpened(t, domain(index), index));
    }
  }

  /** A section closes; reports if none is open on that index. */
  public void closed(Task t, int index) {
    int found = -1;
    for (int i = count - 1; i >= 0; i--) {
      if (indices[i] == index) {
        if (tasks[i] == t) {
          found = i;
          break;
        }
        found = found < 0 ? i : found;
      }
    }
    if (found >= 0) {
      remove(found);
      if (t.machine().isAttended() && t.machine().events().areHeard(SectionClosed.class)) {
        t.machine().events().tell(new SectionClosed(t, domain(index), index));
      }
      return;
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        "read section: " + close + "(" + what(index) + ") by " + t + " closes what is not open");
    for (int i = 0; i < count; i++) {
      lines.add(" open: " + describe(i));
    }
    report(t, lines);
  }

  private String domain(int index) {
    return index < 0 ? SectionOpened.RCU : name;
  }

  /** Forgets the sections of a task, without a report. */
  public void forget(Task t) {
    for (int i = count - 1; i >= 0; i--) {
      if (tasks[i] == t) {
        remove(i);
      }
    }
  }

  private void remove(int i) {
    int after = --count - i;
    System.arraycopy(tasks, i + 1, tasks, i, after);
    System.arraycopy(indices, i + 1, indices, i, after);
    System.arraycopy(anyContext, i + 1, anyContext, i, after);
    if (places.length > count) {
      System.arraycopy(places, i + 1, places, i, after);
    }
    tasks[count] = null;
  }

  /** A task ends: reports the sections that only it could have closed. */
  public void taskEnds(Task t) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (tasks[i] == t && !anyContext[i]) {
        lines.add(" open: " + describe(i));
      }
    }
    if (!lines.isEmpty()) {
      lines.addFirst("read section: " + t + " ends inside " + name);
      report(t, lines);
    }
  }

  /** The run is over: reports the sections that any context could have closed, and none has. */
  public void runEnds(Task boot) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (anyContext[i]) {
        lines.add(" open: " + describe(i));
      }
    }
    if (!lines.isEmpty()) {
      lines.addFirst("read section: " + name + " is left with a reader that nobody closed");
      report(boot, lines);
    }
  }

  /** Whose sections are open on an index. */
  public List<Task> holders(int index) {
    List<Task> holders = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      if (indices[i] == index && !holders.contains(tasks[i])) {
        holders.add(tasks[i]);
      }
    }
    return holders;
  }

  /** The sections open on an index, in words; empty if there are none. */
  public String describeAll(int index) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < count; i++) {
      if (indices[i] == index) {
        s.append(s.isEmpty() ? "" : ", ").append(describe(i));
      }
    }
    return s.toString();
  }

  private String describe(int i) {
    String at =
        places.length > i && places[i] != null
            ? places[i].caller(OWN).map(f -> ", at: " + f).orElse("")
            : "";
    return open + "(" + what(indices[i]) + ") by " + tasks[i] + at;
  }

  private String what(int index) {
    return index < 0 ? "" : name + ", " + index;
  }

  private static void report(Task t, List<String> lines) {
    t.machine()
        .report(
            new Report(
                Check.READ_SECTION,
                lines.getFirst(),
                lines,
                t.machine().step(),
                Report.Counts.NONE));
  }
}
