package org.dmsim.scenarios.explain.reports;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import org.dmsim.scenarios.explain.lines.LogLine;
import org.dmsim.scenarios.explain.reports.Section.Part;

/** Reads one report, line by line, until its lines end. */
final class ReportReader {

  private static final int MOST_FRAMES = 400;

  /** Lines that are not its own, after which a report is over. */
  private static final int PATIENCE = 40;

  private ReportKind kind;
  private final String headline;
  private int line;
  private int last;
  private int foreign;
  private int lines = 1;
  private String kernel = "";
  private Boolean tainted;
  private String task = "";
  private String work = "";
  private Long inAtomic;
  private Long irqs;
  private Long nonBlock;
  private Long preempt;
  private Long preemptExpected;
  private Long rcu;
  private Long rcuExpected;
  private List<HeldLock> held;
  private boolean heldIsOwn;
  private boolean lockdepOff;
  private HeldLock wanted;
  private HeldLock holding;
  private final List<Report.Link> links = new ArrayList<>();
  private HeldLock linkLock;
  private String states = "";
  private String preemptionOffAt = "";
  private String irqsOffAt = "";
  private String place = "";
  private String owner = "";
  private final List<String> stalled = new ArrayList<>();
  private final List<Report.Detail> details = new ArrayList<>();
  private final List<Integer> strange = new ArrayList<>();
  private final Map<String, Integer> where = new HashMap<>();
  private final List<Section> sections = new ArrayList<>();

  private Part part;
  private String title = "";
  private String titleTask = "";
  private int titleLine;
  private List<Frame> frames = new ArrayList<>();
  private boolean bottom;
  private boolean inIrq;
  private boolean sawCpu;
  private boolean ended;
  private boolean mixed;
  private String expects = "";

  ReportReader(ReportKind kind, LogLine first) {
    this.kind = kind;
    this.headline = kind == ReportKind.HEADLESS ? "" : first.text();
    this.line = first.number();
    this.last = first.last();
    if (kind == ReportKind.HEADLESS) {
      take(first.text(), first.number());
    } else {
      readHeadline(first.text());
    }
  }

  ReportKind kind() {
    return kind;
  }

  int line() {
    return line;
  }

  int last() {
    return last;
  }

  String headline() {
    return headline;
  }

  /** Whether a stack has begun. */
  boolean hasStack() {
    return part != null || !sections.isEmpty();
  }

  private void readHeadline(String text) {
    Matcher m = LineForms.SCHEDULING.matcher(text);
    if (m.find()) {
      task = m.group(1) + "/" + m.group(2);
      preempt = Long.parseLong(m.group(3), 16);
      preemptExpected = 1L;
    }
    m = LineForms.HUNG.matcher(text);
    if (m.find()) {
      task = m.group(1) + "/" + m.group(2);
    }
    m = LineForms.EXPEDITED.matcher(text);
    if (kind == ReportKind.RCU_STALL && m.find()) {
      stalled.add("CPU " + m.group(1));
    }
    m = LineForms.STILL.matcher(text);
    if (m.find()) {
      task = m.group(1);
    }
    m = LineForms.KASAN_PLACE.matcher(text);
    if (m.find()) {
      place = FrameReader.place(m.group(1));
    }
  }

  /** A second headline of the same report: "WARNING: CPU: …" below its own message. */
  void secondHeadline(LogLine l) {
    if (kind == ReportKind.OTHER) {
      Headline h = Headline.of(l.text());
      kind = h == null || h.kind() == ReportKind.OTHER ? kind : h.kind();
    }
    last = l.last();
    detail(l.text(), l.number());
  }

  /** Takes one line; false where it is not the report's, or the report is over. */
  boolean accept(LogLine l) {
    if (ended || foreign > PATIENCE || lines > 5000) {
      return false;
    }
    String text = l.text();
    if (text.isEmpty()) {
      return true; // belongs to nobody, and ends nothing
    }
    lines++;
    if (take(text, l.number())) {
      last = l.last();
      foreign = 0;
      return true;
    }
    foreign++;
    if (strange.size() < 50 && kind != ReportKind.OTHER) {
      strange.add(l.number());
    }
    return false;
  }

  /** Whether another header of a trace cannot be this report's any more. */
  boolean isFull() {
    return switch (kind) {
      case RCU_STALL, OTHER -> false;
      default -> sawCpu && (bottom || sections.stream().anyMatch(s -> s.part() == Part.MAIN));
    };
  }

  boolean isOver() {
    return ended || foreign > PATIENCE;
  }

  private boolean take(String raw, int number) {
    String text = raw;
    String marks = FrameReader.markers(text);
    if (!marks.isEmpty()) {
      if (part == null) {
        begin(Part.MAIN, "", number);
      }
      if (marks.contains("</IRQ>")
          || marks.contains("<EOI>")
          || marks.contains("</NMI>")
          || marks.contains("</SOFTIRQ>")) {
        inIrq = false;
      } else if (marks.contains("<IRQ>")
          || marks.contains("<NMI>")
          || marks.contains("<SOFTIRQ>")) {
        inIrq = true;
      }
      if (marks.contains("</TASK>")) {
        bottom = true;
      }
      text = text.substring(marks.length());
      if (text.isBlank()) {
        return true;
      }
    }
    if (expected(text, number)) {
      return true;
    }
    if (part != null && FrameReader.isPlain(text)) {
      return frames(text, number);
    }
    if (locks(text, number) || stacks(text, number) || counts(text, number)) {
      return true;
    }
    if (text.startsWith("irq event stamp") && part != Part.MAIN) {
      end();
      return true;
    }
    if (text.startsWith("---[ end trace")) {
      ended = true;
      return true;
    }
    if (separator(text)) {
      return true;
    }
    return head(text, number)
        || LineForms.OWN.matcher(text).find()
        || kind.isLockdep() && text.startsWith("(") && Locks.read(text, number) != null;
  }

  /** "=====" closes what KASAN prints. */
  private boolean separator(String text) {
    if (!text.startsWith("=====") && !text.startsWith("-----")) {
      return false;
    }
    if (kind.isKasan() && hasStack() && text.matches("={60,}")) {
      ended = true;
      return true;
    }
    return !hasStack() && kind.isLockdep();
  }

  /** A line whose meaning the one before it gives. */
  private boolean expected(String text, int number) {
    if (expects.isEmpty()) {
      return false;
    }
    String what = expects;
    switch (what) {
      case "preemption" -> {
        expects = "";
        List<Frame> f = FrameReader.read(text, false, number);
        if (f != null) {
          preemptionOffAt = f.isEmpty() ? "" : f.getFirst().symbol();
          return true;
        }
      }
      case "released" -> {
        expects = "";
        List<Frame> f = FrameReader.read(text, false, number);
        if (f != null && !f.isEmpty()) {
          place = f.getFirst().symbol();
          return true;
        }
      }
      default -> {
        HeldLock l = text.startsWith("#") ? null : Locks.read(text, number);
        if (l != null) {
          expects = "";
          if (what.equals("wanted") && wanted == null) {
            wanted = l;
          } else if (what.equals("holding") && holding == null) {
            holding = l;
          }
          return true;
        }
      }
    }
    return false;
  }

  private boolean counts(String text, int number) {
    Matcher m = LineForms.IN_ATOMIC.matcher(text);
    if (m.find()) {
      mixed |= inAtomic != null || isNotOf(ReportKind.SLEEPING);
      where.put("in_atomic", number);
      inAtomic = number(m.group(1));
      irqs = number(m.group(2));
      nonBlock = number(m.group(3));
      Matcher p = LineForms.PID_NAME.matcher(text);
      if (p.find()) {
        task = p.group(2) + "/" + p.group(1);
      }
      return true;
    }
    m = LineForms.PREEMPT.matcher(text);
    if (m.find()) {
      mixed |= where.containsKey("preempt_count") || isNotOf(ReportKind.SLEEPING);
      where.put("preempt_count", number);
      preempt = Long.valueOf(Long.parseLong(m.group(1), 16));
      preemptExpected = m.group(2) == null ? null : Long.valueOf(Long.parseLong(m.group(2), 16));
      return true;
    }
    m = LineForms.RCU.matcher(text);
    if (m.find()) {
      where.put("RCU nest depth", number);
      rcu = number(m.group(1));
      rcuExpected = number(m.group(2));
      return true;
    }
    return false;
  }

  /** Whether a line of another kind's reports came. */
  private boolean isNotOf(ReportKind other) {
    return kind != other && kind != ReportKind.HEADLESS && kind != ReportKind.OTHER;
  }

  private static Long number(String digits) {
    if (digits == null || digits.length() > 18) {
      return null;
    }
    return Long.valueOf(digits);
  }

  private boolean locks(String text, int number) {
    Matcher m = Locks.HELD_BY.matcher(text);
    if (m.find()) {
      boolean own = task.isEmpty() || m.group(2).equals(task);
      mixed |=
          !own
              && kind != ReportKind.RCU_STALL
              && kind != ReportKind.HUNG_TASK
              && kind != ReportKind.OTHER;
      if (held == null || own && !heldIsOwn) {
        held = new ArrayList<>();
        heldIsOwn = own;
      }
      if (task.isEmpty() && kind != ReportKind.RCU_STALL) {
        task = m.group(2);
      }
      expects = "";
      end(); // of a chain's stacks
      return true;
    }
    if (text.startsWith("INFO: lockdep is turned off")) {
      lockdepOff = true;
      return true;
    }
    if (text.startsWith("#")) {
      HeldLock l = Locks.read(text, number);
      if (l != null) {
        if (held != null) {
          held.add(l);
        }
        return true;
      }
    }
    m = LineForms.RELEASES.matcher(text);
    if (m.find()) {
      wanted = new HeldLock(m.group(1), "", "", "", number);
      place = FrameReader.place(m.group(2));
      expects = place.isEmpty() ? "released" : "";
    }
    m = LineForms.TRIES.matcher(text);
    if (m.find()) {
      mixed |= !kind.isLockdep() && isNotOf(kind.isLockdep() ? kind : ReportKind.LOCK_STATE);
      mixed |= kind.isLockdep() && wanted != null && !task.isEmpty() && !m.group(1).equals(task);
      task = m.group(1);
      if (text.contains("with a lock still held") || text.contains("is freeing memory")) {
        expects = "holding";
        detail(text, number);
      } else if (!text.contains("release lock") && !text.contains("leaving the kernel")) {
        expects = "wanted";
      }
      return true;
    }
    if (text.startsWith("but task is already holding")
        || text.startsWith("and this task is already holding")
        || text.startsWith("but this lock took another")
        || text.startsWith("but this lock was taken by another")) {
      expects = "holding";
      if (text.startsWith("but this")) {
        detail(text, number);
      }
      return true;
    }
    m = LineForms.STATES.matcher(text);
    if (m.find()) {
      states = m.group(1) + " -> " + m.group(2);
      return true;
    }
    return false;
  }

  private boolean stacks(String text, int number) {
    if (text.equals("Call Trace:")
        || text.equals("Call trace:")
        || text.equals("stack backtrace:")
        || text.equals("Backtrace:")
        || text.startsWith("Call Trace: ")) {
      boolean another =
          part != Part.DUMP
              && part != Part.GRACE_PERIOD_THREAD
              && part != Part.LAST_RAN
              && (part == null || part != Part.MAIN || !frames.isEmpty());
      if (another) {
        boolean had = sections.stream().anyMatch(s -> s.part() == Part.MAIN) || part == Part.MAIN;
        begin(had && text.startsWith("Call") ? Part.ELSE : Part.MAIN, text, number);
      }
      return true;
    }
    Matcher m = LineForms.LINK.matcher(text);
    if (m.find()) {
      begin(Part.LINK, text, number);
      linkLock = Locks.read(m.group(1), number);
      return true;
    }
    m = LineForms.STACK_OF.matcher(text);
    if (m.find()) {
      Part p =
          m.group(1) == null
              ? m.group(3).equals("Last") ? Part.LAST_WORK : Part.ELSE
              : m.group(1).equals("Freed") ? Part.FREED : Part.ALLOCATED;
      begin(p, text, number);
      titleTask = m.group(2) == null ? "" : m.group(2);
      return true;
    }
    if (text.contains("} state was registered at:")) {
      begin(Part.FIRST_USE, text, number);
      return true;
    }
    if (text.startsWith("... which became")) {
      begin(text.contains("-unsafe") ? Part.UNSAFE_USE : Part.SAFE_USE, text, number);
      return true;
    }
    if (text.startsWith("the shortest dependencies")
        || text.startsWith("... key")
        || text.startsWith("... acquired at:")
        || text.startsWith("the dependencies")
        || text.startsWith("the existing dependency")
        || kind == ReportKind.IRQ_INVERSION && text.endsWith(" at:") && !text.contains("held by")) {
      begin(Part.ELSE, text, number);
      return true;
    }
    if (kind == ReportKind.RCU_STALL && stall(text, number)) {
      return true;
    }
    m = LineForms.TASK_DUMP.matcher(text);
    if (!m.find()) {
      m = LineForms.OLD_TASK_DUMP.matcher(text);
      m = m.find() ? m : null;
    }
    if (m != null) {
      boolean own = part == null && sections.isEmpty();
      if (kind == ReportKind.HUNG_TASK && own) {
        return true;
      }
      if (part == null || !frames.isEmpty() || part == Part.MAIN) {
        begin(Part.DUMP, text, number);
      }
      titleTask = m.group(1) + "/" + m.group(2);
      return true;
    }
    if (text.startsWith("Preemption disabled at:")) {
      expects = "preemption";
      String rest = text.substring("Preemption disabled at:".length()).strip();
      if (!rest.isEmpty()) {
        return expected(rest, number);
      }
      return true;
    }
    return frames(text, number);
  }

  private boolean frames(String line, int number) {
    Matcher rip = LineForms.INTERRUPTED.matcher(line);
    String text = part != null && rip.find() ? rip.group(1) : line;
    List<Frame> read = FrameReader.read(text, inIrq, number);
    if (read == null
        && part != null
        && !frames.isEmpty()
        && !bottom
        && LineForms.CUT.matcher(text).matches()) {
      read = List.of();
    }
    if (read != null) {
      if (part == null) {
        if (bottom && !sections.isEmpty()) {
          return false; // frames that follow a finished stack are somebody else's
        }
        begin(Part.MAIN, "", number);
      }
      for (Frame f : read) {
        if (frames.size() < MOST_FRAMES && (frames.isEmpty() || !repeats(f, text))) {
          frames.add(f);
        }
        bottom |= LineForms.BOTTOM.matcher(f.symbol()).matches() && f.sure();
      }
      return true;
    }
    return false;
  }

  /** On arm each line names the function that the line before named as the caller. */
  private boolean repeats(Frame f, String text) {
    return text.contains(" from ") && frames.getLast().symbol().equals(f.symbol());
  }

  private boolean stall(String text, int number) {
    Matcher m = LineForms.STALLED.matcher(text);
    if (m.find()) {
      stalled.add(m.group(1) == null ? m.group(2).strip() : "CPU " + m.group(1));
      detail(text, number);
      return true;
    }
    if (text.contains("grace-period kthread stack dump")) {
      begin(Part.GRACE_PERIOD_THREAD, text, number);
      return true;
    }
    if (text.contains("Stack dump where RCU GP kthread last ran")) {
      begin(Part.LAST_RAN, text, number);
      return true;
    }
    if (text.startsWith("Task dump for CPU")
        || text.startsWith("NMI backtrace for cpu")
        || text.startsWith("Sending NMI")) {
      if (part != Part.LAST_RAN || !frames.isEmpty()) {
        begin(Part.DUMP, text, number);
      }
      return true;
    }
    if (text.contains("(detected by")
        || text.startsWith("(t=")
        || text.contains("kthread starved")
        || text.contains("All QSes seen")) {
      detail(text, number);
      return true;
    }
    return false;
  }

  private void detail(String text, int number) {
    details.add(new Report.Detail(text.replaceAll("\\s+", " "), number));
  }

  private void begin(Part next, String text, int number) {
    end();
    part = next;
    title = text;
    titleTask = "";
    titleLine = number;
    frames = new ArrayList<>();
    bottom = false;
    inIrq = false;
    linkLock = null;
  }

  private void end() {
    if (part == null) {
      return;
    }
    Section s = new Section(part, title, titleTask, titleLine, List.copyOf(frames), bottom);
    if (part == Part.LINK && linkLock != null) {
      links.add(new Report.Link(linkLock, s));
    }
    if (!frames.isEmpty() || part != Part.MAIN) {
      sections.add(s);
    }
    part = null;
    frames = new ArrayList<>();
  }

  private boolean head(String text, int number) {
    Matcher m = LineForms.CPU.matcher(text);
    boolean full = m.find();
    if (!full) {
      m = LineForms.CPU_CUT.matcher(text);
    }
    if (full || m.find()) {
      String who = m.group(3) + "/" + m.group(2);
      boolean several =
          kind == ReportKind.RCU_STALL || kind == ReportKind.HUNG_TASK || kind == ReportKind.OTHER;
      mixed |= !several && (sawCpu || !task.isEmpty() && !task.endsWith("/" + m.group(2)));
      sawCpu = true;
      if (part == Part.DUMP && titleTask.isEmpty() && title.startsWith("NMI")) {
        titleTask = who;
      } else if (task.isEmpty() && kind != ReportKind.HUNG_TASK) {
        task = who;
      }
      if (full && kernel.isEmpty()) {
        kernel = m.group(5);
        tainted = !m.group(4).startsWith("Not");
      }
      return true;
    }
    m = LineForms.OLD_PID.matcher(text);
    if (m.find()) {
      sawCpu = true;
      task = task.isEmpty() ? m.group(2) + "/" + m.group(1) : task;
      if (kernel.isEmpty()) {
        kernel = m.group(4);
        tainted = !m.group(3).startsWith("Not");
      }
      return true;
    }
    if (kernel.isEmpty() && (kind.isLockdep() || kind == ReportKind.HUNG_TASK)) {
      m = LineForms.RELEASE.matcher(text);
      if (m.find()) {
        kernel = m.group(1);
        tainted = m.group(2) == null ? null : !m.group(2).startsWith("Not");
        return true;
      }
      m = LineForms.HUNG_RELEASE.matcher(text);
      if (m.find()) {
        kernel = m.group(2);
        tainted = !m.group(1).startsWith("Not");
        return true;
      }
    }
    m = LineForms.BY_TASK.matcher(text);
    if (m.find()) {
      task = m.group(1);
      detail(text, number);
      return true;
    }
    m = LineForms.LIKELY_OWNER.matcher(text);
    if (m.find()) {
      owner = m.group(1) + "/" + m.group(2);
      detail(text, number);
      return true;
    }
    if (text.startsWith("Workqueue: ")) {
      if (work.isEmpty()) {
        work = text.substring("Workqueue: ".length());
      }
      return true;
    }
    if (text.startsWith("hardirqs last disabled at") && text.contains("):")) {
      irqsOffAt = FrameReader.place(text.substring(text.indexOf("):") + 2).strip());
      return true;
    }
    if (text.startsWith("context-{")) {
      detail(text, number);
      return true;
    }
    if (kind == ReportKind.SUSPICIOUS_RCU && text.matches("\\S+:\\d+ \\S.*")
        || kind.isKasan() && text.startsWith("The buggy address is located")
        || kind == ReportKind.LOCK_FREED && text.contains("is freeing memory")) {
      detail(text, number);
      return true;
    }
    return false;
  }

  /** What was read; {@code next} is the line of the report that ended it, 0 for none. */
  Report report(int next) {
    boolean open = part == Part.MAIN && !bottom;
    boolean cut = next > 0 && (open || !hasStack()) && next - last <= PATIENCE;
    end();
    return new Report(
        kind,
        headline,
        line,
        last,
        List.copyOf(details),
        kernel,
        tainted,
        task,
        work,
        new Counts(inAtomic, irqs, nonBlock, preempt, preemptExpected, rcu, rcuExpected),
        held == null ? null : List.copyOf(held),
        lockdepOff,
        wanted,
        holding,
        List.copyOf(links),
        states,
        preemptionOffAt,
        irqsOffAt,
        place,
        List.copyOf(sections),
        owner,
        List.copyOf(stalled),
        strange.stream().filter(n -> n < last).toList(),
        Map.copyOf(where),
        open,
        cut ? next : 0,
        mixed);
  }
}
