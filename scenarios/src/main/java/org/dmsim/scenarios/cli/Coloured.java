package org.dmsim.scenarios.cli;

import java.io.IOException;
import java.io.Writer;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Help.Ansi;

/** Colours the verdict of a last line, and the headlines of reports, on their way to a terminal. */
final class Coloured extends Writer {

  private static final Map<String, String> STYLES =
      Map.of(
          "CLEAN", "bold,green",
          "EXHAUSTED", "bold,green",
          "VIOLATION", "bold,red",
          "FAILED", "bold,red",
          "BROKEN", "bold,red",
          "BOUND-REACHED", "bold,yellow",
          "INTERRUPTED", "bold,yellow");

  private static final Pattern VERDICT =
      Pattern.compile("^(" + String.join("|", STYLES.keySet()) + ")(?=  )");
  private static final Pattern HEADLINE =
      Pattern.compile("^(BUG|WARNING|INFO|DEADLOCK|LIVELOCK): .*");

  private final Writer to;
  private final StringBuilder line = new StringBuilder();

  Coloured(Writer to) {
    this.to = to;
  }

  /** The line as it is shown. */
  static String coloured(String plain) {
    Matcher m = VERDICT.matcher(plain);
    if (m.find()) {
      return styled(STYLES.get(m.group(1)), m.group(1)) + plain.substring(m.end());
    }
    return HEADLINE.matcher(plain).matches() ? styled("bold", plain) : plain;
  }

  private static String styled(String styles, String text) {
    Ansi.IStyle[] all = Ansi.Style.parse(styles);
    return Ansi.Style.on(all) + text + Ansi.Style.off(all);
  }

  @Override
  public void write(char[] buffer, int from, int length) throws IOException {
    for (int i = from; i < from + length; i++) {
      if (buffer[i] == '\n') {
        to.write(coloured(line.toString()));
        to.write('\n');
        line.setLength(0);
      } else {
        line.append(buffer[i]);
      }
    }
  }

  @Override
  public void flush() throws IOException {
    to.write(line.toString());
    line.setLength(0);
    to.flush();
  }

  @Override
  public void close() throws IOException {
    to.write(coloured(line.toString()));
    line.setLength(0);
    to.close();
  }
}
