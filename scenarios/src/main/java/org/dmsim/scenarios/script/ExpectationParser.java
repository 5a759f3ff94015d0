package org.dmsim.scenarios.script;

import java.util.List;
import org.dmsim.machine.PreemptionModel;
import org.dmsim.scenarios.script.Expectation.What;
import org.dmsim.version.KernelVersion;

/** Reads {@code expect ...}: of the whole run, or of the command above. */
final class ExpectationParser {

  private static final String RIGHT =
      "write: expect clean, expect violation, expect \"part of a report\", expect schedules N, or"
          + " behind a command its answer, such as expect EAGAIN, expect fnv1a=b93a0c83ce3b6325 or"
          + " expect line \"0 8 zero\"";

  private ExpectationParser() {}

  /** What is expected of the run; null if the line speaks of the command above it. */
  static Expectation ofRun(List<Word> words) {
    if (words.size() == 1) {
      throw new ScriptError(words.getFirst().place(), "expect what? " + RIGHT);
    }
    Word what = words.get(1);
    What matter =
        what.quoted()
            ? What.REPORT
            : switch (what.text()) {
              case "clean" -> What.CLEAN;
              case "violation" -> What.VIOLATION;
              case "schedules" -> What.SCHEDULES;
              default -> null;
            };
    if (matter == null) {
      return null;
    }
    int at = 2;
    long count = 0;
    if (matter == What.SCHEDULES) {
      if (words.size() == 2) {
        throw new ScriptError(what.place(), "how many? write: expect schedules N");
      }
      count = Numbers.number(words.get(at++), "schedules");
    }
    KernelVersion kernel = null;
    PreemptionModel preemption = null;
    if (at < words.size()) {
      Word on = words.get(at++);
      if (!on.is("on") || at == words.size()) {
        throw new ScriptError(
            on.place(), "found '" + on.text() + "'; write: on KERNEL [preempt=M]");
      }
      for (; at < words.size(); at++) {
        Word w = words.get(at);
        if (w.text().startsWith("preempt=")) {
          preemption = HeaderParser.preemption(new Word(w.text().substring(8), w.place(), 0));
        } else {
          kernel = HeaderParser.version(w);
        }
      }
    }
    return new Expectation(
        words.getFirst().place(),
        matter,
        matter == What.REPORT ? what.text() : "",
        count,
        kernel,
        preemption);
  }

  /** Whether the line says what a line of the answer above holds: data, a table, a status. */
  static boolean isOfLine(List<Word> words) {
    return words.get(1).is("line") || words.get(1).text().matches("[a-z_0-9]+=\\S*");
  }

  /** What is expected of the command above. */
  static String ofStep(List<Word> words) {
    if (words.get(1).is("line")) {
      if (words.size() != 3 || !words.get(2).quoted()) {
        throw new ScriptError(
            words.get(1).place(), "which line? write: expect line \"0 131072 linear 1:0 0\"");
      }
      return words.get(2).text();
    }
    if (words.size() == 2 && isOfLine(words)) {
      return words.get(1).text();
    }
    if (words.size() != 2) {
      throw new ScriptError(words.getFirst().place(), "expect what? " + RIGHT);
    }
    String text = words.get(1).text();
    if (!text.matches("ok|E[A-Z0-9]+|-?\\d+|blocked")) {
      throw new ScriptError(
          words.get(1).place(),
          "'"
              + text
              + "' is not an answer"
              + Similar.hint(
                  text, List.of("clean", "violation", "schedules", "ok", "blocked"), "; " + RIGHT));
    }
    return text;
  }
}
