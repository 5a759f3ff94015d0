package org.dmsim.scenarios.explain.meaning;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.scenarios.explain.bugs.KnownBug;
import org.dmsim.scenarios.explain.bugs.KnownBugs;
import org.dmsim.scenarios.explain.reports.Frame;
import org.dmsim.scenarios.explain.reports.HeldLock;
import org.dmsim.scenarios.explain.reports.Report;
import org.dmsim.scenarios.explain.reports.ReportKind;
import org.dmsim.scenarios.explain.reports.Section;
import org.dmsim.scenarios.explain.reports.Section.Part;

/** Understands one report by itself. */
public final class Understanding {

  private final KnownBugs bugs;

  /** Recognises the given bugs. */
  public Understanding(KnownBugs bugs) {
    this.bugs = bugs;
  }

  /** What a report means. */
  public Finding of(Report r) {
    if (r.mixed()) {
      return mixed(r);
    }
    Section culprit = culprit(r);
    Path path = Path.of(culprit);
    Forbidden forbidden = Forbidden.of(r, path);
    int at = offenderAt(r, path, forbidden);
    Frame frame = path.at(at);
    String offender = frame == null ? named(r, path, forbidden) : frame.symbol();
    if (frame == null && !offender.isEmpty()) {
      at = path.indexOf(offender);
      frame = path.at(at);
    }
    Frame caller = offender.isEmpty() ? null : path.callerOf(at);
    if (r.kind() == ReportKind.RCU_STALL && caller != null && caller.symbol().equals(offender)) {
      caller = path.callerOf(at + 1); // the interrupt's own record of where it came in
    }
    HeldLock wants = wants(r);
    HeldLock holds = holds(r, forbidden);
    Waiting waiting = r.kind() == ReportKind.HUNG_TASK ? Waiting.of(path) : null;
    String freedBy = freedBy(r, offender);
    String allocatedBy = helperless(r.section(Part.ALLOCATED));
    String opener = opener(r, forbidden, holds);
    String task =
        r.kind() == ReportKind.RCU_STALL && culprit != null && !culprit.task().isEmpty()
            ? culprit.task()
            : r.task();
    Finding f =
        new Finding(
            r,
            task,
            offender,
            frame,
            caller,
            forbidden.reason(),
            forbidden.why(),
            opener,
            wants,
            holds,
            r.kind() == ReportKind.RECURSIVE ? sameInstance(r) : null,
            waiting == null ? event(r, offender) : waiting.what(),
            r.owner(),
            r.owner().isEmpty() ? "" : "the kernel names it as the likely owner",
            freedBy,
            allocatedBy,
            r.held(),
            path.frames(),
            null);
    return withBug(f);
  }

  /** Of a report that is mixed with another only what its headline says is certain. */
  private static Finding mixed(Report r) {
    return new Finding(
        r,
        r.kind() == ReportKind.SCHEDULING || r.kind() == ReportKind.HUNG_TASK ? r.task() : "",
        "",
        null,
        null,
        null,
        "",
        "",
        null,
        null,
        null,
        "",
        "",
        "",
        "",
        "",
        null,
        List.of(),
        null);
  }

  /** The stack in which to look for who did it. */
  private static Section culprit(Report r) {
    if (r.kind() != ReportKind.RCU_STALL) {
      Section main = r.section(Part.MAIN);
      // The last link of a circle is the same stack once more.
      boolean link = main == null && r.kind() == ReportKind.CIRCULAR && !r.links().isEmpty();
      return link ? r.links().getLast().stack() : main;
    }
    Section main = r.section(Part.MAIN);
    Section ran = r.section(Part.LAST_RAN);
    if (r.stalled().isEmpty() && ran != null && !ran.frames().isEmpty()) {
      return ran; // every CPU has reported: it is RCU's own thread that does not get to run
    }
    if (r.headline().contains("self-detected") && main != null && !main.frames().isEmpty()) {
      return main;
    }
    Section nameless = null;
    for (Section s : r.sections()) {
      if (s.part() == Part.DUMP && !s.task().isEmpty() && !s.task().startsWith("rcu_")) {
        return s;
      }
      nameless =
          nameless == null && s.part() == Part.DUMP && s.task().isEmpty() && !s.frames().isEmpty()
              ? s
              : nameless;
    }
    return main != null ? main : nameless;
  }

  private static int offenderAt(Report r, Path path, Forbidden forbidden) {
    if (path.isEmpty() || forbidden.reason() == Reason.UNBALANCED) {
      return -1;
    }
    switch (r.kind()) {
      case CIRCULAR, RECURSIVE, WAIT_CONTEXT -> {
        if (r.wanted() != null && !Functions.isHelper(r.wanted().at())) {
          int at = path.indexOf(r.wanted().at());
          if (at >= 0 || !r.wanted().at().isEmpty()) {
            return at;
          }
        }
      }
      case UNLOCK_BALANCE -> {
        if (!r.place().isEmpty() && !Functions.isHelper(r.place())) {
          return path.indexOf(r.place());
        }
      }
      case RCU_STALL -> {
        return running(path);
      }
      default -> {}
    }
    int at = path.first(Functions::isHelper, r.kind() == ReportKind.HUNG_TASK ? asleep(path) : 0);
    return at >= 0 && Functions.isEntry(path.at(at).symbol()) ? -1 : at;
  }

  /** Behind the interrupt that looked, the first function that is no helper. */
  private static int running(Path path) {
    List<Frame> frames = path.frames();
    int near = Math.min(40, frames.size());
    int from = 0;
    while (from < near && !Functions.isInterruptEntry(frames.get(from).symbol())) {
      from++;
    }
    if (from == near) {
      from = 0; // no interrupt's entry is in it: then at least not what belongs to one
      for (int i = 0; i < near; i++) {
        if (frames.get(i).inIrq() || Functions.isInterrupt(frames.get(i).symbol())) {
          from = i + 1;
        }
      }
    }
    while (from < frames.size() && isOfInterrupt(frames.get(from).symbol())) {
      from++;
    }
    for (int i = from; i < path.frames().size(); i++) {
      String f = path.frames().get(i).symbol();
      if (!Functions.isHelper(f)) {
        return Functions.isEntry(f) ? -1 : i;
      }
    }
    return -1;
  }

  /** Behind the switch to another task; before it may stand what only the unwinder saw. */
  private static int asleep(Path path) {
    for (int i = 0; i < Math.min(5, path.frames().size()); i++) {
      if (path.frames().get(i).symbol().matches("(?:__)?schedule")) {
        return i;
      }
    }
    return 0;
  }

  private static boolean isOfInterrupt(String f) {
    return Functions.isInterrupt(f) || Functions.isInterruptEntry(f);
  }

  /** The offender that the report's own words name, where no stack shows it. */
  private static String named(Report r, Path path, Forbidden forbidden) {
    return switch (r.kind()) {
      case CIRCULAR, RECURSIVE, WAIT_CONTEXT, IRQ_INVERSION, LOCK_STATE ->
          r.wanted() == null || Functions.isHelper(r.wanted().at()) ? "" : r.wanted().at();
      case UNLOCK_BALANCE, USE_AFTER_FREE, DOUBLE_FREE -> r.place();
      case SLEEPING ->
          // On PREEMPT_RT the lock that is being taken is in the list already.
          path.isEmpty()
                  && Forbidden.isTaking(r)
                  && r.held() != null
                  && !r.held().isEmpty()
                  && !Functions.isHelper(r.held().getLast().at())
              ? r.held().getLast().at()
              : "";
      default -> "";
    };
  }

  private static HeldLock wants(Report r) {
    return switch (r.kind()) {
      case CIRCULAR, RECURSIVE, WAIT_CONTEXT, IRQ_INVERSION, LOCK_STATE, UNLOCK_BALANCE ->
          r.wanted();
      default -> null;
    };
  }

  private static HeldLock holds(Report r, Forbidden forbidden) {
    return switch (r.kind()) {
      case CIRCULAR, RECURSIVE, IRQ_INVERSION, LOCK_FREED -> r.holding();
      case LOCK_LEFT -> r.held() == null || r.held().isEmpty() ? null : r.held().getLast();
      default -> forbidden.lock();
    };
  }

  private static String opener(Report r, Forbidden forbidden, HeldLock holds) {
    if (!forbidden.opener().isEmpty()) {
      return forbidden.opener();
    }
    return switch (r.kind()) {
      case CIRCULAR, RECURSIVE, IRQ_INVERSION, LOCK_FREED, LOCK_LEFT ->
          holds == null || Functions.isHelper(holds.at()) ? "" : holds.at();
      default -> "";
    };
  }

  private static Boolean sameInstance(Report r) {
    if (r.wanted() == null
        || r.holding() == null
        || !r.wanted().hasAddress()
        || !r.holding().hasAddress()) {
      return null;
    }
    return r.wanted().address().equals(r.holding().address());
  }

  /** Who calls schedule() himself waits for something that only he knows. */
  private static String event(Report r, String offender) {
    return r.kind() != ReportKind.HUNG_TASK || offender.isEmpty()
        ? ""
        : "event (a wait queue of " + offender + ")";
  }

  private static String freedBy(Report r, String offender) {
    return r.kind() == ReportKind.LOCK_FREED ? offender : helperless(r.section(Part.FREED));
  }

  /** The first function of a stack that is nobody's helper, or "". */
  public static String helperless(Section s) {
    Path path = Path.of(s);
    Frame f = path.at(path.first(Functions::isHelper));
    return f == null ? "" : f.symbol();
  }

  /** The names of a stack's functions, without those inside that only check and print. */
  public static List<String> withoutReporters(List<Frame> frames) {
    return frames.stream().map(Frame::symbol).dropWhile(Functions::isDebug).toList();
  }

  private Finding withBug(Finding f) {
    KnownBug bug = bugs.find(f.report().kind().word(), f.report().kernel(), k -> shown(f, k));
    return bug == null
        ? f
        : new Finding(
            f.report(),
            f.task(),
            f.offender(),
            f.offenderFrame(),
            f.caller(),
            f.reason(),
            f.why(),
            f.opener(),
            f.wants(),
            f.holds(),
            f.sameInstance(),
            f.waitsFor(),
            f.heldBy(),
            f.heldByWhy(),
            f.freedBy(),
            f.allocatedBy(),
            f.locks(),
            f.stack(),
            bug);
  }

  /** The values of a field by which bugs are known; null where the log does not show it. */
  private static List<String> shown(Finding f, String field) {
    Report r = f.report();
    return switch (field) {
      case "offender" -> one(f.offender());
      case "caller" -> f.caller() == null ? null : one(f.caller().symbol());
      case "holder" -> one(f.opener());
      case "stack" -> names(f.stack());
      case "freed" -> names(Path.of(r.section(Part.FREED)).frames());
      case "freed-by" -> one(f.freedBy());
      case "reason" -> f.reason() == null ? null : List.of(f.reason().word());
      case "wants" -> f.wants() == null ? null : List.of(f.wants().name());
      case "holds" -> f.holds() == null ? null : List.of(f.holds().name());
      case "waits-for" -> one(f.waitsFor());
      case "link" -> {
        List<String> all = new ArrayList<>();
        r.links().forEach(l -> all.addAll(names(l.stack().frames())));
        yield all;
      }
      case "says" -> {
        List<String> words = new ArrayList<>(List.of(r.headline().split("[\\s:]+")));
        r.details().forEach(d -> words.addAll(List.of(d.text().split("[\\s:]+"))));
        yield words;
      }
      default -> throw new IllegalArgumentException(field);
    };
  }

  private static List<String> one(String value) {
    return value.isEmpty() ? null : List.of(value);
  }

  private static List<String> names(List<Frame> frames) {
    return frames.isEmpty() ? null : frames.stream().map(Frame::symbol).toList();
  }
}
