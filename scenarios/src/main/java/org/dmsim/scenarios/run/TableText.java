package org.dmsim.scenarios.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmsim.dm.ioctl.TableLine;

/**
 * A table as a person types it: {@code START LENGTH TYPE PARAMETERS}, targets apart by semicolons.
 */
final class TableText {

  private static final Pattern TARGET =
      Pattern.compile("([0-9]+)\\s+([0-9]+)\\s+(\\S+)\\s*(.*)", Pattern.DOTALL);

  private TableText() {}

  /** The targets of a table; empty if a line is none. No text is a table without targets. */
  static Optional<List<TableLine>> parse(String text) {
    List<TableLine> lines = new ArrayList<>();
    for (String part : text.split(";")) {
      if (part.isEmpty()) {
        continue;
      }
      Matcher m = TARGET.matcher(part.strip());
      if (!m.matches()) {
        return Optional.empty();
      }
      lines.add(new TableLine(number(m.group(1)), number(m.group(2)), m.group(3), m.group(4)));
    }
    return Optional.of(lines);
  }

  /** As strtoull reads it: what is too large is the largest number. */
  private static long number(String digits) {
    try {
      return Long.parseUnsignedLong(digits);
    } catch (NumberFormatException tooLarge) {
      return -1L;
    }
  }
}
