package org.dmsim.scenarios.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Help that fits the terminal, and that ends with two examples. */
final class HelpText {

  private static final int NARROWEST = 60;
  private static final int WIDEST = 100;

  private HelpText() {}

  /** Prepares a command line and its commands. */
  static void prepare(CommandLine root) {
    int width = Math.clamp(Terminal.width(), NARROWEST, WIDEST);
    root.setUsageHelpAutoWidth(false);
    root.setUsageHelpWidth(width);
    prepare(root, List.of("run nowait", "help script"), width);
    root.getSubcommands().forEach((name, c) -> prepare(c, Examples.of(name), width));
  }

  private static void prepare(CommandLine command, List<String> examples, int width) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    String description = text(width, usage.description());
    StringBuilder footer = new StringBuilder(text(width, usage.footer()));
    if (!examples.isEmpty()) {
      footer.append("\nExamples:\n");
      examples.forEach(e -> footer.append("  ").append(command(e)).append('\n'));
    }
    Map<String, IHelpSectionRenderer> sections = command.getHelpSectionMap();
    sections.put(UsageMessageSpec.SECTION_KEY_DESCRIPTION, help -> description);
    sections.put(UsageMessageSpec.SECTION_KEY_FOOTER, help -> footer.toString());
    command.setHelpSectionMap(sections);
  }

  /** Paragraphs, cut between words only; lines that begin with a blank are not cut. */
  private static String text(int width, String... lines) {
    StringBuilder all = new StringBuilder();
    for (String paragraph : filled(lines)) {
      String rest = paragraph;
      while (rest.length() >= width
          && !rest.startsWith(" ")
          && rest.lastIndexOf(' ', width - 1) > 0) {
        int cut = rest.lastIndexOf(' ', width - 1);
        all.append(rest, 0, cut).append('\n');
        rest = rest.substring(cut + 1);
      }
      all.append(rest).append('\n');
    }
    return all.toString();
  }

  /** An example as it is typed. */
  static String command(String example) {
    return example.startsWith("echo ") || example.startsWith("printf ")
        ? example
        : "dmsim " + example;
  }

  /** Lines that belong together as one; those that begin with a blank stay as they are. */
  static String[] filled(String... lines) {
    List<String> paragraphs = new ArrayList<>();
    boolean open = false;
    for (String line : lines) {
      boolean plain = !line.isBlank() && !line.startsWith(" ");
      if (plain && open) {
        paragraphs.add(paragraphs.removeLast() + " " + line);
      } else {
        paragraphs.add(line);
      }
      open = plain;
    }
    return paragraphs.toArray(String[]::new);
  }
}
