package org.dmsim.scenarios.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One command of a script.
 *
 * @param place where it stands
 * @param verb which command
 * @param args one text a parameter of the verb's syntax, empty where it was left out; numbers in
 *     decimal and bytes
 * @param places where each argument stands, or would stand
 * @param text the command as written, comment left out
 * @param inner what {@code bg} starts; null for every other verb
 * @param expected what its answer must begin with; null where the script does not say
 * @param expectedLines texts each of which a line of its answer must hold
 * @param mayFail whether {@code -- may fail} stands behind it: any answer will do
 */
public record Step(
    Place place,
    Verb verb,
    List<String> args,
    List<Place> places,
    String text,
    Step inner,
    String expected,
    List<String> expectedLines,
    boolean mayFail) {

  /** An answer that says that the kernel refused: of an ioctl, a system call, an open. */
  private static final Pattern FAILED =
      Pattern.compile(
          "(?:-1 |open )?(E[A-Z0-9]+|parse|none|short|timeout)(?: at \\d+|(?<=timeout) .*)?");

  /** Copies the lists. */
  public Step {
    args = List.copyOf(args);
    places = List.copyOf(places);
    expectedLines = List.copyOf(expectedLines);
  }

  /** The argument with that index, from 0; empty if it was left out. */
  public String arg(int index) {
    return args.get(index);
  }

  /** The argument with that index as a number. */
  public long number(int index) {
    return Long.parseLong(args.get(index));
  }

  /** Whether a flag such as {@code noflush} is there. */
  public boolean has(String flag) {
    return args.contains(flag);
  }

  Step expecting(String answer) {
    return new Step(place, verb, args, places, text, inner, answer, expectedLines, mayFail);
  }

  Step expectingLine(String part) {
    List<String> more = new ArrayList<>(expectedLines);
    more.add(part);
    return new Step(place, verb, args, places, text, inner, expected, more, mayFail);
  }

  /** The first text that no line of an answer holds, though it should; empty if all are there. */
  public Optional<String> missing(List<String> lines) {
    return expectedLines.stream()
        .filter(part -> lines.stream().noneMatch(l -> l.contains(part)))
        .findFirst();
  }

  Step thatMayFail() {
    return new Step(place, verb, args, places, text, inner, expected, expectedLines, true);
  }

  /**
   * What is wrong with {@code answer}, a command's first line: an errno that the script neither
   * expects nor allows. Empty if nothing is.
   */
  public Optional<String> failure(String answer) {
    if (mayFail || (expected != null && isAsExpected(answer))) {
      return Optional.empty();
    }
    Matcher m = FAILED.matcher(answer);
    return m.matches() ? Optional.of(m.group(1)) : Optional.empty();
  }

  /** Whether {@code answer}, a command's first line, is what the script expects. */
  public boolean isAsExpected(String answer) {
    if (expected == null) {
      return true;
    }
    String[] words = answer.split(" ");
    for (int i = 0; i < Math.min(2, words.length); i++) {
      if (words[i].equals(expected)) {
        return true;
      }
    }
    return answer.equals(expected);
  }
}
