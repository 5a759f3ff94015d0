package org.dmsim.scenarios.script;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the numbers of a script; what is wrong with one is said with its place. */
final class Numbers {

  private static final String HEX = "hex:";

  private static final Pattern BYTES = Pattern.compile("([0-9a-fA-F]{2})+");
  private static final Pattern SIZE = Pattern.compile("(\\d+)([KMGT]?)");
  private static final Pattern TIME = Pattern.compile("(\\d+)(?:\\.(\\d{1,9}))?(ns|us|ms|s)");

  /** Sectors of 512 bytes that fit into the bytes that an offset can count. */
  private static final long MAX_SECTORS = Long.MAX_VALUE >> 9;

  private Numbers() {}

  static long number(Word w, String what) {
    return parse(w, w.text(), what, "a number such as 8");
  }

  static long sectors(Word w, String what) {
    long n = parse(w, w.text(), what, "a number of 512-byte sectors");
    if (n > MAX_SECTORS) {
      throw new ScriptError(
          w.place(),
          what + " " + w.text() + " is out of range; a device ends before sector " + MAX_SECTORS);
    }
    return n;
  }

  static long bytes(Word w, String what) {
    Matcher m = SIZE.matcher(w.text().toUpperCase(Locale.ROOT));
    if (!m.matches()) {
      throw wrong(w, what, "a number of bytes such as 4096, 4K or 64M");
    }
    int shift =
        switch (m.group(2)) {
          case "K" -> 10;
          case "M" -> 20;
          case "G" -> 30;
          case "T" -> 40;
          default -> 0;
        };
    long n = parse(w, m.group(1), what, "a number of bytes such as 4096, 4K or 64M");
    if (n > Long.MAX_VALUE >> shift) {
      throw tooLarge(w, what);
    }
    return n << shift;
  }

  /** A time in nanoseconds. */
  static long time(Word w, String text, String what) {
    Matcher m = TIME.matcher(text);
    if (!m.matches()) {
      throw wrong(w, what, "a time such as 2.5s, 400ms, 10us or 500ns");
    }
    int digits =
        switch (m.group(3)) {
          case "s" -> 9;
          case "ms" -> 6;
          case "us" -> 3;
          default -> 0;
        };
    String fraction = m.group(2) == null ? "" : m.group(2);
    if (fraction.length() > digits) {
      throw wrong(w, what, "whole nanoseconds");
    }
    return parse(w, m.group(1) + fraction + "0".repeat(digits - fraction.length()), what, "a time");
  }

  /** A byte, decimal or with 0x. */
  static long fill(Word w) {
    String t = w.text().toLowerCase(Locale.ROOT);
    try {
      long n = t.startsWith("0x") ? Long.parseLong(t.substring(2), 16) : Long.parseLong(t);
      if (n >= 0 && n <= 255) {
        return n;
      }
    } catch (NumberFormatException e) {
      throw wrong(w, "FILL", "a byte such as 165 or 0xa5");
    }
    throw new ScriptError(w.place(), "FILL " + w.text() + " is out of range; write 0 to 255");
  }

  /** A byte as a number, or {@code hex:} with the bytes themselves. */
  static String data(Word w) {
    if (!w.text().startsWith(HEX)) {
      return Long.toString(fill(w));
    }
    if (!BYTES.matcher(w.text().substring(HEX.length())).matches()) {
      throw wrong(w, "FILL", "bytes of two digits each such as hex:00ff");
    }
    return w.text();
  }

  /** Bytes, two hexadecimal digits each. */
  static String hex(Word w, String what) {
    if (!BYTES.matcher(w.text()).matches()) {
      throw wrong(w, what, "bytes of two digits each such as 00ff");
    }
    return w.text();
  }

  static ScriptError wrong(Word w, String what, String right) {
    return new ScriptError(w.place(), what + " is '" + w.text() + "'; write " + right);
  }

  private static long parse(Word w, String digits, String what, String right) {
    if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw wrong(w, what, right);
    }
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw tooLarge(w, what);
    }
  }

  private static ScriptError tooLarge(Word w, String what) {
    return new ScriptError(
        w.place(), what + " " + w.text() + " is out of range; it does not fit into 63 bits");
  }
}
