package org.dmsim.scenarios.site;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What all pages of the site have in common. */
final class Html {

  /** A page that every page leads to. */
  private record Entry(String file, String words) {}

  private static final List<Entry> PAGES =
      List.of(
          new Entry("index.html", "dmsim"),
          new Entry("rules.html", "Rules of table lookup"),
          new Entry("lookup.html", "Lookup by version"),
          new Entry("museum.html", "Museum of bugs"),
          new Entry("contexts.html", "What may be done where"),
          new Entry("targets.html", "Targets"),
          new Entry("explain.html", "Reading a log"),
          new Entry("reports.html", "Public reports"));

  private Html() {}

  /** Text as it stands in HTML. */
  static String text(String s) {
    return s.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** A link; {@code to} is relative to the page. */
  static String link(String to, String words) {
    return "<a href=\"" + text(to) + "\">" + text(words) + "</a>";
  }

  /** Preformatted text. */
  static String pre(String s) {
    return "<pre tabindex=\"0\">" + text(s.stripTrailing()) + "</pre>\n";
  }

  /** A picture's page, shown inside another one. */
  static String picture(String up, String name) {
    return "<iframe loading=\"lazy\" title=\"Picture of "
        + text(name)
        + "\" src=\""
        + up
        + "pictures/"
        + name
        + ".html#only\"></iframe>\n<p>"
        + link(up + "pictures/" + name + ".html", "The picture by itself, with its steps")
        + "</p>\n";
  }

  /**
   * A whole page.
   *
   * @param file its own path in the site
   * @param body what stands in its main part, HTML
   */
  static String page(String file, String title, String body) {
    String up = file.contains("/") ? "../" : "";
    StringBuilder nav = new StringBuilder();
    for (Entry to : PAGES) {
      nav.append("<a href=\"")
          .append(up)
          .append(to.file())
          .append(to.file().equals(file) ? "\" aria-current=\"page\">" : "\">")
          .append(to.words())
          .append("</a>\n");
    }
    return resource("/site/page.html")
        .replace("@TITLE@", text(title))
        .replace("@UP@", up)
        .replace("@NAV@", nav.toString())
        .replace("@BODY@", body);
  }

  /** A resource as text. */
  static String resource(String name) {
    try (InputStream in = Html.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
