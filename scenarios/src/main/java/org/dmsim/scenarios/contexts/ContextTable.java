package org.dmsim.scenarios.contexts;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.report.Report;
import org.dmsim.version.KernelVersion;

/**
 * What may be done where, as a table: rows operations, columns contexts, one mark a cell. Each cell
 * is run when it is asked for, in the course where workers come first.
 *
 * @param contexts columns
 * @param operations rows
 * @param kernel whose checks speak
 * @param preemption how it is preempted
 */
public record ContextTable(
    List<Context> contexts,
    List<Operation> operations,
    KernelVersion kernel,
    PreemptionModel preemption) {

  /** Copies the lists. */
  public ContextTable {
    contexts = List.copyOf(contexts);
    operations = List.copyOf(operations);
  }

  /**
   * Contexts and operations by name; all of them for null.
   *
   * @throws IllegalArgumentException with one line that names the choices
   */
  public static ContextTable of(
      String context, String operation, KernelVersion kernel, PreemptionModel preemption) {
    return new ContextTable(
        select(Context.values(), context, "context"),
        select(Operation.values(), operation, "operation"),
        kernel,
        preemption);
  }

  private static <E extends Enum<E>> List<E> select(E[] values, String name, String what) {
    if (name == null) {
      return List.of(values);
    }
    for (E e : values) {
      if (e.toString().equals(name)) {
        return List.of(e);
      }
    }
    throw new IllegalArgumentException(
        "no " + what + " '" + name + "'; there are " + String.join(", ", names(values)));
  }

  private static List<String> names(Enum<?>[] values) {
    List<String> names = new ArrayList<>();
    for (Enum<?> e : values) {
      names.add(e.toString());
    }
    return names;
  }

  /** Whether it is a single cell, of which the whole report can be told. */
  public boolean isOneCell() {
    return contexts.size() == 1 && operations.size() == 1;
  }

  /** All that the kernel says in the only cell, and how it ends. */
  public List<String> report() {
    Cell cell =
        Cell.run(
            contexts.getFirst(),
            operations.getFirst(),
            kernel,
            preemption,
            Course.WORKER_FIRST,
            true);
    List<String> lines = new ArrayList<>();
    for (Report r : cell.reports()) {
      lines.addAll(r.lines());
    }
    if (cell.reports().isEmpty()) {
      lines.add("every check keeps quiet");
    }
    lines.add(
        operations.getFirst()
            + " in "
            + contexts.getFirst()
            + ", kernel "
            + kernel
            + ", preempt="
            + preemption
            + ": "
            + cell.ends().name().toLowerCase(Locale.ROOT));
    return lines;
  }

  /**
   * One cell, run.
   *
   * @param mark its character
   * @param meaning what the character stands for
   * @param reports what the checks say
   */
  public record Marked(
      Context context, Operation operation, String mark, String meaning, List<Report> reports) {}

  /** Every cell, row by row. */
  public List<Marked> marks() {
    return marks(false);
  }

  /**
   * As {@link #marks()}.
   *
   * @param positions whether reports are whole, with their call traces
   */
  public List<Marked> marks(boolean positions) {
    List<Marked> marks = new ArrayList<>();
    for (Operation o : operations) {
      for (Context c : contexts) {
        Cell cell = Cell.run(c, o, kernel, preemption, Course.WORKER_FIRST, positions);
        Mark mark = Mark.of(cell);
        marks.add(new Marked(c, o, mark.character, mark.meaning, cell.reports()));
      }
    }
    return marks;
  }

  private String mark(Context c, Operation o) {
    return Mark.of(Cell.run(c, o, kernel, preemption, Course.WORKER_FIRST, false)).character;
  }

  /** For a terminal: the contexts' names run down the columns' heads. */
  public List<String> text() {
    int height = contexts.stream().mapToInt(c -> c.toString().length()).max().orElse(0);
    int width = operations.stream().mapToInt(o -> o.toString().length()).max().orElse(0);
    List<String> lines = new ArrayList<>();
    for (int row = 0; row < height; row++) {
      StringBuilder line = new StringBuilder(" ".repeat(width + 1));
      for (Context c : contexts) {
        String name = " ".repeat(height - c.toString().length()) + c;
        line.append(' ').append(name.charAt(row));
      }
      lines.add(line.toString().stripTrailing());
    }
    for (Operation o : operations) {
      StringBuilder line = new StringBuilder(o + " ".repeat(width + 1 - o.toString().length()));
      contexts.forEach(c -> line.append(' ').append(mark(c, o)));
      lines.add(line.toString());
    }
    lines.add("");
    lines.addAll(legend());
    return lines;
  }

  /** As a table in Markdown. */
  public List<String> markdown() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "| "
            + kernel
            + ", preempt="
            + preemption
            + " | "
            + String.join(" | ", columnNames())
            + " |");
    lines.add("|---|" + "---|".repeat(contexts.size()));
    for (Operation o : operations) {
      StringBuilder line = new StringBuilder("| " + o + " |");
      contexts.forEach(c -> line.append(' ').append(mark(c, o)).append(" |"));
      lines.add(line.toString());
    }
    lines.add("");
    lines.addAll(legend());
    return lines;
  }

  private List<String> columnNames() {
    return contexts.stream().map(Context::toString).toList();
  }

  private static List<String> legend() {
    List<String> lines = new ArrayList<>();
    for (Mark m : Mark.values()) {
      lines.add(m.character + " " + m.meaning);
    }
    return lines;
  }
}
