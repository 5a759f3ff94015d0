package org.dmsim.scenarios.explain.lines;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes messages out of what holds one each: JSON objects, the journal's export format; and parts
 * what holds several: escaped line feeds, and lines that were run together.
 */
final class Envelope {

  private static final Pattern FIELD = Pattern.compile("^(_{0,2}[A-Z][A-Z0-9_]*)=(.*)$");

  private static final Pattern LINE_FEED = Pattern.compile("\\\\x0a|\\\\n|#012");

  /** printk's own stamp, with a caller or without. */
  private static final Pattern STAMP =
      Pattern.compile("\\[ *\\d{1,7}\\.\\d{6}\\](?: ?\\[ *[TC]\\d+\\])?");

  private Envelope() {}

  /** The messages of a stretch, each with the number of the line that it stands on. */
  static List<RawLine> open(List<RawLine> raw) {
    boolean export = raw.stream().filter(r -> r.text().startsWith("MESSAGE=")).count() > 1;
    List<RawLine> out = new ArrayList<>(raw.size());
    boolean binary = false;
    for (RawLine r : raw) {
      String text = r.text();
      if (export) {
        if (binary) {
          // A field with a length of eight bytes before it.
          text = text.length() > 8 ? text.substring(8) : "";
          binary = false;
        } else if (text.equals("MESSAGE")) {
          binary = true;
          continue;
        } else {
          Matcher m = FIELD.matcher(text);
          if (m.matches()) {
            if (!m.group(1).equals("MESSAGE")) {
              continue;
            }
            text = m.group(2);
          } else if (text.isEmpty()) {
            continue; // parts two entries
          }
        }
      } else if (text.startsWith("{") && text.endsWith("}")) {
        text = JsonLine.message(text);
      }
      part(r.number(), Cleaner.clean(text), out);
    }
    return out;
  }

  private static void part(int number, String text, List<RawLine> out) {
    if (text.indexOf("\\x0a") >= 0 || text.indexOf("\\n") >= 0 || text.indexOf("#012") >= 0) {
      for (String s : LINE_FEED.split(text)) {
        out.add(new RawLine(number, s));
      }
      return;
    }
    if (text.indexOf('\n') >= 0) {
      for (String s : text.split("\n")) {
        out.add(new RawLine(number, s));
      }
      return;
    }
    int first = text.indexOf('[');
    if (first < 0 || text.indexOf('[', first + 1) < 0 || text.indexOf('.') < 0) {
      out.add(new RawLine(number, text));
      return;
    }
    Matcher m = STAMP.matcher(text);
    int from = 0;
    boolean seen = false;
    while (m.find()) {
      if (seen && m.start() > from) {
        out.add(new RawLine(number, text.substring(from, m.start()).stripTrailing()));
        from = m.start();
      }
      seen = true;
    }
    out.add(new RawLine(number, from == 0 ? text : text.substring(from)));
  }
}
