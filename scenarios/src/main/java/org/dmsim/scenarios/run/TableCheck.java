package org.dmsim.scenarios.run;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.scenarios.script.Place;
import org.dmsim.scenarios.script.Script;
import org.dmsim.scenarios.script.ScriptError;
import org.dmsim.scenarios.script.ScriptParser;
import org.dmsim.scenarios.script.Step;

/**
 * Puts a table to the kernel line by line: each is loaded behind those before it, a line that was
 * refused replaced by the target error, so that one mistake does not hide the next.
 */
public final class TableCheck {

  private TableCheck() {}

  /**
   * What came of one line.
   *
   * @param place where it stands
   * @param text the line
   * @param answer ok, or the errno that dmsetup would be told
   * @param log what the kernel's log says about it
   */
  public record Line(Place place, String text, String answer, List<String> log) {
    /** Copies the list. */
    public Line {
      log = List.copyOf(log);
    }
  }

  /**
   * Checks a table.
   *
   * @param file its name, for messages
   * @throws ScriptError if a line is no line of a table
   */
  public static List<Line> check(String file, String text, Overrides overrides) {
    List<Line> checked = new ArrayList<>();
    StringBuilder before = new StringBuilder();
    int number = 0;
    for (String raw : text.split("\n", -1)) {
      number++;
      String line = raw.replaceFirst("(^|\\s)#.*", "").strip();
      if (line.isEmpty()) {
        continue;
      }
      Place place = new Place(file, number, raw.indexOf(line) + 1);
      String target = bare(place, line);
      Line result = load(place, line, before + target, overrides);
      checked.add(result);
      boolean ok = result.answer().equals("ok");
      String[] words = target.split("\\s+");
      before.append(ok ? target : words[0] + " " + words[1] + " error").append("; ");
    }
    if (checked.isEmpty()) {
      throw new ScriptError(
          new Place(file, 1, 1), "the table has no lines; write START LENGTH TYPE PARAMETERS");
    }
    return checked;
  }

  /** A line as dmsetup table prints it may begin with the device's name. */
  private static String bare(Place place, String line) {
    String target = line.replaceFirst("^[^\\s:]+:\\s+", "");
    String script = "create d0\nload d0 " + target + "\n";
    try {
      ScriptParser.parse(place.file(), script);
    } catch (ScriptError e) {
      int column = place.column() + line.length() - target.length();
      column += Math.max(0, e.place().column() - "load d0 ".length() - 1);
      throw new ScriptError(
          new Place(place.file(), place.line(), column),
          e.getMessage().substring(e.place().toString().length() + 2));
    }
    return target;
  }

  private static Line load(Place place, String text, String table, Overrides overrides) {
    List<String> answer = new ArrayList<>();
    Script script = ScriptParser.parse(place.file(), "create d0\nload d0 " + table + "\n");
    Listener listener =
        new Listener() {
          @Override
          public void answers(String task, Step step, List<String> lines) {
            answer.clear();
            answer.addAll(lines);
          }
        };
    try {
      new ScriptRun(script, overrides, listener).recorded().run();
    } catch (ScriptError e) {
      throw new ScriptError(place, e.getMessage().substring(e.place().toString().length() + 2));
    }
    List<String> log = new ArrayList<>();
    for (String line : answer.subList(1, answer.size())) {
      log.add(line.replaceFirst("^log: ", ""));
    }
    return new Line(place, text, answer.getFirst().split(" ")[0], log);
  }
}
