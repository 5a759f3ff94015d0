package org.dmsim.interleaving;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.dmsim.interleaving.Interleaving.Event;
import org.dmsim.interleaving.Interleaving.Found;
import org.dmsim.interleaving.Interleaving.Sleep;
import org.dmsim.interleaving.Interleaving.Step;
import org.dmsim.machine.Access;
import org.dmsim.machine.Task;

/**
 * Draws an interleaving as columns, one for each task.
 *
 * <p>Shown are the steps on objects that tasks contend for, who goes to sleep and why, and what was
 * found. Steps on objects that one task alone used, or that nobody changed, are left out and
 * counted.
 */
public final class InterleavingTable {

  private static final int NARROWEST = 12;
  private static final int WIDEST = 46;
  private static final int READABLE = 16;
  private static final int LONGEST = 80;

  private final Interleaving interleaving;
  private final int room;
  private final Map<Task, Integer> columns = new LinkedHashMap<>();
  private final List<Row> rows = new ArrayList<>();
  private int leftOut;

  /** A line of the table: in one task's column, or across all of them where it is null. */
  private record Row(String number, Task task, String text) {}

  private InterleavingTable(Interleaving interleaving, int room) {
    this.interleaving = interleaving;
    this.room = room;
  }

  /** The table as text, each line ended. */
  public static String draw(Interleaving interleaving) {
    return draw(interleaving, Integer.MAX_VALUE);
  }

  /**
   * As {@link #draw(Interleaving)}, folded. Where columns would be too narrow to be read, the
   * tasks' names stand in front of what they do.
   *
   * @param room characters that a line may have
   */
  public static String draw(Interleaving interleaving, int room) {
    InterleavingTable t = new InterleavingTable(interleaving, room);
    t.arrange();
    return t.text();
  }

  // ---- what is shown ---------------------------------------------------------------------------

  private void arrange() {
    List<Event> shown = new ArrayList<>();
    for (Event e : interleaving.events()) {
      if (e instanceof Step s && !interleaving.isContended(s.object())) {
        leftOut++;
      } else {
        shown.add(e);
      }
    }
    shown.stream()
        .map(Event::task)
        .filter(Objects::nonNull)
        .distinct()
        .sorted(Comparator.comparingInt(Task::index))
        .forEach(t -> columns.put(t, columns.size()));
    Event before = null;
    for (Event e : shown) {
      if (before != null && e.task() != before.task() && !(e instanceof Found)) {
        rows.add(new Row("", before.task(), "(switch: " + reason(before) + ")"));
      }
      rows.add(row(e));
      before = e;
    }
  }

  /** Why the task that made {@code last} is not the next one to be seen. */
  private String reason(Event last) {
    String name = last.task().name();
    if (last instanceof Sleep) {
      return name + " sleeps";
    }
    Event veryLast = null;
    for (Event e : interleaving.events()) {
      veryLast = e.task() == last.task() ? e : veryLast;
    }
    return name + (veryLast == last && last.task().isDone() ? " ends" : " could go on");
  }

  private Row row(Event e) {
    String number = Long.toString(e.number());
    return switch (e) {
      case Step s -> new Row(number, s.task(), words(s, interleaving));
      case Sleep s -> new Row(number, s.task(), prefix(s.where()) + "sleeps: " + s.waitsFor());
      case Found f -> new Row(number, null, "<- " + f.headline());
    };
  }

  private static String prefix(String where) {
    return where.isEmpty() ? "" : where + ": ";
  }

  /** A step in words: where it was made, and what it did. */
  public static String words(Step s, Interleaving interleaving) {
    String verb =
        switch (s.access()) {
          case READ -> "reads ";
          case WRITE -> "changes ";
          case ADD -> "adds to ";
          case AFTER -> "stores, not seen by others yet: ";
        };
    String value =
        s.value().isEmpty() ? "" : (s.access() == Access.READ ? " = " : ", ") + s.value();
    return prefix(s.where()) + verb + interleaving.nameOf(s.object()) + value;
  }

  // ---- how it is drawn -------------------------------------------------------------------------

  private String text() {
    int numbers = 4;
    int[] widths = new int[columns.size()];
    columns.forEach((t, c) -> widths[c] = Math.max(NARROWEST, t.name().length()));
    for (Row r : rows) {
      numbers = Math.max(numbers, r.number().length());
      if (r.task() != null) {
        int c = columns.get(r.task());
        widths[c] = Math.max(widths[c], Math.min(WIDEST, r.text().length()));
      }
    }
    if (!fit(widths, numbers)) {
      return list(numbers);
    }
    StringBuilder s = new StringBuilder();
    line(s, numbers, widths, "step", columns.keySet().stream().map(Task::name).toList());
    s.append("  ").append("-".repeat(numbers));
    for (int w : widths) {
      s.append("-+-").append("-".repeat(w));
    }
    s.append('\n');
    int from = Math.max(0, rows.size() - LONGEST);
    if (from > 0) {
      s.append("  (the first ").append(from).append(" lines left out)\n");
    }
    for (Row r : rows.subList(from, rows.size())) {
      if (r.task() == null) {
        across(s, r, numbers);
        continue;
      }
      String number = r.number();
      for (String part : wrap(r.text(), widths[columns.get(r.task())])) {
        List<String> cells = new ArrayList<>();
        for (Task t : columns.keySet()) {
          cells.add(t == r.task() ? part : "");
        }
        line(s, numbers, widths, number, cells);
        number = "";
      }
    }
    leftOut(s);
    return s.toString();
  }

  private void leftOut(StringBuilder s) {
    if (leftOut > 0) {
      String words = "(" + leftOut + " steps on objects that nobody contends for left out)";
      wrap(words, room - 2).forEach(p -> s.append("  ").append(p).append('\n'));
    }
  }

  /** A line that belongs to no column. */
  private void across(StringBuilder s, Row r, int numbers) {
    String number = r.number();
    for (String part : wrap(r.text(), room - numbers - 5)) {
      s.append("  ").append(right(number, numbers)).append(" | ").append(part).append('\n');
      number = "";
    }
  }

  /** Makes the widest columns narrower until all fit; says whether they can still be read. */
  private boolean fit(int[] widths, int numbers) {
    int names = columns.keySet().stream().mapToInt(t -> t.name().length()).max().orElse(0);
    int sum = 2 + numbers;
    for (int w : widths) {
      sum += 3 + w;
    }
    while (sum > room) {
      int widest = 0;
      for (int c = 1; c < widths.length; c++) {
        widest = widths[c] > widths[widest] ? c : widest;
      }
      if (widths[widest] <= Math.max(READABLE, names)) {
        return false;
      }
      widths[widest]--;
      sum--;
    }
    return true;
  }

  /** One column for all: who, and what he does. */
  private String list(int numbers) {
    StringBuilder s = new StringBuilder();
    int from = Math.max(0, rows.size() - LONGEST);
    if (from > 0) {
      s.append("  (the first ").append(from).append(" lines left out)\n");
    }
    for (Row r : rows.subList(from, rows.size())) {
      String who = r.task() == null ? "" : r.task().name() + ": ";
      across(s, new Row(r.number(), null, who + r.text()), numbers);
    }
    leftOut(s);
    return s.toString();
  }

  private static void line(
      StringBuilder s, int numbers, int[] widths, String number, List<String> cells) {
    StringBuilder l = new StringBuilder("  ").append(right(number, numbers));
    for (int c = 0; c < widths.length; c++) {
      l.append(" | ").append(cells.get(c)).append(" ".repeat(widths[c] - cells.get(c).length()));
    }
    s.append(l.toString().stripTrailing()).append('\n');
  }

  private static String right(String text, int width) {
    return " ".repeat(width - text.length()) + text;
  }

  /** Cuts at blanks, and where there is none at the width. */
  private static List<String> wrap(String text, int width) {
    List<String> parts = new ArrayList<>();
    String rest = text;
    while (rest.length() > width) {
      int at = rest.lastIndexOf(' ', width);
      int cut = at > 2 ? at : width; // a continuation begins with two blanks
      parts.add(rest.substring(0, cut));
      rest = "  " + rest.substring(cut).stripLeading();
    }
    parts.add(rest);
    return parts;
  }
}
