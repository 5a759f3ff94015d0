package org.dmsim.scenarios.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one report from its headline to its end, the next headline or the end of the log. */
final class ReportParser {

  private static final Pattern IN_ATOMIC = Pattern.compile("in_atomic\\(\\): (\\d+),");
  private static final Pattern IRQS = Pattern.compile("irqs_disabled\\(\\): (\\d+),");
  private static final Pattern NON_BLOCK = Pattern.compile("non_block: (\\d+),");
  private static final Pattern PID_NAME = Pattern.compile("pid: (\\d+), name: (.+)$");
  private static final Pattern PREEMPT =
      Pattern.compile("^preempt_count: ([0-9a-f]{1,8})(?:, expected: ([0-9a-f]{1,8}))?");
  private static final Pattern RCU =
      Pattern.compile("^RCU nest depth: (\\d{1,9})(?:, expected: (\\d{1,9}))?");
  private static final Pattern SCHEDULING =
      Pattern.compile("scheduling while atomic: (.+)/(\\d+)/0x([0-9a-f]{1,8})");
  private static final Pattern HELD_BY = Pattern.compile("^(\\d+) locks? held by (.+/\\d+)");
  private static final Pattern LOCK =
      Pattern.compile(
          "^(#\\d+:)?.*?\\((.+)\\)\\{[^}]*\\}(?:-\\{([^}]*)\\})?, at:"
              + " (?:\\[<[^>]*>\\] )?(\\S+)");
  private static final Pattern CHAIN = Pattern.compile("^-> #\\d+ \\((.+)\\)\\{");
  private static final Pattern TAKES =
      Pattern.compile(
          "_*(?:lock_acquire|validate_chain|(?:ww_|rt_)?mutex_lock\\w*|down_\\w+"
              + "|(?:raw_)?(?:spin|read|write)_lock\\w*)");
  private static final Pattern RELEASE =
      Pattern.compile("is trying to release lock \\((.+)\\) at:");
  private static final Pattern CPU =
      Pattern.compile(
          "^CPU: \\d+ .*?PID: (\\d+) Comm: (.+?) (?:Not tainted|Tainted:.*?) +(\\d\\S+)");
  private static final Pattern BY_TASK = Pattern.compile("by task (.+/\\d+)");
  private static final Pattern TASK_TRIES = Pattern.compile("^(\\S+/\\d+) .*is trying to ");
  private static final Pattern FRAME =
      Pattern.compile(
          "^(?:\\[<[^>]*>\\] )?(\\? )?([A-Za-z_][\\w.]*)\\+0x[0-9a-f]+/0x[0-9a-f]+"
              + "(?: \\[[^\\]]*\\])?$");
  private static final Pattern BOTTOM =
      Pattern.compile("^(?:</TASK>|RIP: |---\\[ end trace|Code: |\\w+: [0-9a-f]{16} ).*");

  private enum Part {
    HEAD,
    TRACE,
    ALLOCATED,
    FREED,
    OTHER_STACK,
    TAIL
  }

  private final LogLine first;
  private final Kind.Headline headline;
  private Part part = Part.HEAD;
  private String detail = "";
  private String kernel = "";
  private String task = "";
  private Integer inAtomic;
  private Integer irqs;
  private Integer nonBlock;
  private Long preempt;
  private Long preemptExpected;
  private Integer rcu;
  private Integer rcuExpected;
  private int announced = -1;
  private String lockList = "";
  private final List<HeldLock> held = new ArrayList<>();
  private HeldLock wanted;
  private final List<HeldLock> chain = new ArrayList<>();
  private String expects = "";
  private String preemptionOffAt = "";
  private boolean traceBegun;
  private boolean traceEnded;
  private final List<Frame> trace = new ArrayList<>();
  private final List<Frame> allocated = new ArrayList<>();
  private final List<Frame> freed = new ArrayList<>();
  private String freer = "";
  private final List<Integer> foreign = new ArrayList<>();
  private final List<String> unread = new ArrayList<>();

  private ReportParser(LogLine first, Kind.Headline headline) {
    this.first = first;
    this.headline = headline;
  }

  /** Every report of a log, in its order. */
  static List<LogReport> reports(List<LogLine> log) {
    List<LogReport> found = new ArrayList<>();
    for (int i = 0; i < log.size(); i++) {
      Optional<Kind.Headline> h = headline(log.get(i));
      if (h.isPresent()) {
        found.add(new ReportParser(log.get(i), h.get()).read(log.subList(i, log.size())));
      }
    }
    return found;
  }

  private static Optional<Kind.Headline> headline(LogLine line) {
    return line.kernel() ? Kind.in(line.text()) : Optional.empty();
  }

  private LogReport read(List<LogLine> lines) {
    Matcher m = SCHEDULING.matcher(headline.text());
    if (m.find()) {
      task = m.group(1) + "/" + m.group(2);
      preempt = Long.parseLong(m.group(3), 16);
      preemptExpected = 1L;
    }
    String end = "the log ends";
    LogLine last = first;
    boolean lastRead = true;
    for (LogLine line : lines.subList(1, lines.size())) {
      boolean another = !line.kernel() || !line.caller().equals(first.caller());
      if (!another && headline(line).isPresent()) {
        end = "another report begins (line " + line.number() + ")";
        break;
      }
      if (line.text().isEmpty()) {
        continue;
      }
      boolean known = !another && take(line.text());
      if (!known && (part == Part.TRACE || another) && !traceEnded) {
        foreign.add(line.number());
      }
      if (!another) {
        last = line;
        lastRead = known;
      }
    }
    finish(end, last, lastRead);
    return new LogReport(
        headline.kind(),
        headline.text(),
        first.number(),
        detail,
        kernel,
        task,
        new Counts(inAtomic, irqs, nonBlock, preempt, preemptExpected, rcu, rcuExpected),
        List.copyOf(held),
        wanted,
        List.copyOf(chain),
        lockList,
        preemptionOffAt,
        List.copyOf(trace),
        List.copyOf(allocated),
        List.copyOf(freed),
        freer,
        List.copyOf(unread));
  }

  private void finish(String end, LogLine last, boolean lastRead) {
    traceEnded |=
        !trace.isEmpty()
            && lastRead
            && trace.getLast().symbol().matches("entry_\\w+|ret_from_fork\\w*");
    if (traceBegun && !traceEnded) {
      unread.add(end + " inside the call trace; who called the last frame shown is not known");
      if (!lastRead && end.equals("the log ends")) {
        foreign.remove((Integer) last.number());
        unread.add("line " + last.number() + " is cut: \"" + last.text() + "\"");
      }
    } else if (!traceBegun) {
      unread.add(end + " before any call trace");
    }
    if (announced > held.size()) {
      unread.add("the log announces " + announced + " held locks and lists " + held.size());
    }
    if (headline.kind() == Kind.SLEEPING) {
      if (inAtomic == null) {
        unread.add("the line with in_atomic() is missing");
      }
      if (preempt == null) {
        unread.add("the line with preempt_count is missing");
      }
    }
    if (headline.kind() == Kind.KASAN && freed.isEmpty()) {
      unread.add("the stack of the free is missing");
    }
    if (!foreign.isEmpty()) {
      unread.add(
          "lines that are not this report's were left out: "
              + String.join(", ", foreign.stream().distinct().map(String::valueOf).toList()));
    }
  }

  /** Takes what a line says; false where it says nothing that belongs to a report. */
  private boolean take(String text) {
    return counts(text) || locks(text) || stacks(text) || head(text);
  }

  private boolean counts(String text) {
    Matcher m = IN_ATOMIC.matcher(text);
    if (m.find()) {
      inAtomic = Integer.valueOf(m.group(1));
      irqs = number(IRQS, text);
      nonBlock = number(NON_BLOCK, text);
      Matcher p = PID_NAME.matcher(text);
      if (p.find()) {
        task = p.group(2) + "/" + p.group(1);
      }
      return true;
    }
    m = PREEMPT.matcher(text);
    if (m.find()) {
      preempt = Long.parseLong(m.group(1), 16);
      preemptExpected = m.group(2) == null ? null : Long.valueOf(Long.parseLong(m.group(2), 16));
      return true;
    }
    m = RCU.matcher(text);
    if (m.find()) {
      rcu = Integer.valueOf(m.group(1));
      rcuExpected = m.group(2) == null ? null : Integer.valueOf(m.group(2));
      return true;
    }
    return false;
  }

  private static Integer number(Pattern pattern, String text) {
    Matcher m = pattern.matcher(text);
    return m.find() ? Integer.valueOf(m.group(1)) : null;
  }

  private boolean locks(String text) {
    Matcher m = HELD_BY.matcher(text);
    if (m.find()) {
      announced = Integer.parseInt(m.group(1));
      lockList = "listed";
      part = part == Part.OTHER_STACK ? Part.HEAD : part; // the chain is over
      held.clear();
      return true;
    }
    if (text.startsWith("no locks held by")) {
      lockList = "none";
      return true;
    }
    if (text.startsWith("INFO: lockdep is turned off")) {
      lockList = "off";
      return true;
    }
    m = TASK_TRIES.matcher(text);
    if (m.find()) {
      task = m.group(1);
    }
    m = RELEASE.matcher(text);
    if (m.find()) {
      wanted = new HeldLock(m.group(1), "", "");
      return true;
    }
    if (text.contains("is trying to acquire") || text.contains("is trying to lock:")) {
      expects = "wanted";
      return true;
    }
    if (text.contains("already holding")) {
      expects = "held";
      return true;
    }
    m = LOCK.matcher(text);
    if (m.find() && part != Part.OTHER_STACK) {
      HeldLock lock =
          new HeldLock(m.group(2), m.group(3) == null ? "" : m.group(3), symbol(m.group(4)));
      if (m.group(1) != null || expects.equals("held")) {
        held.add(lock);
      } else if (expects.equals("wanted")) {
        wanted = lock;
      }
      expects = "";
      return true;
    }
    return false;
  }

  private boolean stacks(String text) {
    if (text.equals("Call Trace:") || text.equals("stack backtrace:")) {
      part = Part.TRACE;
      traceBegun |= text.startsWith("Call");
      return true;
    }
    if (text.startsWith("Allocated by task")) {
      part = Part.ALLOCATED;
      return true;
    }
    if (text.startsWith("Freed by task")) {
      part = Part.FREED;
      freer = text.replaceAll("^Freed by task (\\d+).*", "$1");
      return true;
    }
    Matcher link = CHAIN.matcher(text);
    if (link.find()) {
      part = Part.OTHER_STACK;
      chain.add(new HeldLock(link.group(1), "", ""));
      return true;
    }
    if (text.startsWith("Preemption disabled at:")) {
      expects = "preemption";
      return true;
    }
    Matcher m = FRAME.matcher(text);
    if (m.find()) {
      frame(new Frame(bare(m.group(2)), text, m.group(1) == null));
      return true;
    }
    if (part == Part.TRACE && BOTTOM.matcher(text).matches()) {
      traceEnded = traceBegun;
      part = Part.TAIL;
      return true;
    }
    return text.matches("</?(TASK|IRQ|NMI|SOFTIRQ|EOI)>");
  }

  private void frame(Frame frame) {
    if (expects.equals("preemption")) {
      preemptionOffAt = frame.symbol();
      expects = "";
      return;
    }
    switch (part) {
      case TRACE -> {
        trace.add(frame);
        traceBegun = true;
      }
      case ALLOCATED -> allocated.add(frame);
      case FREED -> freed.add(frame);
      case OTHER_STACK -> took(frame);
      default -> {}
    }
  }

  /** Who took the last lock of the chain: the first function that is none for taking locks. */
  private void took(Frame frame) {
    HeldLock lock = chain.getLast();
    if (lock.at().isEmpty() && frame.sure() && !TAKES.matcher(frame.symbol()).matches()) {
      chain.set(chain.size() - 1, new HeldLock(lock.name(), "", frame.symbol()));
    }
  }

  private boolean head(String text) {
    Matcher m = CPU.matcher(text);
    if (m.find()) {
      task = m.group(2) + "/" + m.group(1);
      kernel = m.group(3);
      return true;
    }
    if (text.startsWith("CPU: ")) {
      return true;
    }
    m = BY_TASK.matcher(text);
    if (m.find()) {
      task = m.group(1);
      detail = text;
      return true;
    }
    if (headline.kind() == Kind.SUSPICIOUS_RCU
        && text.matches("\\S+:\\d+ .+")
        && detail.isEmpty()) {
      detail = text;
      return true;
    }
    return text.matches("[=-]{5,}.*|Hardware name: .*|Workqueue: .*|Modules linked in:.*");
  }

  private static String symbol(String place) {
    int plus = place.indexOf('+');
    return bare(plus < 0 ? place : place.substring(0, plus));
  }

  private static String bare(String symbol) {
    int dot = symbol.indexOf('.');
    return dot < 0 ? symbol : symbol.substring(0, dot);
  }
}
