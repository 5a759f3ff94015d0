package org.dmsim.scenarios.site;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.dmsim.scenarios.contexts.Context;
import org.dmsim.scenarios.contexts.Operation;
import org.dmsim.scenarios.explain.ExplainPage;
import org.dmsim.scenarios.explain.reports.ReportKind;
import org.dmsim.scenarios.museum.Exhibit;
import org.dmsim.scenarios.museum.Museum;
import org.dmsim.scenarios.museum.Rule;
import org.dmsim.scenarios.reports.PublicReport;
import org.dmsim.scenarios.reports.ReportsPage;
import org.dmsim.scenarios.rules.Evidence;
import org.dmsim.scenarios.rules.RulesPage;
import org.dmsim.version.KernelVersion;

/** Makes all files of the site; each by running what it tells of. */
public final class Site {

  private final Scope scope;
  private final Evidence evidence;
  private final Consumer<String> progress;
  private final Map<String, String> files = new LinkedHashMap<>();

  /**
   * How much of everything there is: all of it, or less for a test.
   *
   * @param pages whether the pages that are held as Markdown are made, too
   */
  public record Scope(
      List<Exhibit> exhibits,
      List<Context> contexts,
      List<Operation> operations,
      List<Target> targets,
      boolean pages) {

    /** Copies the lists. */
    public Scope {
      exhibits = List.copyOf(exhibits);
      contexts = List.copyOf(contexts);
      operations = List.copyOf(operations);
      targets = List.copyOf(targets);
    }

    /** Everything. */
    public static Scope all(List<Target> targets) {
      return new Scope(
          Museum.exhibits(), List.of(Context.values()), List.of(Operation.values()), targets, true);
    }
  }

  private Site(Scope scope, Evidence evidence, Consumer<String> progress) {
    this.scope = scope;
    this.evidence = evidence;
    this.progress = progress;
  }

  /**
   * Every file of the site, by its path.
   *
   * @param evidence what was found out, for who wants to know it too
   * @param progress is told what is made next
   */
  public static Map<String, String> files(
      Scope scope, Evidence evidence, Consumer<String> progress) {
    Site site = new Site(scope, evidence, progress);
    site.make();
    return site.files;
  }

  private void make() {
    files.put("site.css", Html.resource("/picture/look.css") + Html.resource("/site/site.css"));
    files.put("site.js", Html.resource("/site/site.js"));
    progress.accept("the museum");
    MuseumPages museum = new MuseumPages(evidence);
    scope.exhibits().forEach(e -> museum.exhibit(e, files));
    page("museum.html", "Museum of bugs", MuseumPages.list(scope.exhibits()));
    progress.accept("the rules");
    page("rules.html", "Rules of table lookup", rules());
    page("lookup.html", "Lookup by version", LookupPage.body());
    progress.accept("what may be done where");
    ContextsPage contexts = new ContextsPage(scope.contexts(), scope.operations());
    files.put("contexts.js", contexts.data());
    page("contexts.html", "What may be done where", contexts.body());
    progress.accept("the targets");
    page("targets.html", "Targets", TargetsPage.body(scope.targets()));
    progress.accept("the reports");
    page("explain.html", "Reading a log", explain());
    page(
        "reports.html",
        "Public reports",
        scope.pages() ? Markdown.html(ReportsPage.markdown()) : "<p>Left out.</p>");
    page("index.html", "dmsim", index());
  }

  private void page(String file, String title, String body) {
    String h1 = title.equals("dmsim") ? "Linux device-mapper, the block layer and RCU" : title;
    files.put(file, Html.page(file, title, "<h1>" + Html.text(h1) + "</h1>\n" + body));
  }

  // ---- pages that are held as Markdown ---------------------------------------------------------

  /** The rules page, with the picture of each rule's first exhibit and a way to the others. */
  private String rules() {
    if (!scope.pages()) {
      StringBuilder b = new StringBuilder();
      for (Rule r : Rule.values()) {
        int number = r.ordinal() + 1;
        b.append("<h3 id=\"n").append(number).append("\">").append(number).append(". ");
        b.append(Html.text(r.sentence())).append("</h3>\n");
      }
      return b.toString();
    }
    String html = Markdown.html(RulesPage.markdown(evidence));
    Rule last = null;
    for (Exhibit e : scope.exhibits()) {
      String name = e.plaque().name();
      String anchor = "<a id=\"" + name + "\"></a>";
      int from = html.indexOf(anchor);
      int second = html.indexOf("</pre>", from) + "</pre>\n".length();
      boolean first = e.plaque().rule() != last && files.containsKey("pictures/" + name + ".html");
      last = first ? e.plaque().rule() : last;
      String more = first ? Html.picture("", name) : "";
      html =
          html.substring(0, second)
              + more
              + "<p>"
              + Html.link("museum/" + name + ".html", "Exhibit " + name)
              + "</p>\n"
              + html.substring(second);
    }
    return html;
  }

  private String explain() {
    StringBuilder b = new StringBuilder();
    b.append("<h2>Kinds of reports that are read</h2>\n<dl>\n");
    for (ReportKind k : ReportKind.values()) {
      if (k != ReportKind.OTHER) {
        b.append("<dt><code>").append(k.word()).append("</code></dt><dd>");
        b.append(Html.text(k.words())).append("</dd>\n");
      }
    }
    b.append("</dl>\n");
    return b + (scope.pages() ? Markdown.html(ExplainPage.markdown()) : "");
  }

  // ---- the first page --------------------------------------------------------------------------

  private String index() {
    StringBuilder b = new StringBuilder();
    b.append(
        """
        <p>dmsim runs a model of Linux's device mapper and block layer, with the RCU and SRCU under
        them, on one deterministic machine. Every verdict and every picture here comes out of a run
        of it; nothing was written by hand but the sentences.</p>
        """);
    if (files.containsKey("pictures/nowait-swap.html")) {
      b.append("<h2>A race</h2>\n<p>A read that must not wait looks its table up under RCU, and a");
      b.append(" table swap waits for SRCU readers only.</p>\n");
      b.append(Html.picture("", "nowait-swap"));
    }
    b.append("<h2>What there is</h2>\n<ul>\n");
    item(
        b,
        "rules.html",
        Rule.values().length + " rules of table lookup",
        "each with the bug that broke it");
    item(
        b,
        "lookup.html",
        "The lookup in " + KernelVersion.releases().size() + " kernels",
        "what each does, by which commit");
    item(
        b,
        "museum.html",
        scope.exhibits().size() + " exhibits",
        "story, kernels, commit, script, columns, picture, and the line that shows it again");
    item(
        b,
        "contexts.html",
        scope.operations().size() + " operations in " + scope.contexts().size() + " contexts",
        "what the kernel's checks say of each");
    item(
        b,
        "targets.html",
        scope.targets().size() + " targets",
        "arguments, features, messages, and a table that loads");
    item(
        b,
        "explain.html",
        ReportKind.values().length - 1 + " kinds of reports",
        "that are read in any log");
    item(
        b,
        "reports.html",
        PublicReport.all().size() + " public reports",
        "and what scripts show of them");
    return b.append("</ul>\n").toString();
  }

  private static void item(StringBuilder b, String to, String what, String more) {
    b.append("<li>").append(Html.link(to, what)).append(": ").append(more).append("</li>\n");
  }
}
