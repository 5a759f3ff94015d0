package org.dmsim.scenarios.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dmsim.machine.Machine;
import org.dmsim.machine.Sched;
import org.dmsim.machine.Task;
import org.dmsim.report.Report;
import org.dmsim.scenarios.script.Phase;
import org.dmsim.scenarios.script.Script;
import org.dmsim.scenarios.script.ScriptError;
import org.dmsim.scenarios.script.Step;
import org.dmsim.scenarios.script.Verb;

/**
 * The tasks of one script on one machine. Commands at the left edge are made by a task named dmctl,
 * one after the other; the tasks of the script run beside each other, and dmctl waits for them.
 *
 * <p>Times are those of the program that recorded the cases: {@code bg} gives its job 150 ms,
 * {@code poll} waits 100 ms, {@code join} 3 s, and 2 ms pass after each of dmctl's commands.
 */
public final class ScriptTasks {

  /** The task that makes the commands at the left edge. */
  public static final String MAIN = "dmctl";

  private static final long MS = 1_000_000L;
  private static final long BG = 150 * MS;
  private static final long POLL = 100 * MS;
  private static final long JOIN = 3000 * MS;
  private static final long SETTLE = 25 * MS;
  private static final long ASK_AGAIN = 10 * MS;
  private static final long PAUSE = 2 * MS;

  private final Script script;
  private final Machine machine;
  private final Commands commands;
  private final Listener listener;
  private final Answers answers;
  private final Job[] jobs = new Job[Verb.JOBS];
  private final List<String> unexpected = new ArrayList<>();
  private final StepRecords records;
  private long settle = SETTLE;
  private int reportsHeard;

  /** What becomes of an errno that the script neither expects nor allows. */
  enum Answers {
    /** It is an answer like others: recorded cases ask for what a script gets wrong. */
    RECORDED,
    /** It ends the run, unless the command has an {@code expect} line, which then does not hold. */
    TESTED,
    /** It ends the run: the script is wrong. */
    MEANT
  }

  private static final class Job {
    final Latch ended = new Latch(1);
    List<String> answer = List.of();
  }

  /**
   * Puts the script on a machine that has its disks already; {@link Machine#run} runs it.
   *
   * @param answers what becomes of an answer that the script does not foresee
   */
  public ScriptTasks(
      Script script, Machine machine, Commands commands, Listener listener, Answers answers) {
    this.answers = answers;
    this.script = script;
    this.machine = machine;
    this.commands = commands;
    this.listener = listener;
    records = new StepRecords(machine);
    machine.spawn(MAIN, this::main);
  }

  /** Answers so far that the script expects otherwise, a line each. */
  public List<String> unexpected() {
    return unexpected;
  }

  /** Lets the listener hear what no task is left to tell. */
  public void finish() {
    hearReports();
  }

  private void main() {
    for (Phase phase : script.phases()) {
      switch (phase) {
        case Phase.Sequence s -> s.steps().forEach(step -> perform(MAIN, step, true));
        case Phase.Together t -> together(t);
      }
    }
    records.stop();
  }

  private void together(Phase.Together phase) {
    Latch ended = new Latch(phase.tasks().size());
    records.together(phase.tasks().size() > 1);
    for (Phase.TaskBlock block : phase.tasks()) {
      Task t =
          machine.spawn(
              block.name(),
              () -> {
                block.steps().forEach(step -> perform(block.name(), step, false));
                ended.arrive();
              });
      records.owns(block.name(), t);
    }
    ended.await();
    records.ofOthers().forEach(listener::others);
    records.together(false);
  }

  private void perform(String task, Step step, boolean alone) {
    hearReports();
    listener.begins(task, step);
    CommandBegins.tell(step.text());
    List<String> lines = new ArrayList<>(answer(step, alone));
    String first = firstOf(step, lines);
    if (alone && step.verb().isIo() && settle > 0 && !records.muted()) {
      Latch.sleep(settle);
    }
    lines.addAll(records.of(task, step));
    if (alone) {
      Latch.sleep(PAUSE);
    }
    hearReports();
    lines.addAll(records.log(task));
    listener.answers(task, step, lines);
    records.ofOthers().forEach(listener::others);
    judge(step, first, lines);
  }

  /** What tells whether a command went well: a dump ends with the error, and may be empty. */
  private static String firstOf(Step step, List<String> lines) {
    if (step.verb() != Verb.DUMP) {
      return lines.getFirst();
    }
    return lines.isEmpty() ? "" : lines.getLast();
  }

  private void judge(Step step, String answer, List<String> lines) {
    boolean held = answers == Answers.TESTED && step.expected() != null;
    Optional<String> errno =
        answers == Answers.RECORDED || held ? Optional.empty() : step.failure(answer);
    if (errno.isPresent() && machine.reports().isEmpty()) {
      throw WrongAnswer.of(step, errno.get(), WrongAnswer.reasons(lines), commands.devices());
    }
    if (answers == Answers.MEANT) {
      WrongAnswer.reportData(machine, step, answer, lines);
    }
    step.missing(lines)
        .ifPresent(
            part ->
                unexpected.add(
                    step.place()
                        + ": expected a line with '"
                        + part
                        + "', got "
                        + String.join(" | ", lines)
                        + " ("
                        + step.text()
                        + ")"));
    if (!step.isAsExpected(answer)) {
      unexpected.add(
          step.place()
              + ": expected "
              + step.expected()
              + ", got "
              + answer
              + " ("
              + step.text()
              + ")");
    }
  }

  private List<String> answer(Step step, boolean alone) {
    if (alone && step.verb().isIo()) {
      records.forgetEvents();
    }
    return switch (step.verb()) {
      case BG -> background(step);
      case POLL -> poll(job(step));
      case JOIN -> join(job(step));
      case EVENTS -> {
        records.mute(step.arg(0).equals("off"));
        yield List.of("ok");
      }
      case SETTLE -> {
        settle = step.number(0) * MS;
        yield List.of("ok");
      }
      default -> make(step, machine, commands);
    };
  }

  /** Makes a command that concerns no other task of the script. */
  static List<String> make(Step step, Machine machine, Commands commands) {
    return switch (step.verb()) {
      case SLEEP_MS -> {
        if (step.number(0) > 0) {
          Latch.sleepAsAStep(step.number(0) * MS);
        }
        yield List.of("ok");
      }
      case PIN -> {
        Sched.moveTo(machine.cpu((int) (step.number(0) % machine.cpuCount())));
        yield List.of("ok");
      }
      case EVENTS, SETTLE -> List.of("ok"); // nobody is told of events
      case AWAIT -> await(step, commands);
      default -> commands.answer(step);
    };
  }

  private static List<String> await(Step step, Commands commands) {
    for (long waited = 0; ; waited += ASK_AGAIN) {
      List<String> lines = commands.answer(step);
      if (!lines.getFirst().startsWith("ok")) {
        return lines.subList(0, 1);
      }
      List<String> status = lines.subList(1, lines.size());
      Optional<String> found = status.stream().filter(l -> l.contains(step.arg(2))).findFirst();
      if (found.isPresent()) {
        return List.of(found.get());
      }
      if (waited >= step.number(1) * MS) {
        return List.of("timeout " + (status.isEmpty() ? "" : status.getLast()));
      }
      Latch.sleep(ASK_AGAIN);
    }
  }

  /** Whether a command needs a task to make it: it waits, or is about another task. */
  static boolean needsTask(Step step) {
    return switch (step.verb()) {
      case BG, POLL, JOIN, SLEEP_MS, AWAIT, PIN, MEMORY, UNPLUG -> true;
      default -> step.verb().isIo() || step.verb().isOfMedium();
    };
  }

  private List<String> background(Step step) {
    Job job = new Job();
    jobs[(int) step.number(0)] = job;
    Task maker = Task.current();
    Task worker =
        machine.spawn(
            MAIN,
            () -> {
              job.answer = commands.answer(step.inner());
              job.ended.arrive();
            });
    records.owns(maker.name(), worker);
    Latch.sleep(BG);
    return List.of("started");
  }

  private static List<String> poll(Job job) {
    Latch.sleep(POLL);
    return job.ended.ready() ? job.answer : List.of("blocked");
  }

  private static List<String> join(Job job) {
    return job.ended.await(JOIN) ? job.answer : List.of("blocked");
  }

  private Job job(Step step) {
    Job job = jobs[(int) step.number(0)];
    if (job == null) {
      throw new ScriptError(
          step.places().getFirst(),
          "no job " + step.arg(0) + " was started; write before: bg " + step.arg(0) + " COMMAND");
    }
    return job;
  }

  private void hearReports() {
    List<Report> reports = machine.reports();
    while (reportsHeard < reports.size()) {
      listener.reports(reports.get(reportsHeard++));
    }
  }
}
