package org.dmsim.scenarios.site;

import java.util.ArrayList;
import java.util.List;

/**
 * Turns the pages that dmsim writes as Markdown into HTML: headings, paragraphs, tables, code,
 * lists, links, and the few words of HTML that they have. It is no converter for anybody else's.
 */
final class Markdown {

  private final List<String> lines;
  private final StringBuilder out = new StringBuilder();
  private int at;

  private Markdown(String markdown) {
    this.lines = markdown.lines().toList();
  }

  /** The page without its first heading. */
  static String html(String markdown) {
    Markdown m = new Markdown(markdown);
    while (m.at < m.lines.size()) {
      m.block();
    }
    return m.out.toString();
  }

  /** The first heading. */
  static String title(String markdown) {
    return plain(markdown.lines().filter(l -> l.startsWith("# ")).findFirst().orElse("# "))
        .substring(2);
  }

  private static String plain(String s) {
    return s.replace("`", "");
  }

  private void block() {
    String line = lines.get(at);
    if (line.isBlank() || line.startsWith("<!--") || line.startsWith("# ")) {
      at++;
    } else if (line.startsWith("```")) {
      fenced();
    } else if (line.startsWith("    ")) {
      indented();
    } else if (line.startsWith("#")) {
      heading(line);
    } else if (line.startsWith("|")) {
      table();
    } else if (line.startsWith("- ")) {
      list();
    } else {
      paragraph();
    }
  }

  private void heading(String line) {
    int level = line.indexOf(' ');
    String words = line.substring(level + 1);
    String number = words.matches("\\d+\\. .*") ? words.substring(0, words.indexOf('.')) : "";
    out.append("<h").append(level);
    if (!number.isEmpty()) {
      out.append(" id=\"n").append(number).append('"');
    }
    out.append('>').append(inline(words)).append("</h").append(level).append(">\n");
    at++;
  }

  private void fenced() {
    StringBuilder code = new StringBuilder();
    for (at++; at < lines.size() && !lines.get(at).startsWith("```"); at++) {
      code.append(lines.get(at)).append('\n');
    }
    at++;
    out.append(Html.pre(code.toString()));
  }

  private void indented() {
    StringBuilder code = new StringBuilder();
    for (; at < lines.size() && lines.get(at).startsWith("    "); at++) {
      code.append(lines.get(at).substring(4)).append('\n');
    }
    out.append(Html.pre(code.toString()));
  }

  private void list() {
    out.append("<ul>\n");
    while (at < lines.size() && lines.get(at).startsWith("- ")) {
      StringBuilder item = new StringBuilder(lines.get(at++).substring(2));
      while (at < lines.size() && lines.get(at).startsWith("  ")) {
        item.append(' ').append(lines.get(at++).strip());
      }
      out.append("<li>").append(inline(item.toString())).append("</li>\n");
    }
    out.append("</ul>\n");
  }

  private void paragraph() {
    StringBuilder words = new StringBuilder();
    for (; at < lines.size() && isWords(lines.get(at)); at++) {
      words.append(words.isEmpty() ? "" : "\n").append(lines.get(at));
    }
    out.append("<p>").append(inline(words.toString())).append("</p>\n");
  }

  private static boolean isWords(String line) {
    return !line.isBlank() && !line.startsWith("    ") && !line.matches("(#|\\||```|- ).*");
  }

  /** A table; one whose head is empty has the heads of its rows in front. */
  private void table() {
    List<String> head = cells(lines.get(at));
    boolean headless = head.stream().allMatch(String::isBlank);
    out.append("<div class=\"wide\" tabindex=\"0\"><table>\n");
    if (!headless) {
      out.append("<thead><tr>");
      head.forEach(c -> out.append("<th scope=\"col\">").append(inline(c)).append("</th>"));
      out.append("</tr></thead>\n");
    }
    for (at += 2; at < lines.size() && lines.get(at).startsWith("|"); at++) {
      out.append("<tr>");
      List<String> cells = cells(lines.get(at));
      for (int i = 0; i < cells.size(); i++) {
        boolean first = i == 0;
        out.append(first ? "<th scope=\"row\">" : "<td>")
            .append(inline(cells.get(i)))
            .append(first ? "</th>" : "</td>");
      }
      out.append("</tr>\n");
    }
    out.append("</table></div>\n");
  }

  private static List<String> cells(String line) {
    String inner = line.strip().substring(1, line.strip().length() - 1);
    List<String> cells = new ArrayList<>();
    for (String c : inner.split("(?<!\\\\)\\|", -1)) {
      cells.add(c.strip().replace("\\|", "|"));
    }
    return cells;
  }

  /** Code, bold, italic, links, and the tags that these pages have. */
  static String inline(String words) {
    String[] parts = words.split("`", -1);
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < parts.length; i++) {
      s.append(i % 2 == 0 ? marked(parts[i]) : "<code>" + Html.text(parts[i]) + "</code>");
    }
    return s.toString()
        .replaceAll(
            "\\[((?:<code>)?[^\\]]*?(?:</code>)?)\\]\\(([^)\\s]+)\\)", "<a href=\"$2\">$1</a>");
  }

  private static String marked(String s) {
    return Html.text(s)
        .replaceAll("&lt;(https?://[^&]+)&gt;", "<a href=\"$1\">$1</a>")
        .replaceAll("&lt;a id=&quot;([^&]+)&quot;&gt;&lt;/a&gt;", "<a id=\"$1\"></a>")
        .replace("&lt;br&gt;", "<br>")
        .replaceAll("\\*\\*([^*]+)\\*\\*", "<strong>$1</strong>")
        .replaceAll("(?<![*\\w])\\*([^*\\s][^*]*)\\*(?!\\w)", "<em>$1</em>");
  }
}
