package org.dmsim.scenarios.script;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Reads one command and holds its arguments against the verb's syntax. */
public final class StepParser {

  /** DM_NAME_LEN and DM_UUID_LEN, without the byte that ends the text. */
  private static final int MAX_NAME = 127;

  private static final int MAX_UUID = 128;

  private StepParser() {}

  /**
   * Reads a command of a recorded case. What it names is the kernel's question, not ours.
   *
   * @throws ScriptError if it is none of the commands that were recorded
   */
  public static Step recorded(String id, int number, String line) {
    List<Word> words = Word.splitPlain(id, number, line);
    if (words.isEmpty()) {
      throw new ScriptError(new Place(id, number, 1), "an empty command; write for example: list");
    }
    return parse(words, line, false);
  }

  /** Reads a command of a script, from its words; {@code line} is what they stand in. */
  static Step script(List<Word> words, String line) {
    return parse(words, line, true);
  }

  private static Step parse(List<Word> words, String line, boolean strict) {
    Word first = words.getFirst();
    Verb verb =
        Verb.of(first.text())
            .orElseThrow(
                () ->
                    new ScriptError(
                        first.place(),
                        "unknown command '"
                            + first.text()
                            + "'"
                            + Similar.hint(
                                first.text(),
                                ScriptParser.lineWords(),
                                "; 'dmsim help script' lists the commands")));
    List<String> args = new ArrayList<>();
    List<Place> places = new ArrayList<>();
    Step inner = null;
    int at = 1;
    for (Param p : verb.params()) {
      if (p.form() == Param.Form.FLAG) {
        args.add(""); // flags stand in any order, behind the rest
        places.add(first.place());
        continue;
      }
      if (at == words.size()) {
        boolean mayLack = p.optional() || (!strict && p.form() == Param.Form.REST);
        if (!mayLack) {
          throw missing(words, verb, p);
        }
        args.add("");
        places.add(first.place());
        continue;
      }
      Word w = words.get(at);
      places.add(w.place());
      switch (p.form()) {
        case REST -> {
          args.add(rest(verb, words, at, line, strict));
          at = words.size();
        }
        case COMMAND -> {
          inner = parse(words.subList(at, words.size()), line, strict);
          if (!inner.verb().isIo()) {
            throw new ScriptError(
                w.place(),
                "bg starts I/O commands, and '"
                    + w.text()
                    + "' is none; write for example"
                    + " bg 1 read d0 0 4096");
          }
          args.add(inner.text());
          at = words.size();
        }
        default -> {
          args.add(value(p, w, strict));
          at++;
        }
      }
    }
    for (; at < words.size(); at++) {
      flag(verb, args, words.get(at));
    }
    String text = Word.withoutComment(line.substring(first.start()));
    return new Step(
        first.place(), verb, args, places, strict ? text : line, inner, null, List.of(), false);
  }

  private static String value(Param p, Word w, boolean strict) {
    return switch (p.form()) {
      case NUMBER -> {
        long n = Numbers.number(w, p.name());
        if (p.name().equals("N") && n >= Verb.JOBS) {
          throw Numbers.wrong(w, "N", "a job's number, 0 to 9");
        }
        yield Long.toString(n);
      }
      case BYTES -> Long.toString(Numbers.bytes(w, p.name()));
      case TIME -> Long.toString(Numbers.time(w, w.text(), p.name()));
      case FILL -> Numbers.data(w);
      case HEX -> Numbers.hex(w, p.name());
      case CHOICE -> {
        List<String> choices = Arrays.asList(p.name().split("\\|"));
        if (!choices.contains(w.text())) {
          throw new ScriptError(
              w.place(), "found '" + w.text() + "'; write " + String.join(" or ", choices));
        }
        yield w.text();
      }
      case NEW -> {
        int longest = p.name().equals("UUID") ? MAX_UUID : MAX_NAME;
        if (strict && w.text().length() > longest) {
          throw new ScriptError(
              w.place(),
              "the name has "
                  + w.text().length()
                  + " characters; an ioctl of device mapper has room for "
                  + longest);
        }
        yield w.text();
      }
      default -> w.text();
    };
  }

  private static String rest(Verb verb, List<Word> words, int at, String line, boolean strict) {
    if (verb == Verb.MESSAGE || verb == Verb.GEOMETRY || verb == Verb.AWAIT) {
      List<String> texts = words.subList(at, words.size()).stream().map(Word::text).toList();
      return String.join(" ", texts);
    }
    String table = line.substring(words.get(at).start());
    if (strict) {
      table = Word.withoutComment(table);
      checkTable(words.subList(at, words.size()));
    }
    return table;
  }

  /** START LENGTH TYPE of every target; the parameters are for the target to judge. */
  private static void checkTable(List<Word> words) {
    int field = 0;
    Word last = words.getFirst();
    for (Word w : words) {
      boolean ends = w.text().endsWith(";");
      String text = ends ? w.text().substring(0, w.text().length() - 1) : w.text();
      Word bare = new Word(text, w.place(), w.start());
      if (!text.isEmpty()) {
        if (field == 0) {
          Numbers.sectors(bare, "START");
        } else if (field == 1) {
          Numbers.sectors(bare, "LENGTH");
        }
        field++;
      }
      last = w;
      if (ends) {
        complete(field, last);
        field = 0;
      }
    }
    complete(field, last);
  }

  private static void complete(int fields, Word last) {
    if (fields < 3) {
      throw new ScriptError(
          last.place(),
          "the target ends here; write START LENGTH TYPE PARAMETERS, for example"
              + " 0 131072 linear 1:0 0");
    }
  }

  private static void flag(Verb verb, List<String> args, Word w) {
    List<String> flags = new ArrayList<>();
    List<Param> params = verb.params();
    for (int i = 0; i < params.size(); i++) {
      if (params.get(i).form() == Param.Form.FLAG) {
        flags.add(params.get(i).name());
        if (params.get(i).name().equals(w.text())) {
          args.set(i, w.text());
          return;
        }
      }
    }
    if (flags.isEmpty()) {
      throw new ScriptError(
          w.place(), "'" + w.text() + "' is one word too many; write: " + verb.syntax());
    }
    throw new ScriptError(
        w.place(),
        "unknown flag '"
            + w.text()
            + "'"
            + Similar.hint(w.text(), flags, "; write: " + verb.syntax()));
  }

  private static ScriptError missing(List<Word> words, Verb verb, Param p) {
    Word last = words.getLast();
    Place behind =
        new Place(
            last.place().file(), last.place().line(), last.place().column() + last.text().length());
    String name = p.name().toUpperCase(Locale.ROOT).equals(p.name()) ? p.name() : "one word";
    return new ScriptError(
        behind, verb.word() + " needs " + name + " here; write: " + verb.syntax());
  }
}
