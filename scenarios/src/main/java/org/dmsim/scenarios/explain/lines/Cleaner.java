package org.dmsim.scenarios.explain.lines;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes out of a line what no kernel prints: colours, HTML, spaces that do not look like one. */
final class Cleaner {

  private static final Pattern COLOUR =
      Pattern.compile("\u001b(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^\u0007]*\u0007|[()][0-9A-B])");

  /** A colour whose escape character was written out: by cat -v, less, rsyslog or journalctl. */
  private static final Pattern WRITTEN_COLOUR =
      Pattern.compile("(?:\\^\\[|#033|\\\\x1b|\\\\033|\\\\e)\\[[0-9;]*[mK]");

  /** A serial console's carriage return, written out likewise. */
  private static final Pattern WRITTEN_RETURN = Pattern.compile("(?:\\^M|#015|\\\\x0d|\\\\r)+$");

  private static final Pattern TAG =
      Pattern.compile(
          "</?(?:br|pre|p|div|span|a|b|i|tt|code|td|tr|table|font|blockquote|li|ul|em|strong)"
              + "(?:\\s[^<>]*)?/?>",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern ENTITY = Pattern.compile("&(#x?[0-9a-fA-F]{1,6}|[a-z]{2,6});");

  private Cleaner() {}

  static String clean(String raw) {
    String s = raw;
    boolean colour = false;
    boolean html = false;
    boolean odd = false;
    boolean written = false;
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c == 0x1b) {
        colour = true;
      } else if (c == '&' || c == '<') {
        html = true;
      } else if (c == '^' || c == '#' || c == '\\') {
        written = true;
      } else if (c < ' ' && c != '\t' || c >= 0x7f) {
        odd = true;
      }
    }
    if (colour) {
      s = COLOUR.matcher(s).replaceAll("");
    }
    if (odd) {
      s = plain(s);
    }
    if (written) {
      s = WRITTEN_RETURN.matcher(WRITTEN_COLOUR.matcher(s).replaceAll("")).replaceAll("");
    }
    return html ? withoutHtml(s) : s;
  }

  /** Wide spaces become plain ones; marks without width, and control characters, go. */
  private static String plain(String s) {
    StringBuilder b = new StringBuilder(s.length());
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      switch (Character.getType(c)) {
        case Character.SPACE_SEPARATOR -> b.append(' ');
        case Character.FORMAT -> {}
        case Character.CONTROL -> {
          if (c == '\t') {
            b.append(c);
          }
        }
        default -> b.append(c);
      }
    }
    return b.toString();
  }

  private static String withoutHtml(String s) {
    String t = s.indexOf('<') < 0 ? s : TAG.matcher(s).replaceAll("");
    if (t.indexOf('&') < 0) {
      return t;
    }
    Matcher m = ENTITY.matcher(t);
    return m.replaceAll(r -> Matcher.quoteReplacement(entity(r.group(), r.group(1))));
  }

  private static String entity(String whole, String name) {
    return switch (name) {
      case "lt" -> "<";
      case "gt" -> ">";
      case "amp" -> "&";
      case "quot" -> "\"";
      case "apos" -> "'";
      case "nbsp" -> " ";
      default -> {
        if (name.charAt(0) != '#') {
          yield whole;
        }
        boolean hex = name.charAt(1) == 'x';
        String digits = name.substring(hex ? 2 : 1);
        if (digits.isEmpty() || !hex && !digits.matches("\\d+")) {
          yield whole;
        }
        int code = Integer.parseInt(digits, hex ? 16 : 10);
        yield Character.isValidCodePoint(code) && code >= ' ' ? Character.toString(code) : " ";
      }
    };
  }
}
