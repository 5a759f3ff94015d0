package org.dmsim.scenarios.run;

import java.util.ArrayList;
import java.util.List;
import org.dmsim.scenarios.script.Place;
import org.dmsim.scenarios.script.Script;
import org.dmsim.scenarios.script.ScriptError;
import org.dmsim.scenarios.script.ScriptParser;
import org.dmsim.scenarios.script.Step;

/**
 * Puts a table to the kernel line by line: each stands behind those before it, a line that was
 * refused replaced by the target error, so that one mistake does not hide the next.
 *
 * <p>A table that loads as a whole is loaded once: only where an answer or the log changes is
 * looked for the line that changed it, by halves. Refused lines that follow each other are one
 * error target.
 */
public final class TableCheck {

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
    List<Given> given = new ArrayList<>();
    int number = 0;
    for (String raw : text.split("\n", -1)) {
      number++;
      String line = raw.replaceFirst("(^|\\s)#.*", "").strip();
      if (!line.isEmpty()) {
        Place place = new Place(file, number, raw.indexOf(line) + 1);
        given.add(new Given(place, line, bare(place, line)));
      }
    }
    if (given.isEmpty()) {
      throw new ScriptError(
          new Place(file, 1, 1), "the table has no lines; write START LENGTH TYPE PARAMETERS");
    }
    return new TableCheck(given, overrides).lines();
  }

  /** A line that is to be checked: as written, and without the name that may stand before it. */
  private record Given(Place place, String text, String target) {}

  private final List<Given> given;
  private final Overrides overrides;
  private final List<Line> checked = new ArrayList<>();

  /** What stands for the lines that are checked already. */
  private final StringBuilder before = new StringBuilder();

  /** Where the error target at the end of {@link #before} begins, in it and in sectors; or -1. */
  private int errorAt = -1;

  private String errorStart = "";

  private TableCheck(List<Given> given, Overrides overrides) {
    this.given = given;
    this.overrides = overrides;
  }

  private List<Line> lines() {
    List<String> said = List.of();
    int likely = 1;
    while (checked.size() < given.size()) {
      int from = checked.size();
      int known = from;
      int step = likely;
      Line other = null;
      int at = from;
      while (other == null && known < given.size()) {
        at = Math.min(known + step, given.size());
        Line tried = load(at);
        if (tried.answer().equals("ok") && tried.log().equals(said)) {
          known = at;
          step *= 2;
        } else {
          other = tried;
        }
      }
      while (at - known > 1) { // the first known lines say nothing new, and line number "at" does
        int middle = (known + at) >>> 1;
        Line tried = load(middle);
        boolean same = tried.answer().equals("ok") && tried.log().equals(said);
        known = same ? middle : known;
        at = same ? at : middle;
        other = same ? other : tried;
      }
      likely = known - from + 1;
      for (int i = from; i < known; i++) {
        accept(new Line(given.get(i).place(), given.get(i).text(), "ok", List.of()));
      }
      if (other != null) {
        boolean ok = other.answer().equals("ok");
        List<String> log =
            startsWith(other.log(), said)
                ? other.log().subList(said.size(), other.log().size())
                : other.log();
        accept(new Line(given.get(known).place(), given.get(known).text(), other.answer(), log));
        said = ok ? other.log() : said; // the error target has nothing to say
      }
    }
    return checked;
  }

  private static boolean startsWith(List<String> all, List<String> first) {
    return all.size() >= first.size() && all.subList(0, first.size()).equals(first);
  }

  private void accept(Line line) {
    Given g = given.get(checked.size());
    checked.add(line);
    if (line.answer().equals("ok")) {
      before.append(g.target()).append("; ");
      errorAt = -1;
      return;
    }
    String[] words = g.target().split("\\s+");
    if (errorAt < 0) {
      errorAt = before.length();
      errorStart = words[0];
    }
    long length = Long.parseLong(words[0]) + Long.parseLong(words[1]) - Long.parseLong(errorStart);
    before.setLength(errorAt);
    before.append(errorStart).append(' ').append(length).append(" error; ");
  }

  /**
   * Loads the first {@code count} lines; those that are checked in the form that they passed in.
   */
  private Line load(int count) {
    StringBuilder table = new StringBuilder(before);
    for (int i = checked.size(); i < count; i++) {
      table.append(given.get(i).target()).append("; ");
    }
    Given last = given.get(count - 1);
    table.setLength(table.length() - 2);
    return load(last.place(), last.text(), table.toString(), overrides);
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
