package org.dmsim.scenarios.cli;

import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.util.Objects;
import org.dmsim.explore.Bounds;
import org.dmsim.explore.Explorer;
import org.dmsim.explore.Finding;
import org.dmsim.machine.Configuration;
import org.dmsim.scenarios.catalogue.Programs;
import org.dmsim.scenarios.explore.ReplayToken;
import org.dmsim.scenarios.explore.Search;
import org.dmsim.scenarios.explore.SearchText;
import org.dmsim.scenarios.run.Overrides;
import org.dmsim.strategy.Replay;

/** One run of a search again, with its columns: {@code explore --replay}, and {@code replay}. */
final class ReplayOfSearch {

  private final PrintWriter out;
  private final MachineOptions machine;
  private final boolean json;
  private final PictureFiles pictures;

  ReplayOfSearch(PrintWriter out, MachineOptions machine, boolean json, PictureFiles pictures) {
    this.out = out;
    this.machine = machine;
    this.json = json;
    this.pictures = pictures;
  }

  /**
   * Reads a token.
   *
   * @throws UsageError if it is none
   */
  static ReplayToken token(String option, String text) {
    try {
      return ReplayToken.parse(text);
    } catch (IllegalArgumentException e) {
      throw new UsageError(option + ": " + e.getMessage());
    }
  }

  /**
   * Makes the run, and prints it.
   *
   * @param name what the user says that it is a run of; null where the token knows that
   * @return the status
   */
  int show(ReplayToken token, String name) {
    if (name == null && token.by().isEmpty()) {
      throw new UsageError("explore needs NAME; see: dmsim explore --help");
    }
    if (name != null && token.by().isPresent()) {
      unlessSame("NAME", name, token.search().name());
    }
    Programs.Named program = Scripts.program(name == null ? token.search().name() : name);
    token.by().ifPresent(this::unlessSame);
    Search search = token.by().orElseGet(() -> asked(program));
    try {
      Configuration.Coroutines coroutines = machine.overrides().coroutines();
      pictures.check();
      Explorer explorer = search.explorer(program, coroutines).foldingAt(Terminal.room(json));
      Finding f = explorer.replay(token.schedule(), token.cycle());
      pictures.write(search, program, explorer, f, ExploreCommand.replayLine(search, f));
      Verdict v = f.outcome().isClean() ? Verdict.CLEAN : Verdict.VIOLATION;
      if (json) {
        JsonObject o = ExploreJson.head(v, search);
        ExploreJson.add(o, f);
        out.println(o);
      } else {
        SearchText.of(f).forEach(out::println);
        out.println(v + "  " + (v == Verdict.CLEAN ? "no report" : f.headline()));
      }
      return v.status();
    } catch (Replay.Diverged e) {
      throw new UsageError(
          e.getMessage()
              + "; the token is of another program, another machine or another version of dmsim");
    }
  }

  private Search asked(Programs.Named program) {
    Configuration c = machine.apply(program.configuration());
    c = machine.overrides().cpus() == 0 ? program.withEnoughCpus(c) : c;
    return Search.of(program, c, Bounds.EXHAUSTIVE);
  }

  /** The machine that was asked for, if any, is that of the token. */
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

  private static void unlessSame(String option, Object asked, Object known) {
    if (!Objects.equals(asked, known)) {
      throw new UsageError(
          option
              + " is "
              + asked
              + ", but the token is of a search with "
              + known
              + "; leave it out");
    }
  }
}
