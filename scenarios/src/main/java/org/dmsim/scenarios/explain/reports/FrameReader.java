package org.dmsim.scenarios.explain.reports;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a line of a stack as x86, arm64, arm, powerpc, s390, riscv and mips print it, raw or
 * decoded by scripts, with the addresses that old kernels put before the names.
 */
final class FrameReader {

  private static final String SYMBOL = "\\.?([A-Za-z_$][\\w.$]*)";
  private static final String OFFSET = "(?:\\+0x[0-9a-f]+(?:/0x[0-9a-f]+)?|\\+\\w+\\.java:\\d+)";
  private static final String ADDRESSES = "(?:\\(?\\[<?[0-9a-fx]{8,18}>?\\][ :]*)*";

  /** Marker, addresses, perhaps a question mark, name and offset, and then what may follow. */
  private static final Pattern PLAIN =
      Pattern.compile("^" + ADDRESSES + "(\\? )?(?:\\()?" + SYMBOL + OFFSET + "\\)?(.*)$");

  /** name (file.c:12 …) module, as decode_stacktrace.sh writes it. */
  private static final Pattern DECODED =
      Pattern.compile(
          "^"
              + ADDRESSES
              + "(\\? )?"
              + SYMBOL
              + " \\(((?:\\S+\\.[A-Za-z]{1,3}:\\d+|\\?\\?:)[^()]*(?:\\([^()]*\\)[^()]*)*)\\)?(.*)$");

  /** name file.c:12 [inline], as syzkaller writes it. */
  private static final Pattern LOCATED =
      Pattern.compile(
          "^"
              + ADDRESSES
              + "(\\? )?"
              + SYMBOL
              + " [\\w./+-]+\\.(?:[chS]|rs):\\d+(?: \\[inline\\])?$");

  /** The way of 32-bit arm: the function, and the one that called it. */
  private static final Pattern ARM =
      Pattern.compile(
          "^\\[<[0-9a-f]{8}>\\] ?\\(\\.?([\\w.$]+)[^()]*\\) from \\[<[0-9a-f]{8}>\\]"
              + " ?\\(\\.?([\\w.$]+)\\+0x[0-9a-f]+/0x[0-9a-f]+(?: \\[([^\\]]*)\\])?\\)");

  private static final Pattern NEW_ARM =
      Pattern.compile(
          "^(\\w[\\w.$]*)(?: \\[\\w+\\])? from (\\w[\\w.$]*)\\+0x[0-9a-f]+/0x[0-9a-f]+(.*)$");

  private static final Pattern MODULE =
      Pattern.compile("^ *(?:\\[([\\w-]+)[^\\]]*\\]|([\\w-]+)(?: |$))");

  private static final Pattern ADDRESS_ONLY =
      Pattern.compile(
          "^"
              + ADDRESSES
              + "(?:\\? )?(?:0x)?[0-9a-f]{8,16}(?:/0x[0-9a-f]+)?(?: \\(unreliable\\))?$");

  private static final Pattern MARKER =
      Pattern.compile("^(?:</?(?:IRQ|EOI|TASK|NMI|SOFTIRQ|#DF|#DB|ENTRY_TRAMPOLINE|UNK)> *)+");

  private FrameReader() {}

  /** Whether a line begins with one of the kernel's own marks: {@code <IRQ>} and the like. */
  static String markers(String text) {
    if (text.isEmpty() || text.charAt(0) != '<') {
      return "";
    }
    Matcher m = MARKER.matcher(text);
    return m.find() ? m.group() : "";
  }

  /** A quick look: whether a line begins as most lines of a stack do, name and offset. */
  static boolean isPlain(String text) {
    int at = text.startsWith("? ") ? 2 : 0;
    int from = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || "_.$".indexOf(text.charAt(at)) >= 0)) {
      at++;
    }
    return at > from && text.startsWith("+0x", at);
  }

  /** The functions that a line names, innermost first; null where it is no line of a stack. */
  static List<Frame> read(String text, boolean inIrq, int line) {
    char c = text.isEmpty() ? ' ' : text.charAt(0);
    if (c != '['
        && c != '('
        && c != '?'
        && c != '_'
        && c != '.'
        && c != '0'
        && c != '$'
        && !Character.isLetterOrDigit(c)) {
      return null;
    }
    if (text.contains(" from ")) {
      Matcher m = ARM.matcher(text);
      if (!m.find()) {
        m = NEW_ARM.matcher(text);
      }
      if (m.find(0)) {
        List<Frame> two = new ArrayList<>(one(m.group(1), "", true, inIrq, line));
        two.addAll(one(m.group(2), module(m.group(3)), true, inIrq, line));
        return two;
      }
    }
    Matcher m = PLAIN.matcher(text);
    if (m.find()) {
      return one(m.group(2), module(m.group(3)), m.group(1) == null, inIrq, line);
    }
    if (text.indexOf(':') > 0) {
      m = DECODED.matcher(text);
      if (m.find()) {
        return one(m.group(2), module(m.group(4)), m.group(1) == null, inIrq, line);
      }
      m = LOCATED.matcher(text);
      if (m.find()) {
        return one(m.group(2), "", m.group(1) == null, inIrq, line);
      }
    }
    return ADDRESS_ONLY.matcher(text).find() && text.length() > 8 ? List.of() : null;
  }

  private static List<Frame> one(
      String symbol, String module, boolean sure, boolean inIrq, int line) {
    return List.of(new Frame(bare(symbol), module, sure, inIrq, line));
  }

  private static String module(String rest) {
    if (rest == null || rest.isBlank() || rest.contains("(unreliable)")) {
      return "";
    }
    Matcher m = MODULE.matcher(rest);
    return !m.find() || rest.contains("[inline]")
        ? ""
        : m.group(1) == null ? m.group(2) : m.group(1);
  }

  /** A name without what the compiler appends to it. */
  static String bare(String symbol) {
    int dot = symbol.indexOf('.', 1);
    return dot < 0 ? symbol : symbol.substring(0, dot);
  }

  /** The function of "func+0x1/0x2 …", "[<address>] func+0x…" or "func"; "" where there is none. */
  static String place(String text) {
    Matcher m = PLACE.matcher(text);
    return m.find() ? bare(m.group(1)) : "";
  }

  private static final Pattern PLACE = Pattern.compile("^" + ADDRESSES + " *(?:\\()?" + SYMBOL);
}
