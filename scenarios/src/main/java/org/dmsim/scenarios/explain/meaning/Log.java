package org.dmsim.scenarios.explain.meaning;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dmsim.scenarios.explain.reports.Frame;
import org.dmsim.scenarios.explain.reports.LockTable;
import org.dmsim.scenarios.explain.reports.Report;
import org.dmsim.scenarios.explain.reports.ReportKind;
import org.dmsim.scenarios.explain.reports.Section;

/**
 * All findings of one log: equal ones counted, what follows from what, who holds what another waits
 * for. Takes reports as they come and keeps no more than it shows.
 */
public final class Log {

  /** Findings that are kept; further ones are only counted. */
  private static final int MOST = 1000;

  /** So many times an equal report is still kept. */
  static final int REPEATS = 16;

  /**
   * One report of the log.
   *
   * @param finding what it means
   * @param causes place in the list of the earlier report that it follows from; null for none
   * @param causeWhy in what the log shows that
   * @param sameAs place of the first equal report; null where this is the first
   * @param count of equal reports, itself among them; 1 on all but the first
   * @param lines of the further equal ones, as far as they are kept
   */
  public record Entry(
      Finding finding,
      Integer causes,
      String causeWhy,
      Integer sameAs,
      int count,
      List<Integer> lines) {}

  /** A report that is not understood: where, and its first line. */
  public record Unread(int line, int last, String headline) {}

  private final Understanding understanding;
  private final List<Finding> findings = new ArrayList<>();
  private final List<Integer> firsts = new ArrayList<>();
  private final Map<String, Integer> seen = new HashMap<>();
  private final Map<Integer, Integer> counts = new HashMap<>();
  private final Map<Integer, List<Integer>> lines = new HashMap<>();
  private final List<LockTable> tables = new ArrayList<>();
  private final List<Unread> unread = new ArrayList<>();
  private int unreadCount;
  private int dropped;

  /** Begins an empty log. */
  public Log(Understanding understanding) {
    this.understanding = understanding;
  }

  /** Takes a report, in the order of their ends. */
  public void add(Report r) {
    if (r.kind() == ReportKind.OTHER) {
      unread(r, r.headline());
      return;
    }
    if (r.kind() == ReportKind.HEADLESS && !saysWhatItIs(r)) {
      if (hasStack(r)) {
        unread(r, "a call trace whose headline is not in the log");
      }
      return;
    }
    Finding f = understanding.of(r);
    String likeness = f.likeness();
    Integer first = seen.get(likeness);
    if (first != null) {
      int count = counts.merge(first, 1, Integer::sum);
      List<Integer> more = lines.computeIfAbsent(first, k -> new ArrayList<>());
      if (more.size() < REPEATS) {
        more.add(r.line());
      }
      if (count > REPEATS) {
        return;
      }
    } else if (seen.size() >= MOST) {
      dropped++;
      return;
    }
    int place = findings.size();
    findings.add(f);
    firsts.add(first);
    if (first == null) {
      seen.put(likeness, place);
      counts.put(place, 1);
    }
  }

  private void unread(Report r, String headline) {
    unreadCount++;
    if (unread.size() < 100) {
      unread.add(new Unread(r.line(), r.last(), headline));
    }
  }

  /** Without a headline, only the check in the stack that printed it says what it was. */
  private static boolean saysWhatItIs(Report r) {
    Section main = r.section(Section.Part.MAIN);
    return hasStack(r) && main.frames().stream().anyMatch(f -> Functions.isCheck(f.symbol()));
  }

  private static boolean hasStack(Report r) {
    Section main = r.section(Section.Part.MAIN);
    return main != null && main.frames().stream().filter(Frame::sure).count() >= 2;
  }

  /** Takes what "Showing all locks held" shows. */
  public void add(LockTable table) {
    if (tables.size() < 20) {
      tables.add(table);
    }
  }

  /** The tables of locks, in their order. */
  public List<LockTable> tables() {
    return tables;
  }

  /** What is not understood, as far as it is kept. */
  public List<Unread> unread() {
    return unread;
  }

  /** How many reports are not understood. */
  public int unreadCount() {
    return unreadCount;
  }

  /** How many different reports were too many to be kept. */
  public int dropped() {
    return dropped;
  }

  /** Every finding, by line; repetitions that came too often are left out. */
  public List<Entry> entries() {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < findings.size(); i++) {
      Integer first = firsts.get(i);
      if (first == null || counts.get(first) <= REPEATS) {
        order.add(i);
      }
    }
    order.sort((a, b) -> findings.get(a).report().line() - findings.get(b).report().line());
    Map<Integer, Integer> place = new HashMap<>();
    for (int i = 0; i < order.size(); i++) {
      place.put(order.get(i), i);
    }
    List<Finding> sorted = new ArrayList<>(order.stream().map(findings::get).toList());
    new Holders(sorted, tables).name();
    List<Entry> out = new ArrayList<>();
    for (int i = 0; i < sorted.size(); i++) {
      int id = order.get(i);
      Integer first = firsts.get(id);
      Consequence c = Consequence.of(i, sorted);
      out.add(
          new Entry(
              sorted.get(i),
              c == null ? null : c.cause(),
              c == null ? "" : c.why(),
              first == null ? null : place.get(first),
              first == null ? counts.get(id) : 1,
              first == null ? List.copyOf(lines.getOrDefault(id, List.of())) : List.of()));
    }
    return out;
  }
}
