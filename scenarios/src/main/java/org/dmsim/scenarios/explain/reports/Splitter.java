package org.dmsim.scenarios.explain.reports;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.dmsim.scenarios.explain.lines.LogLine;
import org.dmsim.scenarios.explain.reports.LockTable.Owner;

/**
 * Splits messages into reports. A report ends where another begins, with or without a headline that
 * is known, at the closing of its trace, and after many lines that are not its own. Lines of
 * several CPUs or tasks are told apart by their caller ids.
 */
public final class Splitter {

  private static final Pattern CPU_LINE =
      Pattern.compile("^(?:CPU: ?\\d+ (?:UID: \\d+ )?PID: \\d+ Comm: |Pid: \\d+, comm: )");

  /** What a report's lines are, where its first ones are lost. */
  private static final Pattern HEADLESS =
      Pattern.compile(
          "^(?:CPU: ?\\d+ (?:UID: \\d+ )?PID: \\d+ Comm: |Pid: \\d+, comm: |Modules linked in:"
              + "|in_atomic\\(\\): |preempt_count: [0-9a-f]+, exp|RCU nest depth: )");

  private final Map<String, ReportReader> open = new HashMap<>();
  private final Consumer<Report> reports;
  private final Consumer<LockTable> tables;
  private String tableCaller;
  private int tableLine;
  private int tableLast;
  private List<Owner> owners;

  /** Hands on what it finds, as it finds the end of it. */
  public Splitter(Consumer<Report> reports, Consumer<LockTable> tables) {
    this.reports = reports;
    this.tables = tables;
  }

  /** Takes the messages of one stretch. */
  public void read(List<LogLine> lines) {
    for (LogLine l : lines) {
      one(l);
    }
    finish();
  }

  private void one(LogLine l) {
    String text = l.text();
    ReportReader reader = open.get(l.caller());
    if (table(l)) {
      return;
    }
    Headline h = Headline.of(text);
    if (h != null && !belongs(h, reader, l)) {
      begin(h.kind(), l);
      return;
    }
    if (h != null) {
      return;
    }
    if (text.startsWith("------------[ cut here")) {
      boolean message =
          reader != null && reader.kind() == ReportKind.LIST_CORRUPTION && !reader.hasStack();
      if (!message) {
        close(l.caller());
      }
      return;
    }
    if (reader != null) {
      boolean header = CPU_LINE.matcher(text).find();
      if (!(header && reader.isFull())) {
        reader.accept(l);
        if (reader.isOver()) {
          close(l.caller());
        }
        return;
      }
      close(l.caller());
    }
    if (HEADLESS.matcher(text).find()) {
      begin(ReportKind.HEADLESS, l);
    }
  }

  /** Whether a headline is a part of the report that is open, and takes it if so. */
  private boolean belongs(Headline h, ReportReader reader, LogLine l) {
    if (h.text().startsWith("NMI backtrace for cpu")) {
      ReportReader stall = reader;
      for (ReportReader r : open.values()) {
        if (r.kind() == ReportKind.RCU_STALL && !r.isOver()) {
          stall = r;
        }
      }
      if (stall != null && stall.kind() == ReportKind.RCU_STALL) {
        if (stall != reader) {
          close(l.caller());
          open.put(l.caller(), stall);
        }
        stall.accept(l);
        return true;
      }
    }
    if (reader == null || reader.isOver()) {
      return false;
    }
    if (h.warning()
        && !reader.hasStack()
        && switch (reader.kind()) {
          case VOLUNTARY_SWITCH, REFCOUNT, LIST_CORRUPTION, OTHER -> true;
          default -> false;
        }) {
      reader.secondHeadline(l);
      return true;
    }
    // Below a message about a list, or the place of a BUG, the oops tells no more than the stack.
    if (!reader.hasStack()
        && (h.text().startsWith("kernel BUG at") && reader.kind() == ReportKind.LIST_CORRUPTION
            || h.text().matches("(?:invalid opcode|Oops|Internal error|general protection).*")
                && (reader.kind() == ReportKind.LIST_CORRUPTION
                    || reader.kind() == ReportKind.OTHER))) {
      reader.secondHeadline(l);
      return true;
    }
    // A panic that ends a report before its stack tells nothing of its own: the stack is the same.
    if (h.text().startsWith("Kernel panic - not syncing")
        && !reader.hasStack()
        && reader.kind() != ReportKind.HUNG_TASK
        && l.number() - reader.last() < 8) {
      reader.secondHeadline(l);
      return true;
    }
    return false;
  }

  private void begin(ReportKind kind, LogLine l) {
    close(l.caller(), l.number());
    open.put(l.caller(), new ReportReader(kind, l));
  }

  private void close(String caller) {
    close(caller, 0);
  }

  private void close(String caller, int next) {
    ReportReader r = open.remove(caller);
    if (r != null && !open.containsValue(r)) {
      reports.accept(r.report(next));
    }
  }

  private boolean table(LogLine l) {
    String text = l.text();
    if (text.startsWith("Showing all locks held in the system")) {
      closeTable();
      close(l.caller());
      tableCaller = l.caller();
      tableLine = l.number();
      tableLast = l.last();
      owners = new ArrayList<>();
      return true;
    }
    if (owners == null || !l.caller().equals(tableCaller)) {
      return false;
    }
    var held = Locks.HELD_BY.matcher(text);
    if (held.find()) {
      owners.add(new Owner(held.group(2), new ArrayList<>()));
      tableLast = l.last();
      return true;
    }
    if (text.isEmpty()) {
      return true;
    }
    if (text.startsWith("#") && !owners.isEmpty()) {
      HeldLock lock = Locks.read(text, l.number());
      if (lock != null) {
        owners.getLast().locks().add(lock);
        tableLast = l.last();
        return true;
      }
    }
    if (text.startsWith("=====")) {
      closeTable();
      return true;
    }
    if (Headline.of(text) != null || l.number() > tableLast + 20) {
      closeTable();
    }
    return owners != null;
  }

  private void closeTable() {
    if (owners != null) {
      tables.accept(new LockTable(tableLine, tableLast, List.copyOf(owners)));
      owners = null;
    }
  }

  private void finish() {
    closeTable();
    for (String caller : List.copyOf(open.keySet())) {
      close(caller);
    }
  }
}
