package org.dmsim.dm.targets;

import java.util.ArrayList;
import java.util.List;

/**
 * How the kernel reads numbers and splits parameters: {@code sscanf} with a trailing {@code %c} as
 * targets use it, and {@code dm_split_args}.
 */
public final class Scan {

  private Scan() {}

  /**
   * Whether {@code sscanf(text, "%llu%c")} matches exactly one item: digits, and nothing behind.
   */
  public static boolean isUnsigned(String text) {
    int i = skipSpaces(text, 0);
    int digits = i;
    while (i < text.length() && isDigit(text.charAt(i))) {
      i++;
    }
    return i > digits && i == text.length();
  }

  /** The value of the digits, modulo 2^64, as the kernel's parser wraps around. */
  public static long unsigned(String text) {
    long value = 0;
    for (int i = skipSpaces(text, 0); i < text.length() && isDigit(text.charAt(i)); i++) {
      value = value * 10 + (text.charAt(i) - '0');
    }
    return value;
  }

  /**
   * A sector as {@code "%llu%c"} reads it.
   *
   * @throws TargetError EINVAL with {@code error} if it is none
   */
  public static long sector(String text, String error) throws TargetError {
    if (!isUnsigned(text)) {
      throw new TargetError(DmTarget.EINVAL, error);
    }
    return unsigned(text);
  }

  /**
   * {@code kstrtouint(text, 10, &value)}.
   *
   * @return the value, or -1 if it is no such number or does not fit
   */
  public static long kstrtouint(String text) {
    long value = 0;
    int i = text.startsWith("+") ? 1 : 0;
    int digits = i;
    for (; i < text.length() && isDigit(text.charAt(i)); i++) {
      value = Math.min(value * 10 + (text.charAt(i) - '0'), 1L << 32);
    }
    return i == digits || i < text.length() || value > 0xffffffffL ? -1 : value;
  }

  /**
   * {@code kstrtoull(text, 10, &value)}.
   *
   * @throws TargetError EINVAL with {@code error} if it is no such number or does not fit
   */
  public static long kstrtoull(String text, String error) throws TargetError {
    String digits = text.startsWith("+") ? text.substring(1) : text;
    try {
      if (!digits.isEmpty() && isDigit(digits.charAt(0))) {
        return Long.parseUnsignedLong(digits);
      }
    } catch (NumberFormatException tooLargeOrNoDigits) {
      // refused below
    }
    throw new TargetError(DmTarget.EINVAL, error);
  }

  /** Splits at white space; a backslash takes the next character as it is. */
  public static String[] splitArgs(String input) {
    List<String> argv = new ArrayList<>();
    int i = 0;
    for (; ; ) {
      i = skipSpaces(input, i);
      if (i == input.length()) {
        return argv.toArray(String[]::new);
      }
      StringBuilder arg = new StringBuilder();
      while (i < input.length() && !isSpace(input.charAt(i))) {
        if (input.charAt(i) == '\\' && i + 1 < input.length()) {
          i++;
        }
        arg.append(input.charAt(i++));
      }
      argv.add(arg.toString());
    }
  }

  private static int skipSpaces(String text, int from) {
    int i = from;
    while (i < text.length() && isSpace(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
