package org.dmsim.scenarios.reports;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dmsim.scenarios.corpus.Catalogue;
import org.dmsim.scenarios.script.Script;
import org.dmsim.scenarios.script.ScriptParser;

/**
 * Something that somebody saw on a kernel and told the public.
 *
 * @param from where: an address, or the identity of a mail
 * @param subject what it is about
 * @param script the name of the script that shows it; empty if none can
 * @param remark why no script can show it, or what to know of the one that does; may be empty
 */
public record PublicReport(String from, String subject, String script, String remark) {

  /** All that were looked at, in the order of the list. */
  public static List<PublicReport> all() {
    List<PublicReport> all = new ArrayList<>();
    for (String block : Catalogue.reports().split("\n\n")) {
      Map<String, String> lines = new LinkedHashMap<>();
      block
          .lines()
          .forEach(
              l ->
                  lines.merge(
                      first(l), l.substring(first(l).length()).strip(), PublicReport::joined));
      all.add(
          new PublicReport(
              lines.get("from"),
              lines.get("subject"),
              lines.getOrDefault("script", ""),
              lines.getOrDefault("remark", "")));
    }
    return all;
  }

  private static String first(String line) {
    return line.substring(0, line.indexOf(' '));
  }

  private static String joined(String one, String other) {
    return one + " " + other;
  }

  /** The script, read. */
  public Optional<Script> read() {
    return script.isEmpty()
        ? Optional.empty()
        : Optional.of(ScriptParser.parse(script, Catalogue.text(script).orElseThrow()));
  }
}
