package org.dmsim.scenarios.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dmsim.explore.Explorer;
import org.dmsim.explore.Finding;
import org.dmsim.machine.Configuration;
import org.dmsim.machine.Outcome;
import org.dmsim.scenarios.catalogue.Programs;
import org.dmsim.scenarios.explore.Search;
import org.dmsim.scenarios.picture.PerfettoTrace;
import org.dmsim.scenarios.picture.Picture;
import org.dmsim.scenarios.picture.PictureOf;
import org.dmsim.scenarios.picture.PicturePage;
import org.dmsim.scenarios.run.Listener;
import org.dmsim.scenarios.run.Overrides;
import org.dmsim.scenarios.run.RunResult;
import org.dmsim.scenarios.run.ScriptRun;
import org.dmsim.scenarios.script.Script;
import org.dmsim.version.KernelVersion;
import picocli.CommandLine.Option;

/**
 * {@code --page} and {@code --perfetto}: the run as a picture, beside the same commands with the
 * fix in.
 */
final class PictureFiles {

  @Option(
      names = "--page",
      paramLabel = "FILE.html",
      description =
          "Draw the run into this file: one page for a browser, which needs no network. Where it is"
              + " known what mends the bug, the same commands without it stand below.")
  private Path page;

  @Option(
      names = "--perfetto",
      paramLabel = "FILE.pftrace",
      description = {
        "Write the same as a trace for ui.perfetto.dev: tracks, slices, flows; a step is 1 us."
      })
  private Path perfetto;

  boolean isAsked() {
    return page != null || perfetto != null;
  }

  /** Says before a long search that a file cannot be written. */
  void check() {
    check("--page", page);
    check("--perfetto", perfetto);
  }

  private static void check(String option, Path file) {
    if (file != null && (Files.isDirectory(file) || !Files.isWritable(folder(file)))) {
      throw new UsageError(
          option + ": cannot write " + file + "; name a file in a folder that can be written");
    }
  }

  private static Path folder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    return folder == null ? file : folder;
  }

  /** What watches a run of a script. */
  PictureOf watcher() {
    return new PictureOf();
  }

  /** Draws a run of a script that has been watched. */
  void write(Script script, Overrides overrides, RunResult result, PictureOf seen) {
    if (!isAsked()) {
      return;
    }
    List<Picture> pictures = new ArrayList<>();
    String closing =
        result.isClean()
            ? "no report"
            : "see it again: " + LastLines.replay(script, overrides, result);
    pictures.add(
        seen.picture(
            "kernel " + LastLines.machine(result.configuration()),
            verdict(LastLines.verdict(result), closing)));
    List<String> fixed = script.labels("fixed");
    if (!result.isClean() && !fixed.isEmpty() && overrides.kernel() == null) {
      PictureOf twin = watcher();
      Overrides mended = overrides.withKernel(KernelVersion.parse(fixed.getFirst()));
      RunResult without = new ScriptRun(script, mended, Listener.NONE).watchedBy(twin).run();
      pictures.add(
          twin.picture(
              "the fix: kernel " + LastLines.machine(without.configuration()),
              verdict(
                  LastLines.verdict(without),
                  without.isClean() ? "no report" : without.reports().getFirst().headline())));
    }
    write(script.name(), script.title(), pictures);
  }

  /** Draws a finding of a search. */
  void write(Search search, Programs.Named program, Explorer explorer, Finding found, String line) {
    if (!isAsked()) {
      return;
    }
    PictureOf seen = new PictureOf();
    Outcome outcome = explorer.replay(found.schedule(), found.cycle(), seen).outcome();
    List<Picture> pictures = new ArrayList<>();
    Verdict verdict = outcome.isClean() ? Verdict.CLEAN : Verdict.VIOLATION;
    pictures.add(seen.picture(search.machine(), verdict(verdict, line)));
    try {
      Optional<Programs.Named> mended = Programs.fixedTwin(program);
      if (!outcome.isClean() && mended.isPresent()) {
        Programs.Named twin = mended.get();
        Configuration c = twin.withEnoughCpus(twin.configuration());
        PictureOf without = new PictureOf();
        Outcome end =
            new Explorer(twin.program(), c, search.bounds()).alike(found.schedule(), without);
        pictures.add(
            without.picture(
                "the fix: " + LastLines.machine(c),
                verdict(
                    end.isClean() ? Verdict.CLEAN : Verdict.VIOLATION,
                    end.isClean()
                        ? "in the same order, as far as it is possible"
                        : end.reports().isEmpty()
                            ? "no end"
                            : end.reports().getFirst().headline())));
      }
    } catch (IOException e) {
      throw new UsageError("--page: " + e.getMessage());
    }
    write(search.name(), program.title().isEmpty() ? found.headline() : program.title(), pictures);
  }

  private static Picture.Verdict verdict(Verdict v, String line) {
    return new Picture.Verdict(v.toString(), v != Verdict.CLEAN, line);
  }

  private void write(String name, String story, List<Picture> pictures) {
    Path now = page;
    try {
      if (page != null) {
        Files.writeString(page, PicturePage.of(name, story, pictures));
      }
      now = perfetto;
      if (perfetto != null) {
        Files.write(perfetto, PerfettoTrace.of(pictures));
      }
    } catch (IOException e) {
      throw new UsageError(
          (now == page ? "--page" : "--perfetto")
              + ": cannot write "
              + now
              + ": "
              + e.getMessage());
    }
  }
}
