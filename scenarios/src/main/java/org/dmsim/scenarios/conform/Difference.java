package org.dmsim.scenarios.conform;

import java.util.ArrayList;
import java.util.List;

/** What is different between two lists of lines, as people like to see it. */
final class Difference {

  private Difference() {}

  /** Common lines at both ends are told once, what lies between as expected and got. */
  static List<String> of(int number, String command, List<String> expected, List<String> got) {
    int head = 0;
    int least = Math.min(expected.size(), got.size());
    while (head < least && expected.get(head).equals(got.get(head))) {
      head++;
    }
    int tail = 0;
    while (tail < least - head
        && expected.get(expected.size() - 1 - tail).equals(got.get(got.size() - 1 - tail))) {
      tail++;
    }
    List<String> lines = new ArrayList<>();
    lines.add("step " + number + ": " + command);
    if (head > 0) {
      lines.add("    " + same(head) + " as expected");
    }
    part("  - ", "expected", expected.subList(head, expected.size() - tail), lines);
    part("  + ", "got", got.subList(head, got.size() - tail), lines);
    if (tail > 0) {
      lines.add("    " + same(tail) + " as expected");
    }
    return lines;
  }

  private static String same(int n) {
    return n == 1 ? "1 line" : n + " lines";
  }

  private static void part(String mark, String word, List<String> part, List<String> lines) {
    if (part.isEmpty()) {
      lines.add(mark + word + " nothing");
    }
    part.forEach(l -> lines.add(mark + word + " " + l));
  }
}
