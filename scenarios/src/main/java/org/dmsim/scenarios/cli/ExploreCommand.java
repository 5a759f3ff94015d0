package org.dmsim.scenarios.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.DoubleSupplier;
import org.dmsim.explore.Bounds;
import org.dmsim.explore.Explorer;
import org.dmsim.explore.Finding;
import org.dmsim.explore.Result;
import org.dmsim.explore.Watch;
import org.dmsim.machine.Configuration;
import org.dmsim.report.Report;
import org.dmsim.scenarios.catalogue.Programs;
import org.dmsim.scenarios.script.Similar;
import org.dmsim.strategy.Replay;
import org.dmsim.strategy.Schedule;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmsim explore}: every schedule that matters, or as many as the user wants. */
@Command(
    name = "explore",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a program under every schedule that matters, each once.",
      "NAME is an exhibit of the museum, a futex scenario, a script (built-in or a file),",
      "or writers:N, readers:N, increments:N, lastzero:N, sb.",
      "Of a script the order of its tasks is explored; the commands before them are made once,",
      "and its prefer and expect lines are not looked at. It is searched for its symptom, or for",
      "any report where that does not come. Its workers share CPUs with its tasks, so nothing is",
      "reduced: without --preemptions, --max-schedules or --max-time it is searched with one",
      "preemption at most, and the end says BOUND-REACHED, not EXHAUSTED, if there were more."
    })
final class ExploreCommand implements Callable<Integer> {

  /** What a script of three tasks bears in seconds. */
  private static final int SCRIPT_PREEMPTIONS = 1;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "What to explore.")
  private String name;

  @Mixin private MachineOptions machine;

  @Option(names = "--fixed", description = "The exhibit or futex scenario with its fix in.")
  private boolean fixed;

  @Option(
      names = "--strategy",
      paramLabel = "S",
      description = "exhaustive (as without it), random or pct.")
  private String strategy = "exhaustive";

  @Option(
      names = "--preemptions",
      paramLabel = "N",
      description = "Switch away from a task that could go on N times a run at most.")
  private int preemptions = Bounds.UNBOUNDED;

  @Option(names = "--max-schedules", paramLabel = "N", description = "Stop after N runs.")
  private Long maxSchedules;

  @Option(names = "--max-time", paramLabel = "SECONDS", description = "Stop after this time.")
  private Long maxTime;

  @Option(names = "--replay", paramLabel = "TOKEN", description = "Make one run again: v1:...")
  private String replay;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Programs.Named asked = find();
    Configuration c = machine.apply(asked.configuration());
    if (machine.overrides().cpus() == 0) {
      c = asked.withEnoughCpus(c);
    }
    Explorer explorer =
        new Explorer(asked.program(), c, bounds(asked.script())).lookingFor(asked.symptom());
    if (replay != null) {
      return show(out, explorer);
    }
    long end = maxTime == null ? Long.MAX_VALUE : Duration.ofSeconds(maxTime).toNanos();
    long start = System.nanoTime();
    Progress progress = new Progress(start, end);
    Result r = explorer.explore(progress);
    progress.clear();
    return print(out, r);
  }

  /** A script runs the whole model: unless the user sets a limit, preemptions have one. */
  private Bounds bounds(boolean script) {
    try {
      Bounds.Kind kind =
          switch (strategy) {
            case "exhaustive" -> Bounds.Kind.EXHAUSTIVE;
            case "random" -> Bounds.Kind.RANDOM;
            case "pct" -> Bounds.Kind.PCT;
            default ->
                throw new UsageError(
                    "--strategy: '" + strategy + "'; write exhaustive, random or pct");
          };
      Long seed = machine.overrides().seed();
      return new Bounds(
          kind,
          script && kind == Bounds.Kind.EXHAUSTIVE && !isLimited()
              ? SCRIPT_PREEMPTIONS
              : preemptions,
          maxSchedules == null ? Long.MAX_VALUE : maxSchedules,
          seed == null ? 1 : seed);
    } catch (IllegalArgumentException e) {
      throw new UsageError(e.getMessage());
    }
  }

  private boolean isLimited() {
    return preemptions != Bounds.UNBOUNDED || maxSchedules != null || maxTime != null;
  }

  private Programs.Named find() {
    if (fixed && !Programs.hasFixedTwin(name)) {
      throw new UsageError(
          "--fixed is for exhibits of the museum and futex scenarios; a script is fixed by"
              + " --kernel, and "
              + name
              + " has no twin");
    }
    try {
      return Programs.find(fixed ? name + ":fixed" : name)
          .orElseThrow(
              () ->
                  new UsageError(
                      "nothing to explore is called '"
                          + name
                          + "'"
                          + Similar.hint(
                              name,
                              Programs.names(),
                              "; write an exhibit of the museum, a futex scenario, a script, or"
                                  + " writers:5, readers:8, increments:4, lastzero:10, sb")));
    } catch (CharacterCodingException e) {
      throw new UsageError(name + ": not a text in UTF-8; a script is a text file");
    } catch (IOException e) {
      throw new UsageError("cannot read " + name + ": " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new UsageError(e.getMessage());
    }
  }

  private int show(PrintWriter out, Explorer explorer) {
    try {
      Finding f = explorer.replay(Schedule.parse(replay));
      print(out, f);
      Verdict v = f.outcome().isClean() ? Verdict.CLEAN : Verdict.VIOLATION;
      out.println(v + "  " + (v == Verdict.CLEAN ? "no report" : f.headline()));
      return v.status();
    } catch (Replay.Diverged e) {
      throw new UsageError(e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new UsageError("--replay: " + e.getMessage());
    }
  }

  private static void print(PrintWriter out, Finding f) {
    f.columns().forEach(out::println);
    out.println();
    Set<String> printed = new HashSet<>();
    int again = 0;
    for (Report r : f.reports()) {
      if (printed.add(r.headline())) {
        r.lines().forEach(out::println);
      } else {
        again++;
      }
    }
    if (again > 0) {
      out.println("(" + again + " more with a headline that stands above)");
    }
    out.println();
  }

  private int print(PrintWriter out, Result r) {
    Configuration c = r.configuration();
    String on = "kernel " + c.kernel() + ", preempt " + c.preemption() + ", " + c.cpus() + " CPUs";
    String seen = r.explored() + (r.explored() == 1 ? " schedule" : " schedules");
    Verdict verdict = Verdict.valueOf(r.ending().name());
    switch (r.ending()) {
      case EXHAUSTED ->
          out.println(
              verdict
                  + "  "
                  + seen
                  + (r.reduced() ? ", each once; " : ", every interleaving; ")
                  + r.redundant()
                  + " redundant; "
                  + r.depth()
                  + " steps at most; "
                  + on);
      case BOUND_REACHED ->
          out.println(verdict + "  " + r.bound() + ", " + seen + " seen, nothing found; " + on);
      case INTERRUPTED -> out.println(verdict + "  " + seen + " seen, nothing found; " + on);
      case BROKEN ->
          out.println(verdict + "  " + r.divergence().map(Object::toString).orElse("dmsim"));
      case VIOLATION -> {
        Finding f = r.finding().orElseThrow();
        print(out, f);
        out.println(on + ": found in schedule " + f.number());
        out.println(
            verdict
                + "  see it again: dmsim explore "
                + name
                + (fixed ? " --fixed" : "")
                + machine.overrides().asOptions()
                + " --replay "
                + f.schedule());
      }
    }
    return verdict.status();
  }

  /** One line that is written over and over, and only on a terminal. */
  private static final class Progress implements Watch {
    private static final long EVERY = 200_000_000L;

    private final boolean terminal = System.console() != null && System.console().isTerminal();
    private final long start;
    private final long end;
    private long last;

    Progress(long start, long end) {
      this.start = start;
      this.end = end;
      this.last = start;
    }

    @Override
    public boolean isLate() {
      return System.nanoTime() - start >= end;
    }

    @Override
    public void at(long explored, DoubleSupplier plan, int depth) {
      long now = System.nanoTime();
      if (!terminal || now - last < EVERY) {
        return;
      }
      last = now;
      double planned = plan.getAsDouble();
      double seconds = (now - start) / 1e9;
      double rate = explored / seconds;
      System.err.printf(
          Locale.ROOT,
          "\r%,d of about %,.0f schedules, %,.0f/s, depth %d, about %,.0f s left   ",
          explored,
          planned,
          rate,
          depth,
          (planned - explored) / rate);
    }

    void clear() {
      if (terminal && last != start) {
        System.err.print("\r" + " ".repeat(78) + "\r");
      }
    }
  }
}
