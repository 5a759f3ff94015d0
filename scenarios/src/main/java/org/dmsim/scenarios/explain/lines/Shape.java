package org.dmsim.scenarios.explain.lines;

import java.util.ArrayList;
import java.util.List;

/**
 * What the beginnings of neighbouring lines have in common: words as they are, numbers and spaces
 * of any length, one capital letter for another. "Sep 22 01:02:03 box kernel:" is one.
 *
 * @param tokens "0" a number, " " spaces, "A" a single letter, else itself
 */
record Shape(List<String> tokens) {

  static Shape of(String prefix) {
    List<String> tokens = new ArrayList<>();
    int at = 0;
    while (at < prefix.length()) {
      int end = end(prefix, at);
      tokens.add(kind(prefix, at, end));
      at = end;
    }
    return new Shape(List.copyOf(tokens));
  }

  private static int end(String s, int at) {
    char c = s.charAt(at);
    int end = at + 1;
    if (isSpace(c)) {
      while (end < s.length() && isSpace(s.charAt(end))) {
        end++;
      }
    } else if (Character.isDigit(c)) {
      while (end < s.length() && Character.isDigit(s.charAt(end))) {
        end++;
      }
    } else if (Character.isLetter(c)) {
      while (end < s.length() && Character.isLetter(s.charAt(end))) {
        end++;
      }
    }
    return end;
  }

  private static String kind(String s, int at, int end) {
    char c = s.charAt(at);
    if (isSpace(c)) {
      return " ";
    }
    if (Character.isDigit(c)) {
      return "0";
    }
    return end == at + 1 && Character.isUpperCase(c) ? "A" : s.substring(at, end);
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }

  /** Where the shape ends in a line that has it at a place; -1 where the line does not. */
  int end(String line, int from, int[] matched) {
    int at = from;
    for (int i = 0; i < tokens.size(); i++) {
      matched[0] = i;
      if (at >= line.length()) {
        return -1;
      }
      int end = end(line, at);
      if (!kind(line, at, end).equals(tokens.get(i))) {
        return -1;
      }
      at = end;
    }
    matched[0] = tokens.size();
    return at;
  }

  boolean hasWord() {
    return tokens.stream().anyMatch(t -> Character.isLetter(t.charAt(0)) && t.length() > 1);
  }
}
