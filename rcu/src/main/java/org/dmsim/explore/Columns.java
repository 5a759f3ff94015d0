package org.dmsim.explore;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dmsim.machine.Access;
import org.dmsim.machine.Blocker;
import org.dmsim.machine.Cpu;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Observer;
import org.dmsim.machine.Shared;
import org.dmsim.machine.Task;
import org.dmsim.report.CallTrace;

/**
 * Watches a run and shows it as a table, a column for each task: the steps on objects that more
 * than one task touches, with what they read or wrote, and why another task went on.
 */
final class Columns implements Observer {

  private static final int MAX_WIDTH = 44;
  private static final int SHOWN = 60;

  /** In place of an object: a row that is shown in any case. */
  private static final long ALWAYS = Long.MIN_VALUE;

  private final Machine machine;
  private final List<Row> rows = new ArrayList<>();
  private final Map<Long, Sharing> sharing = new HashMap<>();
  private final Map<Integer, Task> tasks = new LinkedHashMap<>();
  private int reports;
  private Task last;

  /** Watches a machine that has not run. */
  Columns(Machine machine) {
    this.machine = machine;
  }

  /** What happened in one step of one task. */
  private static final class Row {
    final long step;
    final Task task;
    final long object;
    final String text;
    final List<String> findings = new ArrayList<>(0);
    String value = "";
    String reason = "";

    Row(long step, Task task, long object, String text) {
      this.step = step;
      this.task = task;
      this.object = object;
      this.text = text;
    }
  }

  /** Who touches an object. */
  private static final class Sharing {
    int first = -1;
    boolean several;
    boolean changes;
  }

  @Override
  public void step(Task task, Shared object, Access access) {
    noteReports();
    if (object == null || task.kind() == Task.Kind.BOOT) {
      return;
    }
    share(task, object, access);
    String verb =
        switch (access) {
          case READ -> "reads ";
          case WRITE -> "writes ";
          case ADD -> "adds to ";
        };
    boolean waited = task.blockedSince() > 0 && waits.remove(task) != null;
    CallTrace trace = Task.callTrace();
    String symbol = trace.frames().isEmpty() ? "" : trace.frames().getFirst().symbol() + ": ";
    add(task, object.id(), symbol + (waited ? "goes on with " : verb) + object.label());
  }

  private final Map<Task, String> waits = new HashMap<>();

  private void add(Task task, long object, String text) {
    Row row = new Row(machine.step(), task, object, text);
    if (last != null && last != task) {
      row.reason = reason(last);
    }
    last = task;
    tasks.putIfAbsent(task.index(), task);
    rows.add(row);
  }

  private String reason(Task left) {
    if (left.isDone()) {
      return left.name() + " has ended";
    }
    String w = waits.get(left);
    return w != null ? left.name() + " waits for " + w : left.name() + " could go on";
  }

  private void share(Task task, Shared object, Access access) {
    Sharing s = sharing.computeIfAbsent(object.id(), k -> new Sharing());
    s.several |= s.first >= 0 && s.first != task.index();
    s.first = s.first < 0 ? task.index() : s.first;
    s.changes |= access != Access.READ;
  }

  @Override
  public void touch(Task task, Shared object, Access access) {
    share(task, object, access);
  }

  @Override
  public void value(Task task, Object value) {
    if (!rows.isEmpty() && rows.getLast().task == task) {
      rows.getLast().value = " = " + value;
    }
  }

  @Override
  public void blocked(Task task, Blocker blocker) {
    waits.put(task, blocker.waitsFor());
    Row row = new Row(machine.step(), task, ALWAYS, "waits for " + blocker.waitsFor());
    if (last == null || last == task) {
      last = task;
    }
    tasks.putIfAbsent(task.index(), task);
    rows.add(row);
  }

  @Override
  public void contextSwitch(Cpu cpu, Task prev, Task next, boolean preempted) {
    noteReports();
  }

  private void noteReports() {
    while (reports < machine.reports().size()) {
      String headline = machine.reports().get(reports++).headline();
      if (!rows.isEmpty()) {
        rows.getLast().findings.add(headline);
      }
    }
  }

  /** The table. */
  List<String> lines() {
    noteReports();
    List<Row> shown = new ArrayList<>();
    String reason = "";
    for (Row r : rows) {
      Sharing s = sharing.get(r.object);
      reason = r.reason.isEmpty() ? reason : r.reason;
      if (r.object == ALWAYS || (s.several && s.changes) || !r.findings.isEmpty()) {
        r.reason = shown.isEmpty() || shown.getLast().task == r.task ? "" : reason;
        reason = "";
        shown.add(r);
      }
    }
    List<Task> columns =
        tasks.values().stream().filter(t -> shown.stream().anyMatch(r -> r.task == t)).toList();
    int[] widths = new int[columns.size()];
    for (int c = 0; c < widths.length; c++) {
      Task t = columns.get(c);
      widths[c] = t.name().length();
      for (Row r : shown) {
        if (r.task == t) {
          widths[c] = Math.max(widths[c], Math.min(MAX_WIDTH, (r.text + r.value).length()));
        }
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add(line("step", columns.stream().map(Task::name).toList(), widths));
    StringBuilder rule = new StringBuilder("  -----");
    for (int w : widths) {
      rule.append("-+-").append("-".repeat(w));
    }
    lines.add(rule.toString());
    int from = Math.max(0, shown.size() - SHOWN);
    if (from > 0) {
      lines.add("        ... " + from + " steps before");
    }
    for (Row r : shown.subList(from, shown.size())) {
      int c = columns.indexOf(r.task);
      if (!r.reason.isEmpty()) {
        lines.add(line("", cell(columns.size(), c, "(switch: " + r.reason + ")"), widths));
      }
      lines.addAll(wrapped(r, c, widths, columns.size()));
      for (String f : r.findings) {
        lines.add(line("", cell(columns.size(), c, "^ " + f), widths));
      }
    }
    return lines;
  }

  private static List<String> wrapped(Row r, int c, int[] widths, int columns) {
    List<String> lines = new ArrayList<>();
    String text = r.text + r.value;
    String step = Long.toString(r.step);
    while (text.length() > Math.max(3, widths[c])) {
      int cut = text.lastIndexOf(' ', widths[c]);
      cut = cut <= 2 ? Math.max(3, widths[c]) : cut; // a word too long for the column
      lines.add(line(step, cell(columns, c, text.substring(0, cut)), widths));
      text = "  " + text.substring(cut).strip();
      step = "";
    }
    lines.add(line(step, cell(columns, c, text), widths));
    return lines;
  }

  private static List<String> cell(int columns, int at, String text) {
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      cells.add(i == at ? text : "");
    }
    return cells;
  }

  private static String line(String step, List<String> cells, int[] widths) {
    StringBuilder s = new StringBuilder("  ").append(" ".repeat(Math.max(0, 5 - step.length())));
    s.append(step);
    int owed = 0;
    for (int i = 0; i < widths.length; i++) {
      String cell = cells.get(i);
      s.append(" | ").append(cell);
      s.append(" ".repeat(Math.max(0, widths[i] - cell.length() - owed)));
      owed = Math.max(0, cell.length() + owed - widths[i]);
    }
    return s.toString().stripTrailing();
  }
}
