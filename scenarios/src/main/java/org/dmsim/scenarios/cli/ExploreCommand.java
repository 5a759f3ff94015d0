package org.dmsim.scenarios.cli;

import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.dmsim.explore.Bounds;
import org.dmsim.explore.Explorer;
import org.dmsim.explore.Finding;
import org.dmsim.explore.Result;
import org.dmsim.explore.SearchState;
import org.dmsim.machine.Configuration;
import org.dmsim.scenarios.catalogue.Programs;
import org.dmsim.scenarios.explore.ReplayToken;
import org.dmsim.scenarios.explore.SavedSearch;
import org.dmsim.scenarios.explore.Search;
import org.dmsim.scenarios.explore.SearchText;
import org.dmsim.scenarios.run.Overrides;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
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
      "back-off (a livelock), or writers:N, readers:N, increments:N, lastzero:N, sb.",
      "Of a script the order of its tasks is explored; the commands before them are made once,",
      "and its prefer and expect lines are not looked at. It is searched for its symptom, or for",
      "any report where that does not come. Its works run on a CPU of their own, so that none of",
      "their orders is left out; queue_work does not promise the local one."
    },
    footer = {
      "",
      "On a terminal it says first about how many schedules there are, and then how far it is.",
      "Ctrl-C, --max-schedules and --max-time end it between two runs. With --save it then names",
      "the line that goes on from there to the same end; after Ctrl-C without --save it does too,",
      "and keeps the file under ~/.local/state/dmsim (or $XDG_STATE_HOME)."
    })
final class ExploreCommand implements Callable<Integer> {

  private static final Set<String> MACHINE =
      Set.of("--kernel", "--preempt", "--cpus", "--memory", "--max-steps");

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      completionCandidates = CompletionCommand.Names.class,
      description = "What to explore; a v2 token and a saved search know it themselves.")
  private String name;

  @Mixin private MachineOptions machine;

  @Option(names = "--fixed", description = "The exhibit or futex scenario with its fix in.")
  private boolean fixed;

  @Option(
      names = "--strategy",
      paramLabel = "S",
      description = "exhaustive (as without it), random or pct.")
  private String strategy;

  @Option(
      names = "--preemptions",
      paramLabel = "N",
      description = "Switch away from a task that could go on N times a run at most.")
  private Integer preemptions;

  @Option(names = "--max-schedules", paramLabel = "N", description = "Stop after N runs.")
  private Long maxSchedules;

  @Option(
      names = "--max-time",
      paramLabel = "TIME",
      description = "Stop after this time: 30s, 5m, 2h, 500ms; plain seconds.")
  private String maxTime;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description =
          "Use N CPUs. What is found, after how many schedules, and every count are as with one.")
  private Integer jobs;

  @Option(
      names = "--resume",
      paramLabel = "FILE",
      description = "Go on with a search that stopped; limits count from here.")
  private Path resume;

  @Option(
      names = "--save",
      paramLabel = "FILE",
      description = "Where to note how far it came, if it stops: a file that is not there yet.")
  private Path save;

  @Option(
      names = "--replay",
      paramLabel = "TOKEN",
      description = "Make one run again: v2:... knows the scenario and the machine, v1:... not.")
  private String replay;

  @Option(
      names = "--conflicts",
      description =
          "Say at the end at which objects steps met whose order was tried both ways, and how many"
              + " schedules there were for each.")
  private boolean conflicts;

  @Option(
      names = "--order-additions",
      description =
          "Try additions to what somebody waits for, such as readers of SRCU, in every order. They"
              + " commute, so it is only there to be compared with.")
  private boolean orderAdditions;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private PictureFiles pictures;

  @Override
  public Integer call() {
    if (replay != null) {
      return show();
    }
    SavedSearch saved = resume == null ? null : read();
    Path file = save != null ? SearchFile.checked(save, resume) : resume;
    Programs.Named program = program(saved == null ? null : saved.search());
    Search search = saved == null ? asked(program) : resumed(saved.search());
    pictures.check();
    Explorer explorer = explorer(search, program);
    if (saved != null) {
      goOn(explorer, saved);
    }
    try (Interrupt interrupt = new Interrupt()) {
      int status = explore(explorer, search, program, saved, file, interrupt);
      spec.commandLine().getOut().flush();
      return status;
    }
  }

  private int explore(
      Explorer explorer,
      Search search,
      Programs.Named program,
      SavedSearch saved,
      Path file,
      Interrupt interrupt) {
    boolean terminal = !json && Terminal.isErr();
    long limit =
        maxTime == null ? Long.MAX_VALUE : TimeLimit.parse("--max-time", maxTime).nanoseconds();
    if (orderAdditions) {
      if (saved != null) {
        throw new UsageError("--order-additions is for a search that begins; leave it out");
      }
      explorer.orderingAdditions();
    }
    if (conflicts) {
      if (search.bounds().selection() != Bounds.Selection.EXHAUSTIVE || preemptions != null) {
        throw new UsageError("--conflicts is for searches that are exhaustive and not bounded");
      }
      explorer.countingMeetings();
    }
    SearchProgress progress = new SearchProgress(terminal, interrupt, limit);
    double estimate = terminal || json ? explorer.estimate() : 0;
    progress.planned(estimate);
    if (!isLimited()
        && search.bounds().selection() == Bounds.Selection.EXHAUSTIVE
        && saved == null) {
      PrintWriter err = spec.commandLine().getErr();
      progress.afterSomeTime(new TooLarge(search, explorer, givenOptions(), err::println)::say);
    }
    Result r = explorer.explore(progress);
    if (r.finding().isEmpty() && r.end() != Result.End.EXHAUSTED) {
      progress.itTakesTime();
    }
    if (r.bound().equals("max-time")) {
      r = r.withBound("max-time=" + maxTime);
    }
    progress.clear();
    r.finding().ifPresent(f -> pictures.write(search, program, explorer, f, replayLine(search, f)));
    SearchFile.Further further = null;
    boolean interrupted = r.end() == Result.End.INTERRUPTED;
    boolean stops = interrupted || isLimited() || file != null;
    Optional<SearchState> stopped = stops ? explorer.stopped() : Optional.empty();
    if (stopped.isPresent() && (interrupted || file != null)) {
      String digest =
          saved == null ? Long.toUnsignedString(explorer.digest(), 36) : saved.program();
      further = SearchFile.write(new SavedSearch(search, digest, stopped.get()), file);
    } else if (stopped.isPresent()) {
      further = SearchFile.NOT_ASKED;
    }
    PrintWriter out = spec.commandLine().getOut();
    if (conflicts && !json) {
      MeetingsText.of(explorer.meetings()).forEach(out::println);
    }
    return json
        ? json(out, search, r, estimate, further, explorer)
        : print(out, search, r, further);
  }

  // ---- what is asked ---------------------------------------------------------------------------

  private Programs.Named program(Search known) {
    if (name == null && known == null) {
      throw new UsageError("explore needs NAME; see: dmsim explore --help");
    }
    String wanted = fixed ? name + ":fixed" : name;
    if (known != null && name != null && !wanted.equals(known.name())) {
      throw other("NAME", wanted, known.name());
    }
    return find(known == null ? wanted : known.name());
  }

  private Programs.Named find(String wanted) {
    if (fixed && (name == null || !Programs.hasFixedTwin(name))) {
      throw new UsageError(
          "--fixed is for exhibits of the museum and futex scenarios; a script is fixed by"
              + " --kernel, and "
              + wanted
              + " has no twin");
    }
    return Scripts.program(wanted);
  }

  /** The search that the options describe. */
  private Search asked(Programs.Named program) {
    Configuration c = machine.apply(program.configuration());
    if (machine.overrides().cpus() == 0) {
      c = program.withEnoughCpus(c);
    }
    return Search.of(program, c, bounds());
  }

  private Bounds bounds() {
    try {
      Bounds.Selection kind =
          strategy == null ? Bounds.Selection.EXHAUSTIVE : Search.kind(strategy);
      Long seed = machine.overrides().seed();
      if (preemptions != null && preemptions < 0) {
        throw new UsageError("--preemptions=" + preemptions + " is out of range; write 0 or more");
      }
      return new Bounds(
          kind,
          preemptions == null ? Bounds.UNBOUNDED : preemptions,
          maxSchedules == null ? Long.MAX_VALUE : maxSchedules,
          seed == null ? 1 : seed);
    } catch (IllegalArgumentException e) {
      throw new UsageError(e.getMessage());
    }
  }

  /** The machine that the user asked for, as options to be given again. */
  private String givenOptions() {
    StringBuilder all = new StringBuilder();
    for (OptionSpec o : spec.commandLine().getParseResult().matchedOptions()) {
      if (MACHINE.contains(o.longestName())) {
        o.stringValues()
            .forEach(v -> all.append(' ').append(o.longestName()).append('=').append(v));
      }
    }
    return all.toString();
  }

  private boolean isLimited() {
    return preemptions != null || maxSchedules != null || maxTime != null;
  }

  private Explorer explorer(Search search, Programs.Named program) {
    try {
      Explorer e = search.explorer(program, machine.overrides().coroutines());
      return (jobs == null ? e : e.withJobs(jobs)).foldingAt(Terminal.room(json));
    } catch (IllegalArgumentException e) {
      throw new UsageError(e.getMessage());
    }
  }

  // ---- going on with a search ------------------------------------------------------------------

  private SavedSearch read() {
    try {
      return SavedSearch.read(resume);
    } catch (IllegalArgumentException e) {
      throw new UsageError("--resume: " + e.getMessage());
    }
  }

  /** The search that the file is of, as far as the options do not say otherwise. */
  private Search resumed(Search known) {
    if (strategy != null) {
      unlessSame("--strategy", strategy, known.strategy());
    }
    if (preemptions != null) {
      unlessSame("--preemptions", preemptions, known.bounds().preemptions());
    }
    unlessSame(known);
    Long seed = machine.overrides().seed();
    if (seed != null) {
      unlessSame("--seed", seed, known.bounds().seed());
    }
    if (maxSchedules == null) {
      return known;
    }
    try {
      return new Search(
          known.name(),
          known.kernel(),
          known.preemption(),
          known.cpus(),
          known.memory(),
          known.bounds().withMaxSchedules(maxSchedules),
          known.maxSteps());
    } catch (IllegalArgumentException e) {
      throw new UsageError(e.getMessage());
    }
  }

  /** The machine that was asked for, if any, is that of a search that is known. */
  private void unlessSame(Search known) {
    Overrides o = machine.overrides();
    if (o.kernel() != null) {
      unlessSame("--kernel", o.kernel(), known.kernel());
    }
    if (o.preemption() != null) {
      unlessSame("--preempt", o.preemption(), known.preemption());
    }
    if (o.cpus() != 0) {
      unlessSame("--cpus", o.cpus(), known.cpus());
    }
    if (o.memory() != null) {
      unlessSame("--memory", o.memory(), known.memory());
    }
    if (o.maxSteps() != 0) {
      unlessSame("--max-steps", o.maxSteps(), known.maxSteps());
    }
  }

  private void unlessSame(String option, Object asked, Object known) {
    if (!Objects.equals(asked, known)) {
      throw other(option, asked, known);
    }
  }

  private UsageError other(String option, Object asked, Object known) {
    String of =
        resume == null ? "the token is of a search with " : resume + " is of a search with ";
    return new UsageError(option + " is " + asked + ", but " + of + known + "; leave it out");
  }

  private void goOn(Explorer explorer, SavedSearch saved) {
    if (!Long.toUnsignedString(explorer.digest(), 36).equals(saved.program())) {
      throw new UsageError(
          "--resume: "
              + resume
              + " is of another "
              + saved.search().name()
              + ": the program, or dmsim, has changed since; search anew");
    }
    explorer.from(saved.state());
  }

  // ---- one run again ---------------------------------------------------------------------------

  private int show() {
    if (resume != null || jobs != null || isLimited() || strategy != null || save != null) {
      ReplayOfSearch.token("--replay", replay);
      throw new UsageError(
          "--replay makes one run; --strategy, --jobs, --resume, --save and limits do not go with"
              + " it");
    }
    String wanted = fixed ? name + ":fixed" : name;
    if (fixed) {
      find(wanted);
    }
    return new ReplayOfSearch(spec.commandLine().getOut(), machine, json, pictures)
        .show(ReplayOfSearch.token("--replay", replay), wanted);
  }

  // ---- what came of it -------------------------------------------------------------------------

  private int print(PrintWriter out, Search search, Result r, SearchFile.Further further) {
    Verdict verdict = Verdict.valueOf(r.end().name());
    r.finding().ifPresent(f -> SearchText.of(f).forEach(out::println));
    if (further != null) {
      out.println((further.possible() ? "go on: " : "") + further.line());
    }
    if (r.finding().isEmpty()) {
      out.println(verdict + "  " + SearchText.summary(search, r));
      return verdict.status();
    }
    Finding f = r.finding().get();
    out.println(search.machine() + ": found in schedule " + f.number());
    out.println(verdict + "  see it again: " + replayLine(search, f));
    return verdict.status();
  }

  static String replayLine(Search search, Finding f) {
    return CommandName.get()
        + " explore "
        + CommandName.quoted(search.name())
        + " --replay "
        + CommandName.quoted(ReplayToken.of(search, f).toString());
  }

  private int json(
      PrintWriter out,
      Search search,
      Result r,
      double estimate,
      SearchFile.Further further,
      Explorer explorer) {
    Verdict verdict = Verdict.valueOf(r.end().name());
    JsonObject o = ExploreJson.head(verdict, search);
    o.addProperty("estimate", Math.round(estimate));
    ExploreJson.add(o, r);
    r.finding()
        .ifPresent(
            f -> {
              ExploreJson.add(o, f);
              o.addProperty("replay", replayLine(search, f));
            });
    if (conflicts) {
      o.add("conflicts", MeetingsText.json(explorer.meetings()));
    }
    if (further != null) {
      o.addProperty(further.possible() ? "resume" : "not_saved", further.line());
    }
    out.println(o);
    return verdict.status();
  }
}
