package org.dmsim.scenarios.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Manual pages in the form that man reads, from what picocli knows of the commands: the words are
 * those of {@code --help}.
 */
final class ManPages {

  private ManPages() {}

  /** Every page, by its file: one for dmsim, one for each of its commands. */
  static Map<String, String> all(CommandLine root) {
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put("dmsim.1", page("dmsim", root));
    root.getSubcommands().forEach((n, c) -> pages.put("dmsim-" + n + ".1", page("dmsim-" + n, c)));
    return pages;
  }

  private static String page(String name, CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    UsageMessageSpec usage = spec.usageMessage();
    List<String> lines = new ArrayList<>();
    lines.add(".TH \"" + name.toUpperCase(java.util.Locale.ROOT) + "\" \"1\" \"\" \"dmsim\"");
    lines.add(".SH NAME");
    String[] header = usage.header().length > 0 ? usage.header() : usage.description();
    lines.add(name + " \\- " + roff(header.length == 0 ? "" : header[0]));
    lines.add(".SH SYNOPSIS");
    String synopsis = command.getHelp().synopsis(0);
    lines.add(roff(synopsis.replaceAll("\\s+", " ").strip()));
    if (usage.description().length > 0) {
      lines.add(".SH DESCRIPTION");
      text(lines, usage.description());
    }
    arguments(lines, spec);
    commands(lines, command);
    text(lines, footer(usage));
    return String.join("\n", lines) + "\n";
  }

  private static void arguments(List<String> lines, CommandSpec spec) {
    List<ArgSpec> all = new ArrayList<>(spec.positionalParameters());
    all.addAll(spec.options());
    all.removeIf(ArgSpec::hidden);
    if (all.isEmpty()) {
      return;
    }
    lines.add(".SH OPTIONS");
    for (ArgSpec a : all) {
      lines.add(".TP");
      lines.add(
          switch (a) {
            case PositionalParamSpec p -> ".I " + roff(p.paramLabel());
            case OptionSpec o -> ".B " + roff(names(o));
            default -> roff(a.paramLabel());
          });
      lines.add(roff(String.join(" ", a.description())));
    }
  }

  private static String names(OptionSpec o) {
    String names = String.join(", ", o.names());
    return o.arity().max() == 0 ? names : names + " " + o.paramLabel();
  }

  private static void commands(List<String> lines, CommandLine command) {
    if (command.getSubcommands().isEmpty()) {
      return;
    }
    lines.add(".SH COMMANDS");
    command
        .getSubcommands()
        .forEach(
            (name, sub) -> {
              lines.add(".TP");
              lines.add(".BR dmsim\\-" + roff(name) + " (1)");
              UsageMessageSpec u = sub.getCommandSpec().usageMessage();
              String[] words = u.header().length > 0 ? u.header() : u.description();
              lines.add(roff(words.length == 0 ? "" : words[0]));
            });
  }

  private static String[] footer(UsageMessageSpec usage) {
    List<String> lines = new ArrayList<>(List.of(usage.footer()));
    while (!lines.isEmpty() && lines.getFirst().isBlank()) {
      lines.removeFirst();
    }
    return lines.toArray(String[]::new);
  }

  /** Lines as they are: some are examples. */
  private static void text(List<String> lines, String... words) {
    if (words.length == 0) {
      return;
    }
    lines.add(lines.getLast().startsWith(".SH") ? ".nf" : ".SH NOTES\n.nf");
    for (String w : words) {
      for (String l : w.split("\n", -1)) {
        lines.add(roff(plain(l)));
      }
    }
    lines.add(".fi");
  }

  private static String plain(String s) {
    return Ansi.OFF.string(s.replace("%n", "").replace("%%", "%"));
  }

  /** Text in which roff finds no command of its own. */
  private static String roff(String s) {
    String r = plain(s).replace("\\", "\\e").replace("-", "\\-");
    return r.startsWith(".") || r.startsWith("'") ? "\\&" + r : r;
  }
}
