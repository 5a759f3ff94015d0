package org.dmsim.scenarios.script;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Makes a {@link Script} of a text. */
public final class ScriptParser {

  /** TASK_COMM_LEN of the kernel, without the byte that ends the name. */
  private static final int MAX_COMM = 15;

  private final String file;
  private final HeaderParser header;
  private final List<String> about = new ArrayList<>();
  private final List<DiskSpec> disks = new ArrayList<>();
  private final List<Phase> phases = new ArrayList<>();
  private final List<Expectation> expectations = new ArrayList<>();
  private final List<Script.Label> labels = new ArrayList<>();
  private final Set<String> taskNames = new HashSet<>();
  private List<Step> sequence = new ArrayList<>();
  private final List<Phase.TaskBlock> tasks = new ArrayList<>();
  private Place taskPlace;
  private String taskName;
  private List<Step> taskSteps;
  private boolean aboutEnded;
  private Place end;

  private ScriptParser(String file) {
    this.file = file;
    this.header = new HeaderParser();
    this.end = new Place(file, 1, 1);
  }

  /**
   * Reads a script.
   *
   * @param name the file or built-in name, for messages
   * @throws ScriptError with the first thing that makes no sense
   */
  public static Script parse(String name, String text) {
    ScriptParser p = read(name, text);
    if (p.phases.isEmpty()) {
      throw new ScriptError(
          p.end, "the script has no commands; write one a line, for example: create d0");
    }
    return p.finish();
  }

  /**
   * As {@link #parse}, of a machine that programs are let into: disks are enough, commands are for
   * what is to be there before them.
   */
  public static Script parseMachine(String name, String text) {
    return read(name, text).finish();
  }

  private static ScriptParser read(String name, String text) {
    ScriptParser p = new ScriptParser(name);
    int number = 0;
    for (String line : text.split("\n", -1)) {
      p.line(++number, line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
    }
    p.endTask();
    p.endTasks();
    p.endSequence();
    return p;
  }

  /** Every word that a line can begin with. */
  static List<String> lineWords() {
    List<String> words = new ArrayList<>(Verb.words());
    words.addAll(List.of("disk", "task", "expect"));
    words.addAll(HeaderParser.WORDS);
    words.addAll(LABELS);
    return words;
  }

  private static final List<String> LABELS =
      List.of("group", "rule", "commit", "affected", "fixed", "symptom");

  private void line(int number, String line) {
    if (line.startsWith("#") && !aboutEnded) {
      about.add(line.substring(1).strip());
      return;
    }
    aboutEnded = true;
    List<Word> words = Word.split(file, number, line);
    if (words.isEmpty()) {
      return;
    }
    end = new Place(file, number, line.length() + 1);
    Word first = words.getFirst();
    if (first.start() > 0) {
      indented(words, line);
      return;
    }
    endTask();
    if (LABELS.contains(first.text())) {
      if (words.size() == 1) {
        throw new ScriptError(end, first.text() + " needs a text behind it");
      }
      String rest = line.substring(first.start() + first.text().length()).strip();
      labels.add(new Script.Label(first.text(), rest));
    } else if (HeaderParser.WORDS.contains(first.text())) {
      if (!phases.isEmpty() || !sequence.isEmpty() || !tasks.isEmpty()) {
        throw new ScriptError(
            first.place(), first.text() + " stands behind a command; write it at the head");
      }
      header.line(words);
    } else if (first.is("disk")) {
      if (!phases.isEmpty() || !sequence.isEmpty() || !tasks.isEmpty()) {
        throw new ScriptError(first.place(), "disk stands behind a command; write it at the head");
      }
      disks.add(DiskParser.parse(words, disks));
    } else if (first.is("task") || first.text().startsWith("task:")) {
      task(words);
    } else if (first.is("expect")) {
      expect(words, sequence, true);
    } else {
      endTasks();
      sequence.add(command(words, line));
    }
  }

  private void indented(List<Word> words, String line) {
    Word first = words.getFirst();
    if (taskSteps == null) {
      throw new ScriptError(
          first.place(),
          "this line is indented, and no task stands above it; write task NAME: above, or begin"
              + " the line at its left edge");
    }
    if (first.is("expect")) {
      expect(words, taskSteps, false);
    } else if (first.is("task") || first.is("disk") || HeaderParser.WORDS.contains(first.text())) {
      throw new ScriptError(
          first.place(), first.text() + " cannot stand in a task; begin it at the left edge");
    } else {
      taskSteps.add(command(words, line));
    }
  }

  /** A command, with {@code -- may fail} behind it or not. */
  private static Step command(List<Word> words, String line) {
    int n = words.size();
    boolean mayFail =
        n > 3
            && words.get(n - 3).is("--")
            && words.get(n - 2).is("may")
            && words.get(n - 1).is("fail");
    if (mayFail) {
      String bare = line.substring(0, words.get(n - 3).start()).stripTrailing();
      return StepParser.script(words.subList(0, n - 3), bare).thatMayFail();
    }
    for (Word w : words) {
      if (w.is("--") && !words.getFirst().is("message")) {
        throw new ScriptError(w.place(), "behind -- stands: may fail");
      }
    }
    return StepParser.script(words, line);
  }

  private void task(List<Word> words) {
    Word last = words.getLast();
    if (words.size() != 2 || !last.text().endsWith(":") || last.text().length() == 1) {
      throw new ScriptError(
          words.getFirst().place(), "a task begins with task NAME: and indented commands below");
    }
    String name = last.text().substring(0, last.text().length() - 1);
    if (name.length() > MAX_COMM) {
      throw new ScriptError(
          last.place(),
          "the task's name has " + name.length() + " characters; the kernel keeps " + MAX_COMM);
    }
    if (!taskNames.add(name)) {
      throw new ScriptError(last.place(), "a second task named " + name + "; give it its own name");
    }
    endSequence();
    taskPlace = words.getFirst().place();
    taskName = name;
    taskSteps = new ArrayList<>();
  }

  private void expect(List<Word> words, List<Step> steps, boolean ofRun) {
    Expectation e = ofRun ? ExpectationParser.ofRun(words) : null;
    if (e != null) {
      expectations.add(e);
      return;
    }
    boolean line = ExpectationParser.isOfLine(words);
    String answer = ExpectationParser.ofStep(words);
    if (steps.isEmpty()) {
      throw new ScriptError(
          words.getFirst().place(),
          "expect " + answer + " speaks of the command above it, and there is none");
    }
    Step above = steps.removeLast();
    steps.add(line ? above.expectingLine(answer) : above.expecting(answer));
  }

  private void endTask() {
    if (taskSteps == null) {
      return;
    }
    if (taskSteps.isEmpty()) {
      throw new ScriptError(
          taskPlace, "task " + taskName + " has no commands; write them below it, indented");
    }
    tasks.add(new Phase.TaskBlock(taskPlace, taskName, taskSteps));
    taskSteps = null;
  }

  private void endTasks() {
    if (!tasks.isEmpty()) {
      phases.add(new Phase.Together(tasks));
      tasks.clear();
    }
  }

  private void endSequence() {
    if (!sequence.isEmpty()) {
      phases.add(new Phase.Sequence(sequence));
      sequence = new ArrayList<>();
    }
  }

  private Script finish() {
    header.checkPreferred(taskNames);
    Script script = new Script(file, about, header.header(), disks, phases, expectations, labels);
    new NameCheck(script).check();
    return script;
  }
}
