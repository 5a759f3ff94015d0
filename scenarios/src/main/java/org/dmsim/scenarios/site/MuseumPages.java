package org.dmsim.scenarios.site;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dmsim.explore.Bounds;
import org.dmsim.explore.Finding;
import org.dmsim.explore.Result;
import org.dmsim.machine.Outcome;
import org.dmsim.report.Report;
import org.dmsim.scenarios.catalogue.Programs;
import org.dmsim.scenarios.corpus.Catalogue;
import org.dmsim.scenarios.explore.ReplayToken;
import org.dmsim.scenarios.explore.Search;
import org.dmsim.scenarios.museum.Exhibit;
import org.dmsim.scenarios.museum.Plaque;
import org.dmsim.scenarios.museum.Rule;
import org.dmsim.scenarios.picture.Picture;
import org.dmsim.scenarios.picture.PictureOf;
import org.dmsim.scenarios.picture.PicturePage;
import org.dmsim.scenarios.rules.Evidence;

/** One page an exhibit, its picture, and the list of all. */
final class MuseumPages {

  private final Evidence evidence;

  MuseumPages(Evidence evidence) {
    this.evidence = evidence;
  }

  static String list(List<Exhibit> exhibits) {
    StringBuilder b = new StringBuilder();
    b.append("<p>Bugs of kernels, and lessons as small as they can be, by the rule that each");
    b.append(" broke.</p>\n");
    for (Rule r : Rule.values()) {
      List<Exhibit> of = exhibits.stream().filter(e -> e.plaque().rule() == r).toList();
      if (of.isEmpty()) {
        continue;
      }
      b.append("<h2>").append(r.ordinal() + 1).append(". ").append(Html.text(r.sentence()));
      b.append("</h2>\n<ul>\n");
      for (Exhibit e : of) {
        Plaque p = e.plaque();
        b.append("<li>").append(Html.link("museum/" + p.name() + ".html", p.name()));
        b.append(" shows ").append(Html.text(p.shows())).append(" (");
        b.append(Html.text(p.affected().isEmpty() ? "a lesson" : p.affected())).append(")</li>\n");
      }
      b.append("</ul>\n");
    }
    return b.toString();
  }

  /** Puts the page of an exhibit, and that of its picture, to the others. */
  void exhibit(Exhibit e, Map<String, String> files) {
    Plaque p = e.plaque();
    Result broken = evidence.result(e, false);
    Result fixed = evidence.result(e, true);
    StringBuilder b = new StringBuilder();
    b.append("<h1>").append(p.name()).append("</h1>\n<p>").append(Html.text(p.name()));
    b.append(" shows ").append(Html.text(p.shows())).append(".</p>\n");
    plaque(b, e);
    Optional<Finding> found = broken.finding();
    if (found.isPresent()) {
      b.append("<h2>The picture</h2>\n").append(Html.picture("../", p.name()));
    }
    b.append("<h2>The bug</h2>\n");
    b.append(Html.pre("$ dmsim explore " + p.name() + "\n" + ending(broken)));
    found.ifPresent(f -> finding(b, p, f));
    b.append("<h2>The fix</h2>\n");
    b.append(Html.pre("$ dmsim explore " + p.name() + " --fixed\n" + ending(fixed)));
    b.append("<h2>The program</h2>\n");
    Optional<String> script = e.isScript() ? Catalogue.text(p.name()) : Optional.empty();
    b.append(
        script
            .map(Html::pre)
            .orElse(
                "<p>"
                    + Html.text(
                        "A program of Java: " + e.getClass().getSimpleName() + ". " + e.why())
                    + "</p>\n"));
    String file = "museum/" + p.name() + ".html";
    files.put(file, Html.page(file, p.name(), b.toString()));
    found.ifPresent(f -> files.put("pictures/" + p.name() + ".html", picture(e, f, broken, fixed)));
  }

  private static void plaque(StringBuilder b, Exhibit e) {
    Plaque p = e.plaque();
    b.append("<dl>\n<dt>rule</dt><dd>");
    b.append("<a href=\"../rules.html#n").append(p.rule().ordinal() + 1).append("\">");
    b.append(p.rule().ordinal() + 1).append("</a>. ").append(Html.text(p.rule().sentence()));
    b.append("</dd>\n<dt>kernels</dt><dd>");
    b.append(Html.text(p.affected().isEmpty() ? "none: a lesson" : p.affected()));
    b.append("</dd>\n<dt>").append(p.mended() ? "mended by" : "brought by").append("</dt><dd>");
    b.append(p.commit()).append(" \"").append(Html.text(p.subject())).append("\"</dd>\n");
    b.append("<dt>symptom</dt><dd>").append(Html.text(p.symptom())).append("</dd>\n</dl>\n");
  }

  private static String ending(Result r) {
    String word = r.end().name().replace('_', '-');
    return r.finding().isPresent()
        ? word + " in schedule " + r.explored()
        : word + ", " + r.explored() + " schedules";
  }

  private static void finding(StringBuilder b, Plaque p, Finding f) {
    b.append(Html.pre(String.join("\n", f.columns())));
    for (Report r : f.reports()) {
      b.append("<details><summary>").append(Html.text(r.headline())).append("</summary>");
      b.append(Html.pre(r.text())).append("</details>\n");
    }
    b.append("<p>See it again:</p>\n").append(Html.pre(replay(p.name(), f)));
  }

  private static String replay(String name, Finding f) {
    try {
      Programs.Named program = Programs.find(name).orElseThrow();
      Search search =
          Search.of(program, program.withEnoughCpus(program.configuration()), Bounds.EXHAUSTIVE);
      return "$ dmsim explore " + name + " --replay " + ReplayToken.of(search, f);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String picture(Exhibit e, Finding found, Result broken, Result fixed) {
    Plaque p = e.plaque();
    PictureOf bug = new PictureOf();
    Evidence.explorer(e, false).replay(found.schedule(), found.cycle(), bug);
    PictureOf fix = new PictureOf();
    Outcome end = Evidence.explorer(e, true).alike(found.schedule(), fix);
    String after =
        end.isClean()
            ? "in the same order, as far as it is possible"
            : end.reports().isEmpty() ? "no end" : end.reports().getFirst().headline();
    return PicturePage.of(
        p.name(),
        p.shows(),
        List.of(
            bug.picture(
                "the bug" + kernel(e, false),
                new Picture.Verdict(ending(broken), true, "dmsim explore " + p.name())),
            fix.picture(
                "the fix" + kernel(e, true),
                new Picture.Verdict(
                    end.isClean() ? "CLEAN" : "VIOLATION",
                    !end.isClean(),
                    after + "; " + ending(fixed)))));
  }

  private static String kernel(Exhibit e, boolean fixed) {
    return e.plaque().affected().isEmpty() ? "" : ": " + e.configuration(fixed).policies();
  }
}
