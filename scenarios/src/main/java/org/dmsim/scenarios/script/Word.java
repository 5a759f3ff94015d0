package org.dmsim.scenarios.script;

import java.util.ArrayList;
import java.util.List;

/**
 * A word of a line, with the place where it begins.
 *
 * @param text without quotes
 * @param place of its first character
 * @param start index of its first character in the line
 * @param quoted whether it stood in quotes
 */
record Word(String text, Place place, int start, boolean quoted) {

  Word(String text, Place place, int start) {
    this(text, place, start, false);
  }

  /**
   * Splits a line at blanks. A word in double quotes may hold blanks; {@code #} at the beginning of
   * a word begins a comment.
   */
  static List<Word> split(String file, int number, String line) {
    return split(file, number, line, false);
  }

  /** Splits a line at blanks, and knows neither quotes nor comments. */
  static List<Word> splitPlain(String file, int number, String line) {
    return split(file, number, line, true);
  }

  private static List<Word> split(String file, int number, String line, boolean plain) {
    List<Word> words = new ArrayList<>();
    int i = 0;
    while (i < line.length()) {
      char c = line.charAt(i);
      if (c == ' ' || c == '\t') {
        i++;
      } else if (c == '#' && !plain) {
        break;
      } else if (c == '"' && !plain) {
        int end = line.indexOf('"', i + 1);
        Place at = new Place(file, number, i + 1);
        if (end < 0) {
          throw new ScriptError(at, "the quote that begins here has no end; add a \"");
        }
        words.add(new Word(line.substring(i + 1, end), at, i, true));
        i = end + 1;
      } else {
        int end = i;
        while (end < line.length() && line.charAt(end) != ' ' && line.charAt(end) != '\t') {
          end++;
        }
        words.add(new Word(line.substring(i, end), new Place(file, number, i + 1), i));
        i = end;
      }
    }
    return words;
  }

  /** The line without its comment and the blanks before that. */
  static String withoutComment(String line) {
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      quoted ^= c == '"';
      boolean begins = i == 0 || line.charAt(i - 1) == ' ' || line.charAt(i - 1) == '\t';
      if (c == '#' && begins && !quoted) {
        return line.substring(0, i).stripTrailing();
      }
    }
    return line.stripTrailing();
  }

  boolean is(String word) {
    return text.equals(word);
  }
}
